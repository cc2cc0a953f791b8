"""`analytics` of a message: whose event it is. What cannot be believed is left out and named."""

from shared.domain.context import Context
from shared.domain.context_reader import RawContext, read_context
from shared.domain.notes import Notes
from shared.messages.billing_event import Analytics, ConsentChoices


def context_of(analytics: Analytics | None, notes: Notes) -> Context:
    """Return who and which session a message speaks of, as far as believable.

    Args:
        analytics: The message's.
        notes: The message's; each field that is left out is named, never its value.
    """
    if analytics is None:
        return Context()
    notes = notes.under("analytics")
    if analytics.app_instance_id:
        notes.add("app_instance_id", "not for a web stream")
    raw = RawContext(
        client_id=analytics.client_id,
        session_id=analytics.session_id,
        session_number=analytics.session_number,
        user_id=analytics.user_id,
        consent=given_choices(analytics.consent),
        user_agent=analytics.user_agent,
        page_location=analytics.page_location,
        captured_at=analytics.captured_at,
        device=analytics.device,
        user_location=analytics.user_location,
        ip_override=analytics.ip_override,
        user_data=analytics.user_data,
    )
    return read_context(raw, notes)


def given_choices(consent: ConsentChoices | None) -> dict[str, str]:
    """Return the answers that are there, by name."""
    if consent is None:
        return {}
    answers = {name: getattr(consent, name) for name in consent.__struct_fields__}
    return {name: answer for name, answer in answers.items() if answer is not None}
