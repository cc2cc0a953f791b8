"""One order: what it costs, who made it, and under which id the shop knows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tools.shop.currency import Currency
from tools.shop.visit import Visit


@dataclass(frozen=True)
class Order:
    """An order, priced in minor units without tax; everything else follows.

    Attributes:
        currency: What it is paid in.
        items: Unit price and quantity of each line.
        discount: Taken off the items.
        shipping: The price of shipping.
        tax_rate: The rate on items and shipping.
        tax_included: Whether the shop's prices, as Stripe shows them, include the tax.
        placed_at: When, in Unix seconds.
        key: Random text that all of its Stripe ids are made of.
        customer: The Stripe customer; none for a guest.
        email: The buyer's address.
        references: The shop's own metadata: `ga_transaction_id`, `order_id`, both or neither.
        visit: What the page knew of the visit.
    """

    currency: Currency
    items: tuple[tuple[int, int], ...]
    discount: int
    shipping: int
    tax_rate: Decimal
    tax_included: bool
    placed_at: int
    key: str
    customer: str | None
    email: str
    references: Mapping[str, str]
    visit: Visit

    @property
    def net(self) -> int:
        """What the shop earns with the goods: no tax, no shipping."""
        return sum(price * quantity for price, quantity in self.items) - self.discount

    @property
    def shipping_tax(self) -> int:
        """The tax on shipping."""
        return self._tax_on(self.shipping)

    @property
    def tax(self) -> int:
        """All tax."""
        return self._tax_on(self.net) + self.shipping_tax

    @property
    def total(self) -> int:
        """What the buyer pays."""
        return self.net + self.shipping + self.tax

    @property
    def shown_discount(self) -> int:
        """The discount as Stripe shows it."""
        return self.discount + (self._tax_on(self.discount) if self.tax_included else 0)

    @property
    def shown_shipping(self) -> int:
        """The price of shipping as Stripe shows it."""
        return self.shipping + (self.shipping_tax if self.tax_included else 0)

    @property
    def shown_subtotal(self) -> int:
        """The price of the items before the discount, as Stripe shows it."""
        items_tax = self.tax - self.shipping_tax if self.tax_included else 0
        return self.net + items_tax + self.shown_discount

    @property
    def payment_intent(self) -> str:
        """The id that session, intent and charge have in common."""
        return f"pi_3{self.key}"

    @property
    def session(self) -> str:
        """The id of its Checkout session."""
        return f"cs_test_a1{self.key}"

    @property
    def metadata(self) -> dict[str, str]:
        """What the shop gives Stripe with the order."""
        return {**self.references, **self.visit.metadata}

    @property
    def transaction_id(self) -> str:
        """The id that GA4 has to show."""
        for name in ("ga_transaction_id", "order_id"):
            if name in self.references:
                return self.references[name]
        return self.payment_intent

    def _tax_on(self, amount: int) -> int:
        return self.currency.rounded(amount * self.tax_rate)
