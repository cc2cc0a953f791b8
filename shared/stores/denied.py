"""What a denial reaches of what was stored before it, and what is left of that.

A denial comes under one id, a customer's say. What is known of the same person stands under others:
orders, contexts, and what the ledger keeps to send an event again. All of it is reduced in the
commit that stores the denial (docs/decisions/0068-what-a-denial-reaches.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from typing import Any, Final

import msgspec

from shared.domain.consent import Choice, Consent, resolve_consent
from shared.domain.context import Context
from shared.domain.merge_contexts import merge_contexts
from shared.domain.order import Order, own_references
from shared.domain.records import encode
from shared.domain.without_personal_data import order_without_denied_identity
from shared.stores.denied_entries import forgotten
from shared.stores.document import LEDGER, REFERENCES, Database, Document
from shared.stores.ledger_fields import changed
from shared.stores.order_records import Found, find_records, kept_until, with_purchase
from shared.stores.packing import packed, read_context, read_order
from shared.stores.reference import Place, hashed, place_at
from shared.stores.unit import Unit

MOST_IDS: Final = 400
"""How many ids one denial reaches at most: of a hundred orders with four each."""

MOST_ENTRIES: Final = 100
"""How many entries of the ledger lose what they keep at most, those that were made last."""

_STEPS: Final = 3
"""From a payment to its customer, from there to all orders, and from those to all their ids."""

_MOST_ASKED: Final = 60


class _Reach(msgspec.Struct):
    """What one denial has reached.

    Attributes:
        consent: What was denied.
        first: The documents of the ids that it came under.
        names: Those of all ids that are the person's.
        transactions: The orders, as GA4 knows them.
    """

    consent: Consent
    first: Mapping[str, Consent]
    names: dict[str, None]
    transactions: set[str] = msgspec.field(default_factory=set)


async def forget_identity(  # noqa: PLR0913 - what was denied, how far, and for how long
    unit: Unit,
    database: Database,
    denied: Mapping[str, Consent],
    *,
    everywhere: bool,
    now: datetime,
    until: datetime,
) -> None:
    """Leave of the person under some documents only references, answers and money.

    Args:
        unit: The unit of work; it has stored the denial under these documents.
        database: Where the ledger is asked.
        denied: By a document's name what was newly denied under its reference.
        everywhere: Whether it is followed to all else of the person; otherwise to the orders that
            these references stand for, and what would send them again.
        now: The current time, UTC.
        until: Until when the denial is kept under the further ids.
    """
    reach = _Reach(reduce(resolve_consent, denied.values()), denied, dict.fromkeys(denied))
    level = list(denied)
    for _ in range(_STEPS if everywhere else 1):
        documents = await unit.read(REFERENCES, level)
        listed = [place_at(key) for each in documents for key in each.fields.get("theirs", ())]
        further = await _forget_orders(unit, _numbers(documents), listed, reach, now)
        if not everywhere:
            break
        further += [name for document in documents for name in document.fields.get("beside", ())]
        room = MOST_IDS - len(reach.names)
        level = [name for name in dict.fromkeys(further) if name not in reach.names][:room]
        others = await unit.read(REFERENCES, level)
        level = [each.name for each in others if _deny(unit, each, reach, now, until)]
        reach.names |= dict.fromkeys(level)
        if not level:
            break
    await _forget_entries(unit, database, reach, now)


async def forget_again(unit: Unit, denied: Mapping[str, Consent], now: datetime) -> None:
    """Reduce the orders that documents lead to, where a known denial is heard again, later.

    Args:
        unit: The unit of work.
        denied: As for `forget_identity`.
        now: The current time, UTC.
    """
    reach = _Reach(reduce(resolve_consent, denied.values()), denied, dict.fromkeys(denied))
    documents = await unit.read(REFERENCES, list(denied))
    await _forget_orders(unit, _numbers(documents), (), reach, now)


def _numbers(documents: Iterable[Document]) -> list[Place]:
    return [
        place_at(f"{scope}/{each.name}")
        for each in documents
        for scope in each.fields.get("orders", {})
    ]


async def _forget_orders(
    unit: Unit, numbers: Sequence[Place], listed: Sequence[Place], reach: _Reach, now: datetime
) -> list[str]:
    """Reduce the orders of some ids, and those on their lists; return their other documents."""
    of_one: dict[str, list[Order]] = {}
    further: list[str] = []
    places = dict.fromkeys((*numbers, *listed))
    for place, found in (await find_records(unit, list(places), now)).items():
        order = None if found is None else await _forget_order(unit, found, reach)
        if order is None:
            continue
        names = hashed(own_references(order))
        if place.name in names or place in listed:
            further += names
        elif order.references:
            of_one.setdefault(place.name, []).append(order)
    for orders in of_one.values():
        # A number that several accounts have given says nothing of whose the other ids are.
        if len({order.scope for order in orders}) == 1:
            further += [name for order in orders for name in hashed(own_references(order))]
    return further


async def _forget_order(unit: Unit, found: Found, reach: _Reach) -> Order | None:
    """Reduce an order, and return it; None where the denial does not count there."""
    order = read_order(found.record["purchase"])
    if order is None:
        return None
    reduced = order_without_denied_identity(order, reach.consent)
    if reduced.context.consent.analytics is not Choice.DENIED:
        return None
    if reduced != order or found.record.get("returned"):
        await with_purchase(unit, found.place, packed(encode(reduced)))
    reach.transactions |= {order.transaction_id} - {""}
    return order


def _deny(unit: Unit, document: Document, reach: _Reach, now: datetime, until: datetime) -> bool:
    """Store the denial in one more document; return whether it counts there."""
    whole, kept, was = Context(consent=reach.consent), document.fields.get("context"), until
    if kept is not None and document.fields["context_until"] > now:
        whole = merge_contexts(read_context(kept, now), whole)
        was = max(until, document.fields["context_until"])
    content = packed(encode(whole))
    fields: dict[str, Any] = {**document.fields, "context": content, "context_until": was}
    if content != kept:
        unit.write(document, {**fields, "expires_at": kept_until(fields)})
    return whole.consent.analytics is Choice.DENIED


async def _forget_entries(unit: Unit, database: Database, reach: _Reach, now: datetime) -> None:
    """Reduce what the ledger keeps to send events again."""
    asked = list(reach.names)[:_MOST_ASKED]
    for document in await database.keeping(asked, now=now, most=MOST_ENTRIES):
        unit.know(document)
        (entry,) = await unit.read(LEDGER, [document.name])
        if not entry.alive(now):
            continue
        change = forgotten(entry, reach.consent, reach.names, reach.transactions, reach.first)
        if change:
            unit.write(entry, changed(entry, change))
