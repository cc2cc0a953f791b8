"""Which payment of a subscription is its start, where its sender does not say."""

from collections.abc import Iterable
from datetime import datetime

from shared.changed import replace
from shared.delivery.payment_identity import mark, scoped
from shared.domain.context import Context
from shared.domain.conversion import Conversion, PurchaseType
from shared.domain.merge_contexts import without_session
from shared.domain.order import Order
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
    subscriptions = await _deciding(orders, payment)
    if subscriptions is None:
        return payment
    start = replace(order, items=(), context=Context())  # only its id is asked for
    first = await orders.remember(start, _marks(payment, subscriptions), now=now)
    return _of_kind(payment, is_first=first.transaction_id == order.transaction_id)


async def known_kind(orders: Orders, payment: Conversion) -> Conversion:
    """Return what `start_or_renewal` makes of a payment; nothing is remembered by asking.

    Args:
        orders: What is known.
        payment: The payment, under the transaction id that its order has.
    """
    subscriptions = await _deciding(orders, payment)
    if subscriptions is None:
        return payment
    first = await orders.find(_marks(payment, subscriptions))
    is_first = first is None or first.transaction_id == payment.transaction_id
    return _of_kind(payment, is_first=is_first)


async def _deciding(orders: Orders, payment: Conversion) -> list[str] | None:
    """Return the subscriptions whose first payment decides; None where the sender said it."""
    if payment.first_of is not None:
        return [payment.first_of]
    if payment.purchase_type is not PurchaseType.RENEWAL:
        return None
    trials = tuple(mark("trial", each) for each in payment.customer_references)
    if await orders.find(scoped(payment.source, trials)) is None:
        return None
    return [each for each in payment.customer_references if each != payment.customer_ref]


def _marks(payment: Conversion, subscriptions: Iterable[str]) -> tuple[str, ...]:
    return scoped(payment.source, tuple(mark("start", each) for each in subscriptions))


def _of_kind(payment: Conversion, *, is_first: bool) -> Conversion:
    """Return a payment as the start, or as the renewal it is where another one came before it."""
    if is_first:
        return replace(payment, purchase_type=PurchaseType.START)
    if payment.first_of is None:
        return payment
    context = without_session(payment.context)
    return replace(payment, purchase_type=PurchaseType.RENEWAL, context=context)
