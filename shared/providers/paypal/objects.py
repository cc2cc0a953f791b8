"""The shapes of PayPal's objects, as far as money is read from them.

Sources: developer.paypal.com (Orders v2, Payments v2, Subscriptions, Disputes) and recorded
deliveries that others published. Amounts are decimal text in major units, exact.
"""

from decimal import Decimal
from typing import Annotated, Any, Final

import msgspec

AT: Final = "resource"
NOTHING: Final = msgspec.Raw(b"")

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Number = Annotated[
    Decimal, msgspec.Meta(description='an amount in major units as text, e.g. "12.50"')
]
Count = Annotated[Decimal, msgspec.Meta(description='a whole number as text, e.g. "2"')]


class Amount(msgspec.Struct, frozen=True):
    """An amount of version 2."""

    value: Number
    currency_code: str


class Link(msgspec.Struct, frozen=True):
    """An address of what this object belongs to: `up` is the capture of a refund."""

    rel: str | None = None
    href: str | None = None


class RelatedIds(msgspec.Struct, frozen=True):
    """Ids of what an object belongs to."""

    order_id: Id | None = None
    capture_id: Id | None = None


class Supplementary(msgspec.Struct, frozen=True):
    """What PayPal adds to an object."""

    related_ids: RelatedIds | None = None


class Capture(msgspec.Struct, frozen=True):
    """A payment that was captured (Payments v2)."""

    id: Id
    amount: Amount
    status: str | None = None
    invoice_id: Id | None = None
    custom_id: msgspec.Raw = NOTHING
    supplementary_data: Supplementary | None = None

    @property
    def order_id(self) -> str | None:
        """The order that it pays."""
        ids = self.supplementary_data and self.supplementary_data.related_ids
        return ids.order_id if ids else None


class Refund(msgspec.Struct, frozen=True):
    """A refund of a capture (Payments v2), or what a bank took back of one."""

    id: Id
    amount: Amount
    status: str | None = None
    invoice_id: Id | None = None
    links: tuple[Link, ...] | None = None
    supplementary_data: Supplementary | None = None

    @property
    def capture_id(self) -> str | None:
        """The capture that it gives back."""
        ids = self.supplementary_data and self.supplementary_data.related_ids
        return (ids.capture_id if ids else None) or id_above(self.links, "/captures/")


class Details(msgspec.Struct, frozen=True):
    """What a sale's total is made of."""

    subtotal: Number | None = None
    tax: Number | None = None
    shipping: Number | None = None
    shipping_discount: Number | None = None


class Total(msgspec.Struct, frozen=True):
    """An amount of version 1."""

    total: Number
    currency: str
    details: Details | None = None


class Sale(msgspec.Struct, frozen=True):
    """A payment of version 1: subscriptions are paid by these."""

    id: Id
    amount: Total
    state: str | None = None
    billing_agreement_id: Id | None = None
    custom: msgspec.Raw = NOTHING
    custom_id: msgspec.Raw = NOTHING


class SaleRefund(msgspec.Struct, frozen=True):
    """A refund of version 1, or what a bank took back: its total may be negative."""

    id: Id
    amount: Total
    state: str | None = None
    sale_id: Id | None = None
    capture_id: Id | None = None
    links: tuple[Link, ...] | None = None

    @property
    def payment(self) -> str | None:
        """The sale or capture that it gives back."""
        named = self.sale_id or self.capture_id
        return named or id_above(self.links, "/sale/") or id_above(self.links, "/capture/")


class Disputed(msgspec.Struct, frozen=True):
    """A payment that somebody disputes."""

    seller_transaction_id: Id | None = None


class DisputeOutcome(msgspec.Struct, frozen=True):
    """How a dispute ended."""

    outcome_code: str | None = None
    amount_refunded: Amount | None = None


class Dispute(msgspec.Struct, frozen=True):
    """A dispute, a claim or a chargeback."""

    dispute_id: Id
    dispute_amount: Amount | None = None
    disputed_transactions: tuple[Disputed, ...] | None = None
    dispute_outcome: DisputeOutcome | None = None
    reason: str | None = None

    @property
    def payments(self) -> tuple[str, ...]:
        """The captures or sales that it is about."""
        found = (each.seller_transaction_id for each in self.disputed_transactions or ())
        return tuple(each for each in found if each)


class Subscription(msgspec.Struct, frozen=True):
    """A subscription, `I-…`."""

    id: Id
    status: str | None = None
    custom_id: msgspec.Raw = NOTHING
    status_update_time: str | None = None


class Breakdown(msgspec.Struct, frozen=True):
    """What a unit's amount is made of."""

    tax_total: Amount | None = None
    shipping: Amount | None = None
    shipping_discount: Amount | None = None


class UnitAmount(msgspec.Struct, frozen=True):
    """What a unit costs."""

    value: Number
    currency_code: str
    breakdown: Breakdown | None = None


class OrderItem(msgspec.Struct, frozen=True):
    """An item: `unit_amount` is without tax."""

    unit_amount: Amount
    quantity: Count = Decimal(1)
    name: str | None = None
    sku: str | None = None


class Paid(msgspec.Struct, frozen=True):
    """A capture of a unit."""

    id: str | None = None


class Payments(msgspec.Struct, frozen=True):
    """How a unit was paid."""

    captures: tuple[Paid, ...] | None = None


class PurchaseUnit(msgspec.Struct, frozen=True):
    """A part of an order, paid to one merchant."""

    amount: UnitAmount
    items: tuple[OrderItem, ...] | None = None
    payments: Payments | None = None


class Order(msgspec.Struct, frozen=True):
    """An order (Orders v2), as PayPal's API shows it."""

    purchase_units: tuple[PurchaseUnit, ...]


class _AnyAmount(msgspec.Struct, frozen=True):
    value: Any = None
    total: Any = None


class _Versioned(msgspec.Struct, frozen=True):
    amount: _AnyAmount


def is_version_1(raw: msgspec.Raw) -> bool:
    """Return whether a payment or a refund is written as version 1 of the API writes it.

    Which version an event has is up to the app that made the payment, not to the webhook.

    Args:
        raw: The object.
    """
    try:
        amount = msgspec.json.decode(raw, type=_Versioned).amount
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return False
    return amount.value is None and amount.total is not None


def id_above(links: tuple[Link, ...] | None, path: str) -> str | None:
    """Return the id at the end of the first link to another object.

    Args:
        links: An object's.
        path: What stands before the id: `/captures/`.
    """
    for link in links or ():
        _, found, rest = (link.href or "").partition(path)
        own = rest.split("/")[0].split("?")[0]
        if found and own and link.rel != "self":
            return own
    return None
