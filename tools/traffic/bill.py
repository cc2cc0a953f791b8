"""What something costs: currencies, and one arithmetic for orders and subscriptions."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final


@dataclass(frozen=True)
class Currency:
    """How Stripe writes amounts of a currency.

    Attributes:
        code: ISO 4217.
        exponent: How many decimals a minor unit stands for.
        step: The smallest difference between two amounts, in minor units.
        unit: An ordinary small price, in minor units.
    """

    code: str
    exponent: int
    step: int
    unit: int

    def major(self, minor: int) -> Decimal:
        """An amount of minor units in major ones."""
        return Decimal(minor).scaleb(-self.exponent)

    def rounded(self, minor: Decimal) -> int:
        """An amount brought to the nearest one that can be charged, in minor units."""
        return int((minor / self.step).to_integral_value()) * self.step


CURRENCIES: Final = (
    Currency("EUR", exponent=2, step=1, unit=490),
    Currency("JPY", exponent=0, step=1, unit=480),
    # Stripe wants the last digit of a three-decimal amount to be zero.
    Currency("KWD", exponent=3, step=10, unit=1_250),
)


@dataclass(frozen=True)
class Bill:
    """A bill, priced in minor units without tax; everything else follows.

    Attributes:
        currency: What it is paid in.
        items: Unit price and quantity of each line.
        discount: Taken off the items.
        shipping: The price of shipping.
        tax_rate: The rate on items and shipping.
        tax_included: Whether the shop's prices, as Stripe shows them, include the tax.
    """

    currency: Currency
    items: tuple[tuple[int, int], ...]
    discount: int
    shipping: int
    tax_rate: Decimal
    tax_included: bool

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

    def _tax_on(self, amount: int) -> int:
        return self.currency.rounded(amount * self.tax_rate)
