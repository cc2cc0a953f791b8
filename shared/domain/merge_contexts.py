"""One context out of several: the same order seen at several times, or by several references."""

from collections.abc import Sequence
from dataclasses import fields, replace

from shared.domain.context import Context
from shared.domain.resolve_consent import denials, resolve_consent


def merge_contexts(known: Context, told: Context, *, first_wins: bool = False) -> Context:
    """Return what is known of an order once more is told.

    Of two times of capture the later counts, whichever is told first; where one is unknown, what
    is told last. Where it says nothing, the earlier still holds, unless it is about another
    client. Consent goes by its own times (`resolve_consent`).

    Args:
        known: What was known.
        told: What is told now.
        first_wins: Whether whoever told first is believed, and nobody after: then all that is
            taken of `told` is what it denies.
    """
    if first_wins:
        return replace(known, consent=resolve_consent(known.consent, denials(told.consent)))
    consent = resolve_consent(known.consent, told.consent)
    earlier, later = (told, known) if _is_earlier(told, known) else (known, told)
    if later.client_id and earlier.client_id and later.client_id != earlier.client_id:
        return replace(later, consent=consent)
    if later.session_id is not None and later.session_id != earlier.session_id:
        earlier = replace(earlier, session_number=None, captured_at=None)
    elif later.session_id is None and earlier.session_id is not None:
        # The time of capture is the session's: the last moment known to be inside it.
        later = replace(later, session_number=None, captured_at=None)
    told_later = {field.name: getattr(later, field.name) for field in fields(Context)}
    filled = {name: value for name, value in told_later.items() if value is not None}
    return replace(earlier, **{**filled, "consent": consent})


def combine_contexts(found: Sequence[Context]) -> Context | None:
    """Return what is known of an order by all its references; None where nothing is.

    The first that knows a client tells whose it is; on consent the last word of all counts.

    Args:
        found: The contexts, in the references' order.
    """
    if not found:
        return None
    consent = found[0].consent
    for other in found[1:]:
        consent = resolve_consent(consent, other.consent)
    whose = next((context for context in found if context.client_id), found[0])
    return replace(whose, consent=consent)


def _is_earlier(told: Context, known: Context) -> bool:
    if told.captured_at is None or known.captured_at is None:
        return False
    return told.captured_at < known.captured_at
