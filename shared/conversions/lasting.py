"""What of a context still holds when the buyer is not there."""

from dataclasses import replace

from shared.conversions.context import Context


def lasting(context: Context) -> Context:
    """Return who it is and what they allowed, without session, page, device and place.

    Renewals repeat what the sign-up wrote, for years: its session, page and device are not theirs.

    Args:
        context: What came with the event.
    """
    return replace(
        context,
        session_id=None,
        session_number=None,
        user_agent=None,
        page_location=None,
        captured_at=None,
        device=None,
        user_location=None,
        ip_override=None,
    )
