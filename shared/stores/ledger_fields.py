"""The ledger's documents: what each change writes, and documents as entries."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from shared.domain.consent import Choice, Consent
from shared.domain.sink import Receipt, Sink
from shared.domain.timestamps import UNIX_EPOCH, from_unix_micros, to_unix_micros
from shared.stores.document import Document
from shared.stores.entry import Awaited, Entry, LedgerEvent, State
from shared.stores.lease import LEASE
from shared.stores.packing import packed, unpacked
from shared.stores.reference import hashed

Fields = dict[str, Any]

FIELDS: Final = (
    "measurement_id",
    "event_name",
    "business_key",
    "transaction_id",
    "currency",
    "value",
    "occurred_at",
    "source",
    "attribution",
    "consent_analytics",
    "consent_ad_user_data",
    "consent_ad_personalization",
    "context_source",
    "late_hours",
    "sink",
    "state",
    "reason",
    "attempt",
    "sending",
    "holder",
    "lease_until",
    "created_at",
    "updated_at",
    "expires_at",
    "replay",
    "earlier",
    "waits_for",
    "mentions",
    "ended_by",
    "receipt",
    "check_at",
    "forgotten",
)
"""Everything an entry's document holds."""

_KEPT: Final = frozenset(
    """
    measurement_id event_name business_key holder lease_until created_at replay earlier waits_for
    mentions ended_by receipt check_at forgotten
    """.split()
)
OVERWRITTEN: Final = tuple(name for name in FIELDS if name not in _KEPT)
"""What a claim overwrites, and a release brings back."""

MOST_NOTES: Final = 20
"""Of one entry: a warning says which field, and an event has few that a sink warns of."""

MOST_MENTIONS: Final = 60
"""Of one entry: an order has some ten ids, and each further event of it brings one or two."""

ONLY_WHERE_SET: Final = ("check_at", "forgotten")
"""What a document has only where there is a value: an index of Firestore's takes a null, too."""

_UNHELD: Final = {"holder": None, "lease_until": None, "earlier": None}


class Times(msgspec.Struct, frozen=True):
    """When an entry changes.

    Attributes:
        now: The current time, UTC.
        expires_at: Until when it is kept from then on.
    """

    now: datetime
    expires_at: datetime


def claimed(fact: LedgerEvent, holder: str, times: Times) -> Fields:
    """Return the whole document of a first claim."""
    return {
        **_event_fields(fact),
        **_UNHELD,
        "state": str(State.CLAIMED),
        "reason": None,
        "attempt": 1,
        "sending": False,
        "holder": holder,
        "lease_until": times.now + LEASE,
        "created_at": times.now,
        "updated_at": times.now,
        "expires_at": times.expires_at,
        "replay": None,
        "waits_for": [],
        "ended_by": None,
        "receipt": None,
    }


def claimed_again(fact: LedgerEvent, holder: str, times: Times, before: Document) -> Fields:
    """Return a claim of an entry that was there; its replay stays until the claim is settled."""
    was = before.fields
    taken_over = was["state"] == State.CLAIMED
    # Nothing was taken: who claims a rejected or withheld entry begins again.
    sending = was["sending"] and was["state"] not in (State.REJECTED, State.WITHHELD)
    claim = claimed(fact, holder, times)
    return {
        **claim,
        "attempt": was["attempt"] + 1,
        "sending": sending,
        # What one API may have taken is sent again by no other: nothing would merge the two.
        "sink": was.get("sink") if sending else claim["sink"],
        "created_at": was["created_at"],
        "replay": was["replay"],
        "receipt": was.get("receipt"),
        "waits_for": was["waits_for"],
        "mentions": mentions_of(fact, before),
        # A claim that is taken over still remembers what was before the first one.
        "earlier": was["earlier"] if taken_over else {name: was.get(name) for name in OVERWRITTEN},
    }


def begun(now: datetime) -> Fields:
    """Return what is put on record before the first byte leaves."""
    return {"sending": True, "updated_at": now}


def settled(
    state: State, times: Times, reason: str | None, replay: bytes | None, ended_by: str
) -> Fields:
    """Return how a claim ended.

    Args:
        state: What became of the event.
        times: When.
        reason: Why.
        replay: What is needed to send it again; what is too large is left out, and the reason
            says so.
        ended_by: A name of this very act: who asks again, its answer lost, knows its own.
    """
    reason, kept = _kept(reason, replay)
    return {
        **_UNHELD,
        "state": str(state),
        "reason": reason,
        "replay": kept,
        "waits_for": [],
        "updated_at": times.now,
        "expires_at": times.expires_at,
        "ended_by": ended_by,
        "receipt": None,
        "check_at": None,
    }


def received(receipt: Receipt, now: datetime) -> Fields:
    """Return what is kept of a sink's word that it took an event.

    Args:
        receipt: The sink's word.
        now: The current time, UTC.
    """
    return {
        "receipt": {
            "request_id": receipt.request_id,
            "request_index": receipt.request_index,
            "request_size": receipt.request_size,
            "notes": list(receipt.notes[:MOST_NOTES]),
            "accepted_at": to_unix_micros(now),
            "looks": 0,
        }
    }


def changed(before: Document, change: Fields) -> Fields:
    """Return all that a document holds after a change."""
    whole = {**before.fields, **change}
    return {
        name: value
        for name, value in whole.items()
        if value is not None or name not in ONLY_WHERE_SET
    }


def sink_of(was: Mapping[str, Any]) -> Sink:
    """Return which API an entry is sent by; entries from before there were two say nothing."""
    return Sink(was.get("sink") or Sink.MEASUREMENT_PROTOCOL)


def restored(earlier: Fields) -> Fields:
    """Return what an entry was before it was claimed."""
    return {**earlier, **_UNHELD}


def recorded(
    fact: LedgerEvent,
    state: State,
    times: Times,
    why: tuple[str, bytes | None],
    waits_for: Sequence[str],
) -> Fields:
    """Return the whole document of an event that is not sent.

    Args:
        fact: The event.
        state: `rejected`, `withheld`, `reversed` or `ignored`.
        times: When.
        why: The reason, and what is needed to send it; what is too large is left out, and the
            reason says so.
        waits_for: What its context may come under, hashed.
    """
    reason, kept = _kept(*why)
    return {
        **claimed(fact, "", times),
        **_UNHELD,
        "state": state.value,
        "reason": reason,
        "replay": kept,
        "waits_for": list(waits_for),
    }


def recorded_again(whole: Fields, before: Document) -> Fields:
    """Return what recording changes about an entry that was there."""
    was = before.fields
    return {
        **whole,
        "attempt": was["attempt"] + 1,
        "sending": was["sending"],
        "created_at": was["created_at"],
        "mentions": _joined(was.get("mentions", ()), whole["mentions"]),
    }


def mentions_of(fact: LedgerEvent, before: Document) -> list[str]:
    """Return what an entry is found by, hashed: what it was found by before, and the event's ids.

    Args:
        fact: The event that is claimed, recorded or reversed now.
        before: The entry as it was.
    """
    return _joined(before.fields.get("mentions", ()), hashed(fact.mentions))


def entry(document: Document) -> Entry:
    """Return a document as an entry."""
    was = document.fields
    state = State(was["state"])
    # What was before stays in a claimed entry, for its release.
    replay, receipt = (
        (None, None) if state is State.CLAIMED else (was["replay"], was.get("receipt"))
    )
    return Entry(
        fact=LedgerEvent(
            measurement_id=was["measurement_id"],
            event_name=was["event_name"],
            business_key=was["business_key"],
            transaction_id=was["transaction_id"],
            currency=was["currency"],
            value=None if was["value"] is None else Decimal(was["value"]),
            occurred_at=None if was["occurred_at"] is None else moment(was["occurred_at"]),
            source=was["source"],
            attribution=was["attribution"],
            consent=Consent(
                _choice(was["consent_analytics"]),
                _choice(was["consent_ad_user_data"]),
                _choice(was["consent_ad_personalization"]),
            ),
            context_source=was["context_source"],
            late_hours=was["late_hours"],
            sink=sink_of(was),
        ),
        state=state,
        reason=was["reason"],
        attempt=was["attempt"],
        sending=was["sending"],
        lease_until=None if was["lease_until"] is None else moment(was["lease_until"]),
        created_at=moment(was["created_at"]),
        updated_at=moment(was["updated_at"]),
        expires_at=moment(was["expires_at"]),
        replay=None if replay is None else unpacked(replay),
        request=receipt and _receipt(receipt),
        awaited=receipt and _awaited(receipt, was.get("check_at")),
    )


def moment(at: datetime) -> datetime:
    """Return a time of Firestore's, which has a type of its own, as a plain one."""
    return UNIX_EPOCH + (at - UNIX_EPOCH)


def _choice(stored: str | None) -> Choice | None:
    return None if stored is None else Choice(stored)


def _receipt(kept: Fields) -> Receipt:
    return Receipt(
        kept["request_id"], kept["request_index"], kept["request_size"], tuple(kept["notes"])
    )


def _awaited(kept: Fields, check_at: datetime | None) -> Awaited:
    next_look = None if check_at is None else moment(check_at)
    return Awaited(from_unix_micros(kept["accepted_at"]), kept["looks"], next_look)


def _event_fields(fact: LedgerEvent) -> Fields:
    consent = fact.consent
    return {
        "measurement_id": fact.measurement_id,
        "event_name": fact.event_name,
        "business_key": fact.business_key,
        "transaction_id": fact.transaction_id,
        "currency": fact.currency,
        "value": None if fact.value is None else str(fact.value),
        "occurred_at": fact.occurred_at,
        "source": fact.source,
        "attribution": fact.attribution,
        "consent_analytics": consent.analytics and str(consent.analytics),
        "consent_ad_user_data": consent.ad_user_data and str(consent.ad_user_data),
        "consent_ad_personalization": consent.ad_personalization
        and str(consent.ad_personalization),
        "context_source": fact.context_source,
        "late_hours": fact.late_hours,
        "sink": None if fact.sink is Sink.MEASUREMENT_PROTOCOL else fact.sink.value,
        "mentions": _joined((), hashed(fact.mentions)),
    }


def _joined(before: Sequence[str], more: Sequence[str]) -> list[str]:
    return list(dict.fromkeys((*before, *more)))[:MOST_MENTIONS]


def _kept(reason: str | None, replay: bytes | None) -> tuple[str | None, bytes | None]:
    kept = None if replay is None else packed(replay)
    if replay is not None and kept is None:
        return f"{reason or 'no reason'} (too large to keep for a replay)", None
    return reason, kept
