"""Where the context of an event came from."""

from enum import StrEnum
from typing import Final

from shared.domain.consent import Consent
from shared.domain.context import Context


class ContextSource(StrEnum):
    """Where it was known from whose an event is, and what was allowed."""

    EVENT = "event"
    """From the event itself: a payment's metadata, a message's `analytics`."""

    STORE = "store"
    """From what was captured before, or from its order."""

    EVENT_AND_STORE = "event_and_store"
    """The event says a part, the store the rest."""

    NONE = "none"
    """Nobody knew anything."""


def source_of(event_context: Context, final_context: Context) -> ContextSource:
    """Return where it was known from whose an event is, and what was allowed.

    Args:
        event_context: What came with the event.
        final_context: What was known of it in the end.
    """
    from_event, final = _whose(event_context), _whose(final_context)
    if final == _NOBODY:
        return ContextSource.NONE
    if from_event == _NOBODY:
        return ContextSource.STORE
    return ContextSource.EVENT if from_event == final else ContextSource.EVENT_AND_STORE


def choices(consent: Consent) -> Consent:
    """Return the answers of a person without their times.

    Args:
        consent: What the person answered.
    """
    return Consent(consent.analytics, consent.ad_user_data, consent.ad_personalization)


def _whose(context: Context) -> tuple[object, ...]:
    """Return what attribution goes by, without times: a time alone says nothing new."""
    return (
        context.client_id,
        context.app_instance_id,
        context.session_id,
        context.user_id,
        choices(context.consent),
    )


_NOBODY: Final = _whose(Context())
