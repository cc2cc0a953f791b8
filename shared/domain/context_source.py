"""Where the context of an event came from."""

from enum import StrEnum

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


def source_of(own: Context, known: Context) -> ContextSource:
    """Return where it was known from whose an event is, and what was allowed.

    Args:
        own: What came with the event.
        known: What was known of it in the end.
    """
    told, found = _whose(own), _whose(known)
    if found == _whose(Context()):
        return ContextSource.NONE
    if told == _whose(Context()):
        return ContextSource.STORE
    return ContextSource.EVENT if told == found else ContextSource.EVENT_AND_STORE


def choices(consent: Consent) -> Consent:
    """Return the answers of a person without their times.

    Args:
        consent: What the person answered.
    """
    return Consent(consent.analytics, consent.ad_user_data, consent.ad_personalization)


def _whose(context: Context) -> tuple[object, ...]:
    """Return what attribution goes by, without times: a time alone tells nothing new."""
    return context.client_id, context.session_id, context.user_id, choices(context.consent)
