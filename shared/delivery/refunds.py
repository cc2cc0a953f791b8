"""Refunds: whose they are, and how much of what counted they take back."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from shared.changed import replace
from shared.delivery.known_payments import as_first_reported, is_marked, purchase_keys
from shared.delivery.ledger_events import fact_of_refund
from shared.delivery.order_history import NOT_COUNTED, OrderHistory
from shared.delivery.payment_identity import (
    gross_refund,
    in_order_money,
    is_release,
    named,
    scoped,
)
from shared.delivery.returned_items import as_sold
from shared.domain.attributed import State as Attribution
from shared.domain.context import Context
from shared.domain.context_source import source_of
from shared.domain.conversion import Conversion, Ignored, Kind, Source
from shared.domain.event import Link
from shared.domain.merge_contexts import without_session
from shared.domain.order import Order
from shared.domain.refund import Refund
from shared.domain.refund_share import refund_share
from shared.domain.sink import DUPLICATE
from shared.errors import PendingError
from shared.stores.entry import State
from shared.stores.orders import RefundPosition

# Providers keep no order, so a refund may arrive before its purchase; their own retry brings it
# again. The hour counts from its first delivery: after an outage it may be created long before.
WAIT_FOR_ORDER: Final = timedelta(hours=1)
WAITS_FOR_PURCHASE: Final = "waits for its purchase"
REPORTED: Final = "another event reported this refund"


async def resolve_refund(
    refund: Refund, source: Source, history: OrderHistory, now: datetime
) -> Conversion | Ignored:
    """Return a refund as its order's buyer's, split as the order was.

    Without an order the refund is sent gross, and says so.

    Args:
        refund: What went back.
        source: Where we learned it.
        history: What earlier events taught.
        now: The current time, UTC.

    Raises:
        PendingError: Its order is not known yet and may still come.
    """
    orders = history.stores.orders
    references = scoped(source, refund.references) + named(source, refund.transaction_id)
    if refund.orders:
        link = Link("", orders=refund.orders, returned=refund.returned)
        await history.link(link, source, now)
    first = await as_first_reported(orders, refund, source, now)
    if first.refund_id != refund.refund_id:
        return Ignored(REPORTED)
    order = await orders.find(references)
    if order is None:
        return await _without_order(refund, source, history, now)
    if refund.may_be_release and is_release(refund, order):
        return Ignored("an authorisation was released: no money went back")
    refund = replace(refund, items=as_sold(refund.items, order.items))
    refund = in_order_money(refund, order)
    context, unsent = await _whose(refund, order, source, history)
    if order.money.currency != refund.money.currency:
        # In another currency it takes no place among those of the order's own.
        return replace(gross_refund(refund, source, order, context), order_unsent=unsent)
    place = await _place(refund, references, source, history, now)
    place = place or RefundPosition(order, Decimal(0))
    return replace(_share(refund, place, source, context), order_unsent=unsent)


async def _without_order(
    refund: Refund, source: Source, history: OrderHistory, now: datetime
) -> Conversion | Ignored:
    """Return a refund of an order that nobody knows, gross, once it has waited for it."""
    orders = history.stores.orders
    if await is_marked(orders, "uncounted", refund.references, source):
        return Ignored(NOT_COUNTED)
    await _wait_for_purchase(refund, source, history, now)
    if await is_marked(orders, "unowned", refund.references, source):
        return Ignored(NOT_COUNTED)
    context = await history.known_context(Context(), refund.references)
    gross = gross_refund(refund, source, None, without_session(context))
    return replace(gross, order_unknown=True)


async def _whose(
    refund: Refund, order: Order, source: Source, history: OrderHistory
) -> tuple[Context, bool]:
    """Return whose a refund is, and whether its purchase is here and was not sent."""
    stores = history.stores
    keys = purchase_keys(history.settings, order.transaction_id, source)
    await stores.load(keys, order.references)
    sent = next((entry for entry in await stores.ledger.find_all(keys) if entry is not None), None)
    context = await history.known_context(order.context, refund.references + order.references)
    if sent is not None and sent.fact.attribution == Attribution.GENERATED.value:
        # GA4 has the purchase under a made-up client, and so the refund.
        context = replace(Context(), consent=context.consent)
    unsent = sent is not None and sent.state in (State.REJECTED, State.WITHHELD)
    if sent is not None and DUPLICATE in (sent.reason or ""):
        unsent = False  # GA4 has the purchase, of the tag's or of an earlier event
    return without_session(context), unsent


async def _place(
    refund: Refund,
    references: tuple[str, ...],
    source: Source,
    history: OrderHistory,
    now: datetime,
) -> RefundPosition | None:
    """Return a refund's place in its order; one that failed before it was sent takes none."""
    fact = fact_of_refund(refund, source, history.settings)
    entry = await history.stores.ledger.find(fact.key)
    if entry is not None and entry.state is State.REVERSED:
        return None
    (refund_id,) = scoped(source, (refund.refund_id,))
    return await history.stores.orders.assign_refund(
        references, refund_id, refund.money.total, now=now
    )


def _share(refund: Refund, place: RefundPosition, source: Source, context: Context) -> Conversion:
    """Return what a refund takes back of its order, split as the order was."""
    order, before, amount = place.order, place.before, refund.money.total
    returned = place.returned.items_of(refund.money) if place.returned else ()
    is_split = refund.money.tax is not None or refund.money.shipping is not None
    whole = before == 0 and amount == order.money.total
    beyond = before + amount > order.money.total
    return Conversion(
        kind=Kind.REFUND,
        transaction_id=order.transaction_id,
        business_key=refund.refund_id,
        money=refund.money if is_split else refund_share(order.money, before, amount),
        occurred_at=refund.occurred_at,
        context=context,
        source=source,
        items=refund.items or (whole and order.items) or as_sold(returned, order.items),
        references=refund.references,
        customer_references=order.references,
        customer_ref=order.customer_ref,
        context_source=source_of(Context(), context),
        stream=order.stream,
        sink=order.sink,
        notes=("amount: more than is left of the order",) if beyond else (),
    )


async def _wait_for_purchase(
    refund: Refund, source: Source, history: OrderHistory, now: datetime
) -> None:
    """Wait for a refund's purchase, for an hour from its first delivery.

    Raises:
        PendingError: It may still come.
    """
    fact, ledger = fact_of_refund(refund, source, history.settings), history.stores.ledger
    entry = await ledger.find(fact.key)
    if entry is None:
        await ledger.record(fact, State.WITHHELD, now=now, reason=WAITS_FOR_PURCHASE)
    elif entry.state is not State.WITHHELD or entry.created_at + WAIT_FOR_ORDER <= now:
        return
    raise PendingError("the order of this refund is not known yet")
