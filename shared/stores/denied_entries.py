"""What a denial leaves of the ledger's entries: what sends them again loses its person."""

from collections.abc import Container, Mapping
from typing import Any, Final

from shared.domain.consent import ANALYTICS_DENIED, Choice, Consent
from shared.domain.replay_record import replay_without_identity
from shared.stores.document import Document
from shared.stores.entry import State
from shared.stores.ledger_fields import Fields
from shared.stores.packing import packed, unpacked
from shared.stores.reference import hashed

_UNCLEAR: Final = (State.UNCERTAIN.value, State.CLAIMED.value)


def forgotten(
    document: Document,
    denied: Consent,
    names: Container[str],
    transactions: Container[str],
    released: Container[str],
) -> Fields:
    """Return what changes about an entry whose person has denied; nothing where it is another's.

    Args:
        document: The entry.
        denied: What was denied.
        names: The person's ids, hashed.
        transactions: The person's orders.
        released: Those ids under which the denial came: what waits for them is decided again.
    """
    was, change = document.fields, Fields()
    number = was["transaction_id"]
    about = any(name in names for name in was.get("mentions", ()))
    is_theirs = about if number is None else number in transactions
    if was["state"] == State.CLAIMED and is_theirs:
        change["forgotten"] = True
    if was["replay"] is None:
        return change
    earlier = was["earlier"] or was
    if earlier["state"] in _UNCLEAR:
        # What was sent, word for word. It is repeated by nobody now: its person denied.
        return change | ({"replay": None} if is_theirs else {})
    kept = unpacked(was["replay"])
    reduced = replay_without_identity(
        kept, denied, lambda ids: any(n in names for n in hashed(ids))
    )
    if reduced == kept:
        return change
    change["replay"] = packed(reduced)
    waits_for = was["waits_for"]
    if was["state"] == State.WITHHELD and waits_for and not any(n in released for n in waits_for):
        # Nothing that it waited for lets it go any more.
        denial = Choice.DENIED.value
        change |= {"reason": ANALYTICS_DENIED, "waits_for": [], "consent_analytics": denial}
    return change


def without_identity(was: Mapping[str, Any], change: Fields) -> Fields:
    """Return how a claim ends whose person denied while it was sent.

    Args:
        was: The entry as it is.
        change: What its holder writes.
    """
    replay = change.get("replay")
    if not was.get("forgotten") or "state" not in change:
        return change
    if replay is not None and change["state"] != State.UNCERTAIN:
        denied = Consent(Choice.DENIED)
        replay = packed(replay_without_identity(unpacked(replay), denied, lambda _: True))
    else:
        replay = None
    return {**change, "replay": replay, "forgotten": None}
