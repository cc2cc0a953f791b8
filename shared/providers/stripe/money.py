"""An object's minor units as money."""

from dataclasses import dataclass
from decimal import Decimal

from shared.domain.money import Money
from shared.errors import UnusableError
from shared.providers.minor_units import currency_code, major_units
from shared.providers.stripe.fields import AT


@dataclass(frozen=True, slots=True)
class Amount:
    """Minor units, and the field of the object they stand in.

    Attributes:
        minor: How much; None where the object does not say.
        field: Where.
    """

    minor: int | None
    field: str


def to_money(
    currency: str | None, total: Amount, tax: Amount | None = None, shipping: Amount | None = None
) -> Money:
    """Return what was paid, split into value, tax and shipping.

    Args:
        currency: As Stripe writes it.
        total: What was charged.
        tax: The part of it that is tax.
        shipping: The part of it that is shipping, without its tax.

    Raises:
        UnusableError: The total or the currency is missing, or an amount cannot be.
    """
    code = currency_code(currency, f"{AT}.currency")
    if total.minor is None:
        raise UnusableError(f"{AT}.{total.field}", "missing")
    parts = [
        None
        if amount is None or amount.minor is None
        else major_units(amount.minor, code, f"{AT}.{amount.field}")
        for amount in (tax, shipping)
    ]
    money = Money(code, major_units(total.minor, code, f"{AT}.{total.field}"), *parts)
    if money.net < 0:
        raise UnusableError(f"{AT}.{total.field}", "less than its tax and shipping")
    return money


def released(minor: int, currency: str | None) -> Decimal | None:
    """Return what was authorised and not captured, in major units; None for nothing.

    Args:
        minor: How much, in minor units.
        currency: As Stripe writes it.

    Raises:
        UnusableError: The currency or the amount cannot be.
    """
    if not currency or minor <= 0:
        return None
    return major_units(minor, currency_code(currency, f"{AT}.currency"), f"{AT}.amount")
