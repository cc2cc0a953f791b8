"""One context out of several, and what of one still holds when the buyer is not there.

The same order is seen at several times, or by several references.
"""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import fields

from shared.changed import replace
from shared.domain.consent import denials, resolve_consent
from shared.domain.context import Context
from shared.domain.streams import merge_sessions
from shared.domain.without_personal_data import without_denied_identity

_SINGLE: Final = tuple(each.name for each in fields(Context) if each.name != "sessions")


def merge_contexts(stored: Context, new_context: Context, *, first_wins: bool = False) -> Context:
    """Return what is known of an order once more comes.

    Of two times of capture the later counts, whichever came first; where one is unknown, what
    came last. Where it says nothing, the earlier still holds, unless it is about another
    client. Consent goes by its own times (`resolve_consent`). Once analytics is denied, nothing
    but the answers is left.

    Args:
        stored: What was known.
        new_context: What comes now.
        first_wins: Whether whoever spoke first is believed, and nobody after: then all that is
            taken of `new_context` is what it denies.
    """
    if new_context == stored:
        return stored
    if first_wins:
        consent = resolve_consent(stored.consent, denials(new_context.consent))
        return without_denied_identity(replace(stored, consent=consent))
    consent = resolve_consent(stored.consent, new_context.consent)
    identity = _identity(stored, new_context)
    return without_denied_identity(replace(identity, consent=consent))


def _identity(stored: Context, new_context: Context) -> Context:
    """Return who it is, and where they were; the consent is nobody's yet."""
    earlier, later = (
        (new_context, stored) if _is_earlier(new_context, stored) else (stored, new_context)
    )
    if later.client_id and earlier.client_id and later.client_id != earlier.client_id:
        return later
    if later.session_id is not None and later.session_id != earlier.session_id:
        earlier = replace(earlier, session_number=None, captured_at=None)
    elif later.session_id is None and earlier.session_id is not None:
        # The time of capture is the session's: the last moment known to be inside it.
        later = replace(later, session_number=None, captured_at=None)
    of_later = {name: getattr(later, name) for name in _SINGLE}
    filled = {name: value for name, value in of_later.items() if value is not None}
    return replace(earlier, **filled, sessions=merge_sessions(earlier.sessions, later.sessions))


def combine_contexts(contexts: Sequence[Context]) -> Context | None:
    """Return what is known of an order by all its references; None where nothing is.

    The first that knows a client says whose it is; on consent the last word of all counts.

    Args:
        contexts: In the references' order.
    """
    if not contexts:
        return None
    consent = contexts[0].consent
    for other in contexts[1:]:
        consent = resolve_consent(consent, other.consent)
    whose = next((context for context in contexts if context.has_id), contexts[0])
    return replace(whose, consent=consent)


def _is_earlier(new_context: Context, stored: Context) -> bool:
    if new_context.captured_at is None or stored.captured_at is None:
        return False
    return new_context.captured_at < stored.captured_at


def fill_missing(event_context: Context, stored: Context) -> Context:
    """Return what came with an event, and what others brought where that says nothing.

    An event that knows its client keeps its own session, page, device and place: what others
    brought may be of another visit. A device is taken whole, and so is a place, by whichever way
    it comes. On consent the last word counts.

    Args:
        event_context: What came with the event.
        stored: What others brought.
    """
    consent = resolve_consent(event_context.consent, stored.consent)
    if event_context.client_id is not None:
        same = stored.client_id in (None, event_context.client_id)
        data = event_context.user_data or (stored.user_data if same else None)
        return replace(
            event_context,
            consent=consent,
            user_data=data,
            app_instance_id=event_context.app_instance_id or stored.app_instance_id,
            click_ids=event_context.click_ids or (stored.click_ids if same else None),
        )
    device = event_context if event_context.device or event_context.user_agent else stored
    place = event_context if event_context.user_location or event_context.ip_override else stored
    return replace(
        stored,
        consent=consent,
        user_id=event_context.user_id or stored.user_id,
        user_agent=device.user_agent,
        device=device.device,
        page_location=event_context.page_location or stored.page_location,
        user_location=place.user_location,
        ip_override=place.ip_override,
        user_data=event_context.user_data or stored.user_data,
        app_instance_id=event_context.app_instance_id or stored.app_instance_id,
        click_ids=event_context.click_ids or stored.click_ids,
    )


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
