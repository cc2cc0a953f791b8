"""Which payment of a subscription is its start, where its sender does not say."""

from collections.abc import Iterable
from datetime import datetime

from shared.changed import replace
from shared.delivery.payment_identity import mark, scoped
from shared.domain.context import Context
from shared.domain.conversion import Conversion, PurchaseType
from shared.domain.order import Order
from shared.domain.without_session import without_session
from shared.stores.orders import Orders


async def start_or_renewal(
    orders: Orders, payment: Conversion, order: Order, now: datetime
) -> Conversion:
    """Return a payment as what it is of its subscription: the start, or a renewal.

    A renewal is the start where a trial came before it and no other payment. A payment whose
    sender does not say which it is, is the start where no other payment came before it.

    Args:
        orders: What is known.
        payment: The payment.
        order: What is remembered of it.
        now: The current time, UTC.
    """
    if payment.first_of is not None:
        if await _is_first(orders, payment, [payment.first_of], order, now):
            return payment
        context = without_session(payment.context)
        return replace(payment, purchase_type=PurchaseType.RENEWAL, context=context)
    if payment.purchase_type is not PurchaseType.RENEWAL:
        return payment
    trials = tuple(mark("trial", each) for each in payment.customer_references)
    if await orders.find(scoped(payment.source, trials)) is None:
        return payment
    own = [each for each in payment.customer_references if each != payment.customer_ref]
    if not await _is_first(orders, payment, own, order, now):
        return payment
    return replace(payment, purchase_type=PurchaseType.START)


async def _is_first(
    orders: Orders, payment: Conversion, subscriptions: Iterable[str], order: Order, now: datetime
) -> bool:
    """Return whether no other payment is remembered as the first of a subscription."""
    marks = tuple(mark("start", each) for each in subscriptions)
    start = replace(order, items=(), context=Context())  # only its id is asked for
    first = await orders.remember(start, scoped(payment.source, marks), now=now)
    return first.transaction_id == order.transaction_id
