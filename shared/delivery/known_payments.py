"""Which payment an event is about, asked of the orders that are known.

Shopify signs no time, so a recent body of an old order may come as news of its payment. The orders
are remembered for longer than the ledger's entries, and say when each was counted
(docs/decisions/0044-deliveries-without-a-signed-time.md).
"""

from datetime import datetime
from typing import Final, TypeVar

from shared.changed import replace
from shared.delivery.ledger_events import key_of, origin_of, scoped_key
from shared.delivery.payment_identity import (
    grown_by,
    is_other_payment,
    mark,
    named,
    own_ids,
    own_name,
    payment_references,
    scoped,
    taken,
    under_own_id,
)
from shared.domain.context import Context
from shared.domain.conversion import Conversion, Ignored, Kind, Source
from shared.domain.order import Order
from shared.domain.refund import Refund, Reversal
from shared.ga4.personal_data import kind_of_personal_data
from shared.observability.log import Severity, log
from shared.settings.common import Settings
from shared.settings.streams import Streams
from shared.stores.entry import Entry, ledger_key
from shared.stores.ledger import Ledger
from shared.stores.orders import Orders

RefundT = TypeVar("RefundT", Refund, Reversal)

_ID: Final = "transaction_id"
_MOST_REFUNDS: Final = 100  # of one amount and one charge
COUNTED: Final = "paid so long ago that the ledger has forgotten it: counted then"


async def find_order(orders: Orders, conversion: Conversion) -> tuple[Order | None, bool]:
    """Return the order of the payment's own ids, else that of its transaction id.

    Also returns whether that is the order of another payment.

    Args:
        orders: What is known.
        conversion: The payment.
    """
    source, transaction_id = conversion.source, conversion.transaction_id
    references = scoped(source, payment_references(conversion))
    if conversion.payment_id is None:
        # A message knows its payment by the transaction id alone.
        references += named(source, transaction_id)
    order = await orders.find(references)
    if order is not None:
        by_name = conversion.payment_id is None
        return order, by_name and is_other_payment(order, conversion)
    if transaction_id is None:
        return None, False
    order = await orders.find((taken(source, transaction_id),))
    if order is None:
        return None, False
    # Connected accounts number their orders by themselves.
    elsewhere = (
        source.scope is not None and await orders.find(named(source, transaction_id)) is None
    )
    return order, elsewhere or is_other_payment(order, conversion)


def with_impersonal_id(conversion: Conversion, exempt: frozenset[str]) -> Conversion:
    """Return a payment under its provider's own id where the shop's looks like personal data.

    Args:
        conversion: The payment.
        exempt: Names under which such text may stand.
    """
    chosen, own = conversion.transaction_id, own_ids(conversion)[0]
    if chosen is None or chosen == own or _ID in exempt:
        return conversion
    kind = kind_of_personal_data(chosen, _ID)
    if kind is None:
        return conversion
    why = f"{_ID}: looks like {kind}; sent under {own_name(conversion)}"
    return under_own_id(conversion, own, why)


async def under_free_id(
    orders: Orders, conversion: Conversion
) -> tuple[Conversion, tuple[str, ...]]:
    """Return a payment under an id that no other one has, its provider's own where that is free.

    Also returns under which name its provider's orders know it: none where that is taken too.

    Args:
        orders: What is known.
        conversion: A payment whose transaction id is another one's.
    """
    name = named(conversion.source, conversion.transaction_id)
    if await orders.find(name) is not None:
        name = ()
    for own in own_ids(conversion):
        order = await orders.find((taken(conversion.source, own),))
        if order is None or not is_other_payment(order, conversion):
            break
    why = f"{_ID}: another payment has it; sent under {own_name(conversion)}"
    return under_own_id(conversion, own, why), name


async def as_grown(
    orders: Orders, purchase: Conversion, counts: Order, now: datetime
) -> Conversion:
    """Return what an order that was paid again, after an edit, grew by.

    Each size the order had is remembered under the one before, so that the same news again is the
    same difference of the same time.

    Args:
        orders: What is known.
        purchase: The order as it is now.
        counts: The order as it was counted first.
        now: The current time, UTC.
    """
    money, before = purchase.money, counts
    while money is not None and before.money.total < money.total:
        size = mark("grown", f"{counts.transaction_id}:{before.money.total}")
        # A size needs nobody's identity: a denial under the order would not find it.
        grown_at = purchase.occurred_at
        order = replace(counts, money=money, items=(), context=Context(), occurred_at=grown_at)
        after = await orders.remember(order, scoped(purchase.source, (size,)), now=now)
        if after.money.total >= money.total:
            first = replace(purchase, occurred_at=after.occurred_at)
            return grown_by(first, after.money, before.money)
        before = after
    return purchase  # a smaller size is no money


async def as_first_reported(
    orders: Orders, refund: RefundT, source: Source, now: datetime
) -> RefundT:
    """Return a refund under the id it counts under where two events announce it: that of the first.

    The two have no id in common. So the third refund of 5.00 of a charge that one kind of event
    tells is the third that the other kind tells.

    Args:
        orders: What is known.
        refund: What went back, or did not.
        source: Where we learned it.
        now: The current time, UTC.
    """
    if refund.reported_twice is None:
        return refund
    charge, kind = refund.reported_twice
    this = Order(refund.refund_id, refund.money, (), Context(), now)
    for at in range(_MOST_REFUNDS):
        place = f"{charge}:{refund.money.total}:{at}"
        own, any_kind = scoped(source, (mark(f"told by {kind}", place), mark("told", place)))
        mine = await orders.remember(this, (own,), now=now)
        if mine.transaction_id == refund.refund_id:
            first = await orders.remember(this, (any_kind,), now=now)
            return replace(refund, refund_id=first.transaction_id)
    return refund


async def first_reported_id(orders: Orders, refund: Refund | Reversal, source: Source) -> str:
    """Return the id that `as_first_reported` gives a refund; nothing is remembered by asking.

    Args:
        orders: What is known.
        refund: What went back, or did not.
        source: Where we learned it.
    """
    if refund.reported_twice is None:
        return refund.refund_id
    charge, kind = refund.reported_twice
    for at in range(_MOST_REFUNDS):
        place = f"{charge}:{refund.money.total}:{at}"
        own, any_kind = scoped(source, (mark(f"told by {kind}", place), mark("told", place)))
        mine = await orders.find((own,))
        if mine is None or mine.transaction_id == refund.refund_id:
            first = await orders.find((any_kind,))
            return refund.refund_id if first is None else first.transaction_id
    return refund.refund_id


async def free_place(orders: Orders, reversal: Reversal, source: Source, now: datetime) -> None:
    """Give the place that a refund takes in its order to those that come: it failed.

    Args:
        orders: What is known.
        reversal: The refund that was sent.
        source: Where we learned it.
        now: The current time, UTC.
    """
    references = scoped(source, reversal.references)
    freed_by = mark("reversed", reversal.refund_id)
    taken, freed = scoped(source, (reversal.refund_id, freed_by))
    amount = reversal.money.total
    await orders.assign_refund(references, taken, amount, now=now)
    await orders.assign_refund(references, freed, -amount, now=now)


async def is_marked(orders: Orders, kind: str, references: tuple[str, ...], source: Source) -> bool:
    """Return whether a payment was remembered as one that the options leave out.

    Args:
        orders: What is known.
        kind: `uncounted`, or `unowned` where another event may count it all the same.
        references: The payment's ids.
        source: Where we learned it.
    """
    marks = scoped(source, tuple(mark(kind, each) for each in references))
    return await orders.find(marks) is not None


def purchase_keys(settings: Settings, transaction_id: str, source: Source) -> list[str]:
    """Return the ledger's keys of an order's purchase, under the names it may be sent under.

    Args:
        settings: What renewals are called.
        transaction_id: The order's.
        source: Whose order it is.
    """
    key = scoped_key(source, transaction_id)
    names = dict.fromkeys((Kind.PURCHASE.value, settings.renewal_event_name))
    return [ledger_key(name, key) for name in names]


async def sent_before(conversion: Conversion, streams: Streams, ledger: Ledger) -> Entry | None:
    """Return the entry of a conversion that was sent before the streams or the routes changed.

    Its stream may be gone. Its test mode may have had a stream of its own then, or not.

    Args:
        conversion: What happened, with its stream.
        streams: The streams there are now.
        ledger: Which events were sent.
    """
    source = conversion.source
    if not streams.named or (source.live and streams.of(conversion.stream) is not None):
        return None
    whole = conversion
    if streams.of(conversion.stream) is not None:
        whole = replace(conversion, source=replace(source, apart=not source.apart))
    entry = await ledger.find(key_of(whole, conversion.name))
    if entry is None or not entry.was_sent:
        return None
    return entry if whole is conversion or entry.fact.source == origin_of(source) else None


def say_conflict(purchase: Conversion, wanted: str | None) -> None:
    """Log that a payment came under the transaction id of another one.

    Args:
        purchase: The payment, under the id it is sent by.
        wanted: The id it came with.
    """
    log(
        "id_conflict",
        Severity.WARNING,
        provider=purchase.source.provider,
        source_event=purchase.source.event_id,
        transaction_id=purchase.transaction_id or "",
        reason="another payment has the transaction id it came with",
        notes=[wanted or ""],
    )


async def forgotten(
    purchase: Conversion, order: Order | None, ledger: Ledger, settings: Settings, now: datetime
) -> Ignored | None:
    """Return that a purchase was counted long ago; None where it is new or in the ledger.

    Args:
        purchase: The payment, under the ids that count; of an order that grew, what it grew by.
        order: The same payment as it was counted first, where that is known.
        ledger: Which events were sent.
        settings: What renewals are called, and how long things are remembered.
        now: The current time, UTC.
    """
    if purchase.placed_at is None or order is None:
        return None
    remembered = settings.retention.surely
    grew = purchase.transaction_id != order.transaction_id
    counted_at = purchase.occurred_at if grew else order.occurred_at
    if now - counted_at <= remembered.ledger:
        return None
    keys = purchase_keys(settings, purchase.transaction_id or "", purchase.source)
    return None if any(await ledger.find_all(keys)) else Ignored(COUNTED)
