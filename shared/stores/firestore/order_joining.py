"""How records of orders change: joined to one, prolonged, taken from. Pure."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from shared.errors import UnusableError
from shared.stores.firestore.document import ORDERS, POINTERS, Change, Document
from shared.stores.firestore.order_graph import Graph
from shared.stores.orders import RETENTION

Fields = dict[str, Any]

# A record and its pointers expire at one moment. It is put off only when less than `RETENTION`
# is left, and then by this much more: a monthly renewal does not rewrite every pointer.
_MORE: Final = timedelta(days=60)

MOST_POINTERS: Final = 1_000
"""References and refunds of one order: some eighty kilobytes of names in its document."""


def joined(
    graph: Graph, keys: Sequence[str], purchase: bytes | None, now: datetime
) -> tuple[bytes | None, list[Change]]:
    """Return the purchase that counts, and what makes all keys lead to one record.

    Args:
        graph: What is known of the keys.
        keys: Ids that stand for one order.
        purchase: The order, where it is known.
        now: The current time, UTC.

    Raises:
        UnusableError: The order has too many references.
    """
    # Records with a purchase before those without, each the oldest first: Firestore's clock says.
    found = sorted(
        graph.records.values(),
        key=lambda record: (record.fields["purchase"] is None, record.created_at, record.name),
    )
    if found and (found[0].fields["purchase"] is not None or purchase is None):
        kept, *absorbed = found
        purchase = kept.fields["purchase"]
    else:
        # A new record even where a link made one: its age says who was remembered first.
        kept, absorbed = Document(ORDERS, uuid.uuid4().hex), found
    records = [kept, *absorbed] if kept.version else absorbed
    references = {key for record in records for key in record.fields["references"]} | set(keys)
    refunds = {
        refund: before for record in records for refund, before in record.fields["refunds"].items()
    }
    taken = sum((Decimal(record.fields["taken"]) for record in records), Decimal(0))
    fields: Fields = {
        "purchase": purchase,
        "references": sorted(references),
        "refunds": refunds,
        "taken": str(taken),
        "expires_at": _expiry(kept, now),
    }
    _bounded(fields)
    leading = list(_leading(graph, kept, fields))
    unchanged = kept.version and all(fields[name] == kept.fields[name] for name in fields)
    if unchanged and not leading:
        return purchase, []
    gone = [Change(record, None) for record in (*absorbed, *graph.expired)]
    return purchase, [Change(kept, fields), *gone, *leading]


def allotted(
    graph: Graph, record: Document, refund: str, amount: Decimal, now: datetime
) -> list[Change]:
    """Return what gives a refund its place in an order.

    Args:
        graph: What is known of the refund's pointer and of the order.
        record: The order.
        refund: The refund's pointer.
        amount: What was paid back.
        now: The current time, UTC.

    Raises:
        UnusableError: The order has too many refunds.
    """
    was = record.fields
    fields: Fields = {
        "references": was["references"],
        "refunds": {**was["refunds"], refund: was["taken"]},
        "taken": str(Decimal(was["taken"]) + amount),
        "expires_at": _expiry(record, now),
    }
    _bounded(fields)
    return [Change(record, fields), *_leading(graph, record, fields)]


def _leading(graph: Graph, record: Document, fields: Fields) -> Iterator[Change]:
    """Yield what makes every id of a record lead to it and expire with it, where it does not.

    Pointers that were read are written on condition; others cannot have moved, for the records
    that name them are in the same commit.
    """
    was = record.fields
    put_off = was.get("expires_at") != fields["expires_at"]
    known = frozenset[str]() if put_off else frozenset((*was["references"], *was["refunds"]))
    pointing = {"record": record.name, "expires_at": fields["expires_at"]}
    for name in (*fields["references"], *fields["refunds"]):
        pointer = graph.pointers.get(name)
        if pointer is None:
            if name not in known:
                yield Change(Document(POINTERS, name), pointing, whatever=True)
        elif pointer.fields != pointing:
            yield Change(pointer, pointing)


def _expiry(record: Document, now: datetime) -> datetime:
    until: datetime | None = record.fields.get("expires_at")
    if until is None or until < now + RETENTION:
        return now + RETENTION + _MORE
    return until


def _bounded(fields: Fields) -> None:
    if len(fields["references"]) + len(fields["refunds"]) > MOST_POINTERS:
        raise UnusableError("references", f"more than {MOST_POINTERS} of one order")
