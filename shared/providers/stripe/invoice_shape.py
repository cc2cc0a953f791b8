"""The shape of an invoice and of its lines, before and since 2025-03-31.basil."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import msgspec

from shared.decoding import Reference, id_of
from shared.providers.stripe.fields import (
    AT,
    NOTHING,
    Currency,
    Discount,
    HasCustomer,
    Id,
    Portion,
    Price,
    Product,
    ShippingCost,
    Tax,
    ids,
)
from shared.providers.stripe.items import Article, Line, bounded, counted

PATH = f"{AT}.lines.data"


class PriceDetails(msgspec.Struct, frozen=True):
    """What was sold, since basil."""

    price: str | Price | None = None
    product: str | Product | None = None


class Pricing(msgspec.Struct, frozen=True):
    """How a line was priced, since basil."""

    price_details: PriceDetails | None = None


class ItemDetails(msgspec.Struct, frozen=True):
    """What made a line, since basil."""

    proration: bool | None = None


class LineParent(msgspec.Struct, frozen=True):
    """Which of two things made a line, since basil."""

    invoice_item_details: ItemDetails | None = None
    subscription_item_details: ItemDetails | None = None


class Credit(msgspec.Struct, frozen=True):
    """A credit that is taken off before tax; discounts are listed here once more."""

    amount: int
    type: str | None = None


class InvoiceLine(msgspec.Struct, frozen=True):
    """A `line_item` of an invoice."""

    amount: int
    id: str | None = None
    description: str | None = None
    quantity: int | None = None
    quantity_decimal: Decimal | None = None  # since 2026-03-25.dahlia
    discount_amounts: list[Portion] | None = None
    pretax_credit_amounts: list[Credit] | None = None
    taxes: list[Tax] | None = None
    tax_amounts: list[Tax] | None = None  # before basil, as the next three
    price: str | Price | None = None
    plan: str | Price | None = None
    proration: bool | None = None
    pricing: Pricing | None = None
    parent: LineParent | None = None
    metadata: msgspec.Raw = NOTHING

    @property
    def prorated(self) -> bool:
        """Whether it corrects a period that was already billed."""
        details = self.parent and (
            self.parent.subscription_item_details,
            self.parent.invoice_item_details,
        )
        return bool(self.proration) or any(d and d.proration for d in details or ())

    @property
    def sold(self) -> PriceDetails:
        """The price and the product, wherever they stand."""
        found = self.pricing and self.pricing.price_details
        return found or PriceDetails(self.price or self.plan)


class InvoiceLines(msgspec.Struct, frozen=True):
    """The first of an invoice's lines, or all of them.

    Attributes:
        has_more: Whether there are others, to be asked of the API.
    """

    data: list[InvoiceLine] = []
    has_more: bool = False


def to_lines(lines: Sequence[InvoiceLine], item_id: str) -> list[Line]:
    """Return lines as what they sold and what was paid for it.

    Args:
        lines: As the invoice holds them.
        item_id: Where an item's id comes from.

    Raises:
        UnusableError: An amount or a quantity cannot be.
    """
    read = (_line(line, item_id, f"{PATH}[{at}]") for at, line in enumerate(lines))
    # A proration of nothing sold nothing; anything else for nothing is a gift.
    return [
        line for raw, line in zip(lines, read, strict=True) if line.net != 0 or not raw.prorated
    ]


def _line(raw: InvoiceLine, item_id: str, path: str) -> Line:
    sold = raw.sold
    article = Article(sold.price, sold.product, raw.description, raw.metadata, raw.prorated)
    discount = sum(portion.amount for portion in raw.discount_amounts or ())
    credit = sum(
        c.amount for c in raw.pretax_credit_amounts or () if c.type == "credit_balance_transaction"
    )
    taxes = raw.taxes if raw.taxes is not None else raw.tax_amounts
    inclusive = sum(tax.amount for tax in taxes or () if tax.is_inclusive)
    quantity = raw.quantity if raw.quantity_decimal is None else raw.quantity_decimal
    return Line(
        *article.names(item_id),
        net=bounded(raw.amount - discount - credit - inclusive, f"{path}.amount"),
        discount=bounded(discount, f"{path}.discount_amounts"),
        quantity=counted(quantity, f"{path}.quantity"),
        line=raw.id,
    )


_EMPTY: Final = (b"", b"null")


class SubscriptionDetails(msgspec.Struct, frozen=True):
    """The subscription that made an invoice.

    Attributes:
        metadata: The subscription's, as it was when the invoice was finalised.
    """

    subscription: Reference = None
    metadata: msgspec.Raw = NOTHING


class InvoiceParent(msgspec.Struct, frozen=True):
    """What made an invoice, since basil."""

    type: str | None = None
    subscription_details: SubscriptionDetails | None = None


class Payment(msgspec.Struct, frozen=True):
    """What an invoice was paid with, since basil."""

    payment_intent: Reference = None
    charge: Reference = None


class InvoicePart(msgspec.Struct, frozen=True):
    """One payment of an invoice, where the API was asked for them."""

    payment: Payment | None = None


class InvoiceParts(msgspec.Struct, frozen=True):
    """The payments of an invoice, where the API was asked for them."""

    data: list[InvoicePart] = []


class StatusTransitions(msgspec.Struct, frozen=True):
    """When an invoice became what it is."""

    paid_at: int | None = None


class Invoice(HasCustomer, frozen=True):
    """An `invoice`."""

    id: Id
    total: int
    object: str = "invoice"
    currency: Currency | None = None
    billing_reason: str | None = None
    status: str | None = None
    amount_paid: int | None = None
    amount_due: int | None = None
    pre_payment_credit_notes_amount: int | None = None
    starting_balance: int | None = None
    attempt_count: int | None = None
    parent: InvoiceParent | None = None
    payments: InvoiceParts | None = None
    total_taxes: list[Tax] | None = None
    shipping_cost: ShippingCost | None = None
    discounts: list[str | Discount] | None = None
    lines: InvoiceLines | None = None
    status_transitions: StatusTransitions | None = None
    metadata: msgspec.Raw = NOTHING
    # Before basil only:
    subscription: Reference = None
    subscription_details: SubscriptionDetails | None = None
    payment_intent: Reference = None
    charge: Reference = None
    paid: bool | None = None
    paid_out_of_band: bool | None = None
    tax: int | None = None
    total_tax_amounts: list[Tax] | None = None
    discount: Discount | None = None

    @property
    def of_subscription(self) -> SubscriptionDetails:
        """The subscription and its metadata, wherever they stand; empty where there is none."""
        made = self.parent
        new = made and made.type in ("subscription_details", None) and made.subscription_details
        old = self.subscription_details
        # A sender may fill both shapes, and each in part.
        return SubscriptionDetails(
            (new and id_of(new.subscription))
            or id_of(self.subscription)
            or (old and id_of(old.subscription))
            or None,
            next(
                (d.metadata for d in (new, old) if d and bytes(d.metadata) not in _EMPTY), NOTHING
            ),
        )

    @property
    def is_paid(self) -> bool:
        """Whether nothing is owed any more."""
        return self.status == "paid" or self.paid is True

    @property
    def tax_amount(self) -> int:
        """All taxes, inclusive and exclusive."""
        if listed := self.total_taxes or self.total_tax_amounts:
            return sum(tax.amount for tax in listed)
        return self.tax or 0

    @property
    def payers(self) -> tuple[str, ...]:
        """The payment intents and charges that paid it, as far as it says."""
        parts = [p.payment for p in (self.payments.data if self.payments else ()) if p.payment]
        return ids(
            self.payment_intent,
            self.charge,
            *(r for part in parts for r in (part.payment_intent, part.charge)),
        )

    @property
    def coupon(self) -> str | None:
        """The name of its first discount that has more than an id of its own."""
        found = [d for d in self.discounts or () if isinstance(d, Discount)]
        return next((d.name for d in (*found, self.discount) if d is not None and d.name), None)
