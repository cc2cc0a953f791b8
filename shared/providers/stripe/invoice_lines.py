"""The lines of an invoice, before and since 2025-03-31.basil."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from shared.providers.stripe.article import Article
from shared.providers.stripe.fields import AT, NOTHING, Portion, Price, Product, Tax
from shared.providers.stripe.items import Line, bounded, counted

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
    )
