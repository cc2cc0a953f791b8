"""An order that was paid: Polar's money."""

from datetime import timedelta
from functools import partial
from typing import Final

import msgspec

from shared.decoding import read_tolerant
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.event import Link
from shared.domain.merge_contexts import without_session
from shared.domain.money import Money
from shared.errors import UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.line_items import share_of
from shared.providers.metadata import Metadata
from shared.providers.minor_units import Amount, currency_code, major_units, money_of
from shared.providers.polar.lines import items_of_order
from shared.providers.polar.objects import AT, NOTHING, Id, Order
from shared.providers.polar.options import PolarOptions

_KINDS: Final = {
    "purchase": PurchaseType.ONE_TIME,
    "subscription_create": PurchaseType.START,
    "subscription_cycle": PurchaseType.RENEWAL,
    "subscription_update": PurchaseType.UPDATE,
    "subscription_meter_cycle": PurchaseType.USAGE,
}
_SAME_MOMENT: Final = timedelta(days=1)
_UNPAID: Final = frozenset({"draft", "pending", "void"})
# A checkout link takes these from its URL, so a buyer can write them.
_OF_BUYERS: Final = frozenset(
    "reference_id utm_campaign utm_content utm_medium utm_source utm_term".split()
)
# What an order says beside its money; unreadable, it is left out.
_DISPENSABLE: Final = (
    "billing_reason",
    "checkout_id",
    "customer_id",
    "discount",
    "discount_amount",
    "discount_id",
    "items",
    "paid",
    "product",
    "product_id",
    "seats",
    "status",
    "subscription",
    "subscription_id",
    "total_amount",
    "units",
)


def from_order(event: ProviderEvent, options: PolarOptions) -> Conversion | Ignored:
    """Return the purchase of `order.paid`.

    Args:
        event: The notification.
        options: The operator's choices.

    Raises:
        UnusableError: The order is money but cannot be read.
    """
    order, dropped = read_tolerant(event.object, Order, _DISPENSABLE, at=AT)
    if order.status in _UNPAID or order.paid is False:
        return Ignored("not paid")
    net, tax = _net_and_tax(order)
    if net + (tax or 0) < 0:
        reason = "a negative total: credit for the customer, no money"
        return Ignored(reason, uncounted=(order.id,))
    whole = _money(order, net, tax)
    kind = _kind(order)
    if whole.total == 0:
        # Where Polar names its period, each later order says itself whether it ends the trial.
        starts = kind is PurchaseType.START and _after_trial(order) is None
        trial = order.subscription_id if starts else None
        return Ignored("zero amount", uncounted=(order.id,), trial=trial)
    money = whole if options.credit_paid else _collected(order, whole)
    if money.total == 0:
        reason = "paid from the customer's balance: counted when that was paid"
        return Ignored(reason, uncounted=(order.id,))
    return _purchase(event, order, money, options, dropped)


def _purchase(
    event: ProviderEvent,
    order: Order,
    money: Money,
    options: PolarOptions,
    dropped: tuple[str, ...],
) -> Conversion:
    metadata = Metadata(order.metadata, at=f"{AT}.metadata")
    # Polar copies a subscription's metadata to each order that the subscription makes: an id that
    # stands there is that of the first one, and nobody was in the shop.
    first = _KINDS.get(order.billing_reason or "") in (PurchaseType.ONE_TIME, PurchaseType.START)
    keys = [each for each in options.transaction_id_keys if each not in _OF_BUYERS]
    own = metadata.transaction_id(keys) if first or not order.subscription_id else None
    transaction_id = own or order.id
    context = metadata.context()
    items, item_notes = items_of_order(order, money, options)
    differs = order.total_amount is not None and order.total_amount != sum(
        each or 0 for each in _net_and_tax(order)
    )
    note = f"{AT}.total_amount: is not net_amount and tax_amount together"
    # The page that the buyer comes back to knows the checkout: a context may be under its id.
    customer_references = (order.subscription_id, order.customer_id, order.checkout_id)
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=transaction_id,
        business_key=transaction_id,
        money=money,
        occurred_at=event.created_at,
        context=context if first else without_session(context),
        source=event.source,
        items=items,
        references=tuple(dict.fromkeys((order.id, transaction_id))),
        customer_references=tuple(r for r in customer_references if r),
        customer_ref=order.customer_id or order.subscription_id,
        purchase_type=_kind(order),
        payment_id=f"polar:{order.id}",
        coupon=(order.discount and order.discount.code) or order.discount_id or None,
        notes=(*dropped, *metadata.notes, *item_notes, *((note,) if differs else ())),
    )


class _Update(msgspec.Struct, frozen=True):
    """What is read of an order that changed."""

    id: Id
    metadata: msgspec.Raw = NOTHING


def from_update(event: ProviderEvent, options: PolarOptions) -> Link | Ignored:  # noqa: ARG001 - as all
    """Return what `order.updated` says of the buyer: consent may be denied after the payment.

    Args:
        event: The notification.
        options: The operator's choices.

    Raises:
        UnusableError: It has no id.
    """
    update, _ = read_tolerant(event.object, _Update, ("metadata",), at=AT)
    return Link(
        "an update of an order brings no money",
        customer_references=(update.id,),
        context=Metadata(update.metadata, at=f"{AT}.metadata").context(),
        occurred_at=event.created_at,
    )


def _kind(order: Order) -> PurchaseType | None:
    """Return which kind of purchase it is; None for a reason that nobody knows yet."""
    kind = _KINDS.get(order.billing_reason or "")
    return PurchaseType.START if kind is PurchaseType.RENEWAL and _after_trial(order) else kind


def _after_trial(order: Order) -> bool | None:
    """Return whether an order is of the first paid period, which begins where the trial ends.

    Returns:
        None where the order says nothing of a trial and its period.
    """
    period = order.subscription
    if period is None or period.trial_end is None or period.current_period_start is None:
        return None
    return abs(period.current_period_start - period.trial_end) < _SAME_MOMENT


def _net_and_tax(order: Order) -> tuple[int, int | None]:
    """Return both in minor units; of three amounts that belong together two are enough."""
    net, tax, total = order.net_amount, order.tax_amount, order.total_amount
    if net is None:
        if total is None:
            raise UnusableError(f"{AT}.net_amount", "missing")
        return total - (tax or 0), tax
    return net, tax if tax is not None or total is None else total - net


def _money(order: Order, net: int, tax: int | None) -> Money:
    """Return what it cost. Polar's `net_amount` is before taxes: GA4's value."""
    return money_of(
        partial(currency_code, order.currency, f"{AT}.currency"),
        Amount(net + (tax or 0), f"{AT}.net_amount"),
        None if tax is None else Amount(tax, f"{AT}.tax_amount"),
    )


def _collected(order: Order, whole: Money) -> Money:
    """Return what was left to pay after the customer's balance; tax in proportion.

    A balance below zero adds to what is due. That is money of an earlier order, which counted it.
    """
    path = f"{AT}.due_amount"
    if order.due_amount is not None:
        due = major_units(order.due_amount, whole.currency, path)
    elif order.applied_balance_amount is not None and order.applied_balance_amount < 0:
        path = f"{AT}.applied_balance_amount"
        paid = major_units(-order.applied_balance_amount, whole.currency, path)
        due = max(whole.total - paid, whole.total * 0)
    else:
        return whole
    return whole if due >= whole.total else share_of(whole, due)
