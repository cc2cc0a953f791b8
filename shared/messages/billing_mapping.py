"""What a billing event means: a purchase, a refund, a step in a subscription's life."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Final

from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType, Source
from shared.domain.identifiers import order_id
from shared.domain.item import Item
from shared.domain.merge_contexts import without_session
from shared.domain.money import Money, currency_code
from shared.domain.notes import Notes
from shared.domain.refund import Refund
from shared.errors import UnusableError
from shared.messages.analytics import context_of
from shared.messages.billing_event import BillingEvent, BillingItem, MajorMoney, MinorMoney
from shared.messages.fields import utc, with_every_fault
from shared.messages.params import params_of

PURCHASES: Final = {
    "purchase": PurchaseType.ONE_TIME,
    "subscription.started": PurchaseType.START,
    "subscription.renewed": PurchaseType.RENEWAL,
    "subscription.updated": PurchaseType.UPDATE,
}
STEPS: Final = {
    "subscription.trial_started": Kind.START_TRIAL,
    "subscription.trial_converted": Kind.TRIAL_CONVERTED,
    "subscription.cancelled": Kind.CANCELLED,
    "payment.failed": Kind.PAYMENT_FAILED,
}


def source_of(event: BillingEvent) -> Source:
    """Return where a message says it comes from."""
    return Source(event.provider, event.event_id, event.type, event.account)


def map_billing_event(event: BillingEvent, source: Source) -> Conversion | Refund | Ignored:
    """Return what a billing event means.

    Args:
        event: The message.
        source: Where we learned it.

    Raises:
        UnusableError: It lacks what its type needs, or contradicts itself; every field is named.
    """
    try:
        return _meaning(event, source)
    except UnusableError as error:
        raise with_every_fault(error, event, _needs(event)) from None


def _meaning(event: BillingEvent, source: Source) -> Conversion | Refund | Ignored:
    _check_subscription(event)
    if event.type == "refund":
        return _refund(event)
    if event.type in STEPS:
        return _step(event, source)
    if _is_without_money(event):
        return Ignored("a change without money")
    return _purchase(event, source)


def _needs(event: BillingEvent) -> Iterator[Callable[[], object]]:
    """Yield the checks of what a type needs beyond each field by itself."""
    yield partial(_check_subscription, event)
    if event.type == "refund":
        yield partial(_refunded_order, event)
        yield partial(money_of, event)
    elif event.type in PURCHASES and not _is_without_money(event):
        yield partial(_paid_order, event)
        yield partial(money_of, event)


def _check_subscription(event: BillingEvent) -> None:
    if event.type.startswith("subscription.") and event.subscription_id is None:
        raise UnusableError("subscription_id", "missing")


def _is_without_money(event: BillingEvent) -> bool:
    return event.type == "subscription.updated" and not (event.money or event.money_minor)


def _paid_order(event: BillingEvent) -> str:
    transaction_id = order_id(event.transaction_id, "transaction_id")
    if event.type == "subscription.renewed" and transaction_id == event.subscription_id:
        # GA4 would take all renewals for one.
        raise UnusableError("transaction_id", "the subscription's, not the renewal's own")
    return transaction_id


def _refunded_order(event: BillingEvent) -> str:
    return order_id(event.original_transaction_id, "original_transaction_id")


def _purchase(event: BillingEvent, source: Source) -> Conversion | Ignored:
    transaction_id = _paid_order(event)
    money = money_of(event)
    if money.total == 0:
        return Ignored("zero amount")
    notes = Notes()
    items = items_of(event, money, notes)
    context = context_of(event.analytics, notes)
    params = params_of(event.params, notes)
    if event.renewal_number is not None:
        params["renewal_number"] = event.renewal_number
    kind = PURCHASES[event.type]
    there = kind in (PurchaseType.ONE_TIME, PurchaseType.START)
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=transaction_id,
        business_key=transaction_id,
        money=money,
        occurred_at=utc(event.occurred_at, "occurred_at"),
        context=context if there else without_session(context),
        source=source,
        items=items,
        references=(transaction_id,),
        customer_references=_customer_references(event),
        customer_ref=event.customer_id or event.subscription_id,
        purchase_type=kind,
        coupon=event.coupon or None,
        params=params,
        notes=tuple(notes),
    )


def _step(event: BillingEvent, source: Source) -> Conversion:
    """Return what is about no money: the payment itself is a message of its own."""
    notes = Notes()
    context = context_of(event.analytics, notes)
    order = event.transaction_id and order_id(event.transaction_id, "transaction_id")
    if event.money or event.money_minor:
        notes.add("money", f"not given by {event.type}, only by the payment's own event")
    return Conversion(
        kind=STEPS[event.type],
        transaction_id=order,
        business_key=event.event_id,
        money=None,
        occurred_at=utc(event.occurred_at, "occurred_at"),
        context=context if event.type == "subscription.trial_started" else without_session(context),
        source=source,
        customer_references=_customer_references(event),
        customer_ref=event.customer_id or event.subscription_id,
        params=params_of(event.params, notes),
        notes=tuple(notes),
    )


def _refund(event: BillingEvent) -> Refund | Ignored:
    order = _refunded_order(event)
    money = money_of(event)
    if money.total == 0:
        return Ignored("zero amount")
    # A correction is a new event about the same money: where the refund has an id, that is its key.
    refund_id = event.transaction_id and order_id(event.transaction_id, "transaction_id")
    return Refund(
        refund_id=event.event_id if refund_id in (None, order) else refund_id,
        money=money,
        references=(order,),
        transaction_id=order,
        fallback_transaction_id=order,
        occurred_at=utc(event.occurred_at, "occurred_at"),
        items=items_of(event, money, Notes()),
    )


def _customer_references(event: BillingEvent) -> tuple[str, ...]:
    references = (event.subscription_id, event.customer_id)
    return tuple(dict.fromkeys(reference for reference in references if reference))


def money_of(event: BillingEvent) -> Money:
    """Return what was charged, or paid back.

    Args:
        event: The message.

    Raises:
        UnusableError: It has no money, two, or parts that are more than the whole.
    """
    if event.money is not None and event.money_minor is not None:
        raise UnusableError("money_minor", "given beside money")
    at, raw = ("money", event.money) if event.money else ("money_minor", event.money_minor)
    if raw is None:
        raise UnusableError("money", "missing")
    return _money(raw, at)


def major_money(raw: MajorMoney) -> Money:
    """Return what a message says under `money`. Raises as `money_of`."""
    return _money(raw, "money")


def _money(raw: MajorMoney | MinorMoney, at: str) -> Money:
    places = -raw.exponent if isinstance(raw, MinorMoney) else 0
    total, tax, shipping = (_major(a, places) for a in (raw.total, raw.tax, raw.shipping))
    if total is None:
        raise UnusableError(f"{at}.total", "missing")
    if not raw.tax_included and tax is not None:
        total += tax
    if Money(raw.currency, total, tax, shipping).net < 0:
        raise UnusableError(f"{at}.total", "less than its tax and shipping")
    return Money(currency_code(raw.currency, f"{at}.currency"), total, tax, shipping)


def _major(amount: str | int | None, places: int) -> Decimal | None:
    return None if amount is None else Decimal(amount).scaleb(places)


def items_of(event: BillingEvent, money: Money, notes: Notes) -> tuple[Item, ...]:
    """Return what was sold.

    Args:
        event: The message.
        money: What was charged: items never change it.
        notes: Each item that is left out is named, and a sum that is not the value.
    """
    items = []
    for at, raw in enumerate(event.items or ()):
        item = _item(raw)
        if isinstance(item, Item):
            items.append(item)
        else:
            notes.add(f"items[{at}]", item)
    if items and sum(item.price * item.quantity for item in items) != money.net:
        notes.add("items", "do not add up to the value")
    return tuple(items)


def _item(raw: BillingItem) -> Item | str:
    """Return an item, or why it is none."""
    quantity = Decimal(raw.quantity)
    if not (raw.item_id or raw.item_name):
        return "neither item_id nor item_name"
    if raw.price is None:
        return "no price"
    if quantity == 0:
        return "no quantity"
    return Item(
        price=Decimal(raw.price),
        quantity=quantity,
        item_id=raw.item_id or None,
        item_name=raw.item_name or None,
        discount=None if raw.discount is None else Decimal(raw.discount),
        variant=raw.item_variant or None,
        coupon=raw.coupon or None,
    )
