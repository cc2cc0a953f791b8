"""Money that came in: captures of orders, and sales of subscriptions."""

from fractions import Fraction
from typing import Final

import msgspec

from shared.decoding import read, read_tolerant
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.event import Link
from shared.domain.item import Item
from shared.domain.money import Money
from shared.errors import UnusableError
from shared.providers.decimals import check_positive
from shared.providers.event import ProviderEvent
from shared.providers.line_items import Line, items_of, lines_share
from shared.providers.metadata import Metadata
from shared.providers.paypal.amounts import money_of_capture, money_of_sale
from shared.providers.paypal.custom import (
    context_of,
    custom_metadata,
    customs_of,
    first_of,
    references_of,
)
from shared.providers.paypal.objects import (
    AT,
    Capture,
    Id,
    Order,
    OrderItem,
    PurchaseUnit,
    Sale,
    is_version_1,
)
from shared.providers.paypal.options import PayPalOptions

_GROSS: Final = {"value_basis": "gross"}
_OF_CAPTURES: Final = ("invoice_id", "status", "supplementary_data")
_OF_SALES: Final = ("amount.details", "billing_agreement_id", "state")
_MOST: Final = 10**6


def from_capture(event: ProviderEvent, options: PayPalOptions) -> Conversion | Ignored:
    """Return the purchase of `PAYMENT.CAPTURE.COMPLETED`.

    Args:
        event: The notification; with what PayPal's API says of its order, where it was asked.
        options: The operator's choices.

    Raises:
        UnusableError: The capture is money but cannot be read.
    """
    if is_version_1(event.object):
        return from_sale(event, options)
    capture, dropped = read_tolerant(event.object, Capture, _OF_CAPTURES, at=AT)
    if capture.status not in (None, "COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED"):
        return Ignored("not completed")
    unit, unit_notes = _unit_of(event, capture)
    money, money_notes = money_of_capture(capture.amount, unit)
    if money.total == 0:
        return Ignored("zero amount", uncounted=(capture.id,))
    metadata = custom_metadata(capture.custom_id)
    transaction_id, id_notes = _transaction_id(capture)
    items, item_notes = _items(unit, money)
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=transaction_id,
        business_key=transaction_id,
        money=money,
        occurred_at=event.created_at,
        context=metadata.context(),
        source=event.source,
        items=items,
        references=tuple(dict.fromkeys((capture.id, transaction_id))),
        # The page knows the order's id, and a context may have been captured under it. It is not
        # this payment's alone: an order can be captured in parts.
        customer_references=tuple(
            each for each in (capture.order_id, *references_of(capture.custom_id)) if each
        ),
        purchase_type=PurchaseType.ONE_TIME,
        payment_id=f"paypal:{capture.id}",
        params=_GROSS if money.tax is None else {},
        notes=(*dropped, *id_notes, *unit_notes, *money_notes, *metadata.notes, *item_notes),
    )


def _transaction_id(capture: Capture) -> tuple[str, tuple[str, ...]]:
    """Return the shop's invoice id where GA4 can take it, else the capture's, with a note."""
    named = Metadata(msgspec.Raw(msgspec.json.encode({"invoice_id": capture.invoice_id})), at=AT)
    own = named.transaction_id(("invoice_id",)) if capture.invoice_id else None
    return own or capture.id, tuple(named.notes)


def from_sale(event: ProviderEvent, options: PayPalOptions) -> Conversion | Ignored:  # noqa: ARG001 - as all
    """Return the purchase of `PAYMENT.SALE.COMPLETED`, or of a capture of version 1.

    Of a subscription PayPal does not say whether it is the first payment: the first one that comes
    is its start, and all others are renewals.

    Args:
        event: The notification.
        options: The operator's choices.

    Raises:
        UnusableError: The sale is money but cannot be read.
    """
    sale, dropped = read_tolerant(event.object, Sale, _OF_SALES, at=AT)
    if sale.state not in (None, "completed", "partially_refunded", "refunded"):
        return Ignored("not completed")
    money = money_of_sale(sale.amount)
    if money.total == 0:
        return Ignored("zero amount", uncounted=(sale.id,))
    custom = first_of(sale.custom_id, sale.custom)
    metadata = custom_metadata(custom)
    subscription = sale.billing_agreement_id
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=sale.id,
        business_key=sale.id,
        money=money,
        occurred_at=event.created_at,
        context=metadata.context(),
        source=event.source,
        references=(sale.id,),
        customer_references=tuple(each for each in (subscription, *references_of(custom)) if each),
        customer_ref=subscription,
        purchase_type=PurchaseType.START if subscription else PurchaseType.ONE_TIME,
        first_of=subscription,
        payment_id=f"paypal:{sale.id}",
        params=_GROSS if money.tax is None else {},
        notes=(*dropped, *metadata.notes),
    )


class _Spoken(msgspec.Struct, frozen=True):
    """What is read of an object that brings no money."""

    id: Id


def from_other(event: ProviderEvent, options: PayPalOptions) -> Link | Ignored:  # noqa: ARG001 - as all
    """Return what an event that is no money says of the buyer: consent may be denied in it.

    Args:
        event: The notification of an order that was approved, or of a payment that is pending.
        options: The operator's choices.
    """
    reason = "no money: the payment that is completed is"
    try:
        found = read(event.object, _Spoken, at=AT)
    except UnusableError:
        return Ignored(reason)
    own = (each for custom in customs_of(event.object) for each in references_of(custom))
    return Link(
        reason,
        customer_references=tuple(dict.fromkeys((found.id, *own))),
        context=context_of(event),
        occurred_at=event.created_at,
    )


def _unit_of(event: ProviderEvent, capture: Capture) -> tuple[PurchaseUnit | None, tuple[str, ...]]:
    """Return the part of the order that a capture pays, as PayPal's API shows it."""
    if not bytes(event.asked):
        return None, ()
    try:
        units = read(event.asked, Order, at="order").purchase_units
    except UnusableError as error:
        return None, (str(error),)
    for unit in units:
        paid = unit.payments.captures if unit.payments else None
        if any(each.id == capture.id for each in paid or ()):
            return unit, ()
    if len(units) == 1:
        return units[0], ()
    return None, ("order.purchase_units: none has this capture",)


def _items(unit: PurchaseUnit | None, money: Money) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """Return what was sold; lines that cannot be read cost the items and not the payment."""
    if unit is None:
        return (), ()
    path = "order.purchase_units.items"
    try:
        total = check_positive(unit.amount.value, "order.purchase_units.amount.value")
        lines = [_line(each, f"{path}[{at}]") for at, each in enumerate(unit.items or ())]
    except UnusableError as error:
        return (), (str(error),)
    if 0 < money.total < total:
        lines = lines_share(lines, Fraction(money.total) / Fraction(total))
    return items_of(lines, money.net, path)


def _line(item: OrderItem, path: str) -> Line:
    each = check_positive(item.unit_amount.value, f"{path}.unit_amount")
    count = check_positive(item.quantity, f"{path}.quantity")
    if count > _MOST or count != count.to_integral_value():
        raise UnusableError(f"{path}.quantity", f"not a whole number up to {_MOST}")
    return Line(
        net=each * count, quantity=int(count), item_id=item.sku or None, item_name=item.name
    )
