"""Orders as they lie in a store: records, and what leads to them.

A record stands in the document of one of its references; each of its references and refunds points
to it. It names them all, so a pointer never moves without a change of its record: on the versions
of the documents that hold records rests the whole.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec

from shared.domain.consent import Choice
from shared.errors import UnusableError
from shared.stores.document import AT_COMMIT, REFERENCES, ConflictError, Document
from shared.stores.packing import read_order
from shared.stores.reference import Place, place_at
from shared.stores.unit import Unit

# A record and its pointers expire at one moment. It is put off only when it is too early, and then
# by this much more: a monthly renewal does not rewrite every pointer.
_MORE: Final = timedelta(days=60)

_DAY: Final = timedelta(days=1)

MOST_LISTED: Final = 100
"""Orders of one customer, those that came last: eight kilobytes of names."""

_MOST_RETURNED: Final = 100
"""Refunds of one order whose items are kept: some two kilobytes each."""

MOST_POINTERS: Final = 1_000
"""References and refunds of one order: some eighty kilobytes of names in its document."""

Record = dict[str, Any]
"""What is known of one order: its purchase, packed (None where it was only linked), since when
that is known, every key that leads to it, its refunds with what was taken before each, what all of
them took, and until when it is kept. Under `returned`, where a credit note said so, what comes back
with refunds that may still come, each packed."""


class Found(msgspec.Struct, frozen=True):
    """A record, and where it stands."""

    place: Place
    record: Record


async def find_records(
    unit: Unit, wanted: Sequence[Place], now: datetime
) -> dict[Place, Found | None]:
    """Return which record each place leads to; one round trip, or two where one stands elsewhere.

    Raises:
        ConflictError: A record was joined to another meanwhile.
    """
    documents = await unit.read(REFERENCES, [place.name for place in wanted])
    found: dict[Place, Found | None] = dict.fromkeys(wanted)
    hosts: dict[Place, Place] = {}
    for place, document in zip(wanted, documents, strict=True):
        pointer = document.fields.get("orders", {}).get(place.scope)
        if pointer is not None and pointer["until"] > now:
            hosts[place] = place_at(pointer["at"])
    if not hosts:
        return found
    standing = await unit.read(REFERENCES, [host.name for host in hosts.values()])
    for (place, host), document in zip(hosts.items(), standing, strict=True):
        record = document.fields.get("records", {}).get(host.scope)
        if record is None:
            raise ConflictError
        if record["until"] > now:
            found[place] = Found(host, record)
    return found


async def join(  # noqa: PLR0913 - what is known of an order
    unit: Unit,
    wanted: Sequence[Place],
    purchase: bytes | None,
    now: datetime,
    *,
    at_least_until: datetime,
    returned: Mapping[str, bytes] | None = None,
) -> bytes | None:
    """Make all places lead to one record; return its purchase, the first that was remembered.

    Args:
        unit: The unit of work.
        wanted: Where ids stand that are of one order.
        purchase: The order, where it is known.
        now: The current time, UTC.
        at_least_until: When the record may be forgotten, at the earliest.
        returned: By a refund's key, what was returned with it, packed.

    Raises:
        UnusableError: The order has too many references.
    """
    leads = await find_records(unit, wanted, now)
    distinct = {found.place: found for found in leads.values() if found is not None}
    known = sorted(distinct.values(), key=_age)
    kept, absorbed = (known[0], known[1:]) if known else (Found(wanted[0], _nothing()), [])
    was = kept.record
    record = dict(was)
    if read_order(was["purchase"]) is None:
        record |= {"purchase": purchase, "since": None if purchase is None else AT_COMMIT}
    keys = {place.key for place in wanted}
    for other in (was, *(found.record for found in absorbed)):
        keys |= set(other["references"])
        record["refunds"] = {**other["refunds"], **record["refunds"]}
    others = sum((Decimal(found.record["taken"]) for found in absorbed), Decimal(0))
    record["references"] = sorted(keys)
    record["taken"] = str(Decimal(was["taken"]) + others) if absorbed else was["taken"]
    record["until"] = _until(was, at_least_until)
    known_returns = [found.record.get("returned", {}) for found in (kept, *absorbed)]
    if any((*known_returns, returned)):
        record["returned"] = _returned([returned or {}, *known_returns])
        order = read_order(record["purchase"])
        if order is not None and order.context.consent.analytics is Choice.DENIED:
            del record["returned"]
    await _write(unit, kept, record, absorbed)
    counts: bytes | None = record["purchase"]
    return counts


async def take_refund(
    unit: Unit, found: Found, refund: Place, amount: Decimal, at_least_until: datetime
) -> None:
    """Give a refund its place in an order.

    Args:
        unit: The unit of work.
        found: The order.
        refund: Where the refund's id stands.
        amount: What was paid back, major units.
        at_least_until: When the order may be forgotten, at the earliest.

    Raises:
        UnusableError: The order has too many refunds.
    """
    was = found.record
    record = {
        **was,
        "refunds": {**was["refunds"], refund.key: was["taken"]},
        "taken": str(Decimal(was["taken"]) + amount),
        "until": _until(was, at_least_until),
    }
    await _write(unit, found, record, [])


async def with_purchase(unit: Unit, host: Place, purchase: bytes | None) -> None:
    """Put an order in the place of itself, without what came back of it.

    Args:
        unit: The unit of work.
        host: Where its record stands.
        purchase: The order, packed.
    """
    (document,) = await unit.read(REFERENCES, [host.name])
    fields = _copied(document)
    record = {
        name: kept for name, kept in fields["records"][host.scope].items() if name != "returned"
    }
    fields["records"][host.scope] = {**record, "purchase": purchase}
    unit.write(document, fields)


async def list_order(
    unit: Unit, order: Place, names: Sequence[str], until: datetime, *, sparingly: bool
) -> None:
    """Put an order on the lists of its buyers: a denial under their ids looks there.

    Args:
        unit: The unit of work.
        order: Where one of its ids stands.
        names: The documents of the customer and the like.
        until: How long the list is kept at least.
        sparingly: Whether a document that was listed in within the last day, and is not written
            anyway, is left as it is.
    """
    for document in await unit.read(REFERENCES, names):
        listed = document.fields.get("theirs", ())
        if order.key in listed:
            continue
        recent = document.fields.get("theirs_until", until - _DAY) > until - _DAY
        if sparingly and recent and not unit.is_changed(document):
            continue
        theirs = [*listed, order.key][-MOST_LISTED:]
        fields = {**document.fields, "theirs": theirs, "theirs_until": until}
        unit.write(document, {**fields, "expires_at": kept_until(fields)})


def kept_until(fields: dict[str, Any]) -> datetime | None:
    """Return when the last of what a document holds may be forgotten."""
    last: datetime | None = fields.get("context_until")
    listed: datetime | None = fields.get("theirs_until")
    if last is None or (listed is not None and listed > last):
        last = listed
    for pointer in fields.get("orders", {}).values():
        until: datetime = pointer["until"]
        if last is None or until > last:
            last = until
    return last


async def _write(unit: Unit, kept: Found, record: Record, absorbed: Sequence[Found]) -> None:
    """Write a record where it stands, and make every one of its keys lead to it."""
    was = kept.record
    keys = {*record["references"], *record["refunds"]}
    if len(keys) > MOST_POINTERS:
        raise UnusableError("references", f"more than {MOST_POINTERS} of one order")
    if record == was:
        return
    if record["until"] == was["until"]:
        keys -= {*was["references"], *was["refunds"]}
    pointing = [place_at(key) for key in sorted(keys)]
    hosts = [found.place for found in (kept, *absorbed)]
    names = dict.fromkeys([place.name for place in (*hosts, *pointing)])
    documents = await unit.read(REFERENCES, list(names))
    changed = {document.name: _copied(document) for document in documents}
    for gone in absorbed:
        del changed[gone.place.name]["records"][gone.place.scope]
    changed[kept.place.name].setdefault("records", {})[kept.place.scope] = record
    pointer = {"at": kept.place.key, "until": record["until"]}
    for place in pointing:
        changed[place.name].setdefault("orders", {})[place.scope] = pointer
    for document in documents:
        fields = changed[document.name]
        fields["expires_at"] = kept_until(fields)
        unit.write(document, fields)


def _copied(document: Document) -> dict[str, Any]:
    """Return what a document holds, to be changed: its orders and its records too."""
    fields = dict(document.fields)
    for name in ("orders", "records"):
        if name in fields:
            fields[name] = dict(fields[name])
    return fields


def _nothing() -> Record:
    return {
        "purchase": None,
        "since": None,
        "references": [],
        "refunds": {},
        "taken": "0",
        "until": None,
    }


def _returned(known: Sequence[Mapping[str, bytes]]) -> dict[str, bytes]:
    """Return what came back with each refund, as it was said first."""
    merged = {key: kept for each in known for key, kept in each.items()}
    return dict(list(merged.items())[:_MOST_RETURNED])


def _age(found: Found) -> tuple[bool, bool, Any, str]:
    """Order records with a purchase before those without, each the oldest first."""
    since = found.record["since"]
    pending = since is AT_COMMIT
    return found.record["purchase"] is None, pending, None if pending else since, found.place.key


def _until(was: Record, at_least: datetime) -> datetime:
    until: datetime | None = was["until"]
    return at_least + _MORE if until is None or until < at_least else until
