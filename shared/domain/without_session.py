"""What of a context still holds when the buyer is not there."""

from shared.changed import replace
from shared.domain.context import Context


def without_session(context: Context) -> Context:
    """Return who it is and what they allowed, without session, page, device and place.

    Renewals repeat what the sign-up wrote, for years: its session, page and device are not theirs.

    Args:
        context: What came with the event.
    """
    return replace(
        context,
        session_id=None,
        session_number=None,
        sessions=(),
        user_agent=None,
        page_location=None,
        captured_at=None,
        device=None,
        user_location=None,
        ip_override=None,
    )


def with_own_place(event_context: Context, context: Context) -> Context:
    """Return a context at the place and on the device that the event itself named.

    Where others' context is found, or only what lasts of it is wanted, the kiosk that an event
    happened at is still the event's own.

    Args:
        event_context: What came with the event.
        context: What is known of its user.
    """
    return replace(
        context,
        device=event_context.device or context.device,
        user_location=event_context.user_location or context.user_location,
        ip_override=event_context.ip_override or context.ip_override,
        user_data=event_context.user_data or context.user_data,
    )
