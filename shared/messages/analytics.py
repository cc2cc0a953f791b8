"""`analytics` of a message: whose event it is. What cannot be believed is left out and named."""

from typing import Annotated

import msgspec

from shared.domain.context import Context
from shared.domain.context_reader import RawContext, read_context
from shared.domain.device import Device
from shared.domain.notes import Notes
from shared.domain.user_data import HashedUserData
from shared.domain.user_location import UserLocation
from shared.messages.fields import Moment, Text

# The schema asks for text; whatever else comes is read too, as a denial.
Answer = Annotated[
    object,
    msgspec.Meta(
        extra_json_schema={"anyOf": [{"type": "string", "maxLength": 4096}, {"type": "null"}]}
    ),
]


class ConsentChoices(msgspec.Struct, frozen=True):
    """`granted` or `denied`, each."""

    analytics: Answer = None
    ad_user_data: Answer = None
    ad_personalization: Answer = None
    ad_storage: Answer = None


class Analytics(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser knew when the order was placed."""

    client_id: Text | None = None
    app_instance_id: Text | None = None
    user_id: Text | None = None
    session_id: int | Text | None = None
    session_number: int | None = None
    consent: ConsentChoices | None = None
    user_agent: Text | None = None
    language: Text | None = None
    page_location: Text | None = None
    captured_at: Moment | None = None
    device: Device | None = None
    user_location: UserLocation | None = None
    ip_override: Text | None = None
    user_data: HashedUserData | None = None


def context_of(analytics: Analytics | None, notes: Notes) -> Context:
    """Return who and which session a message speaks of, as far as believable.

    Args:
        analytics: The message's.
        notes: The message's; each field that is left out is named, never its value.
    """
    if analytics is None:
        return Context()
    notes = notes.under("analytics")
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
        app_instance_id=analytics.app_instance_id,
    )
    return read_context(raw, notes)


def given_choices(consent: ConsentChoices | None) -> dict[str, object]:
    """Return the answers that are there, by name."""
    if consent is None:
        return {}
    answers = {name: getattr(consent, name) for name in consent.__struct_fields__}
    return {name: answer for name, answer in answers.items() if answer is not None}
