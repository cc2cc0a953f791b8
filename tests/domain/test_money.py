"""Money is exact, in major units, and never a float."""

from decimal import Decimal

import pytest
from hypothesis import given
from msgspec.structs import fields

from shared.domain.money import Money
from tests.support.strategies import moneys


@pytest.mark.parametrize(
    ("tax", "shipping", "net"),
    [
        pytest.param("4.60", "5.00", "18.00", id="tax and shipping"),
        pytest.param("4.60", None, "23.00", id="shipping unknown"),
        pytest.param(None, "5.00", "22.60", id="tax unknown"),
        pytest.param(None, None, "27.60", id="nothing known"),
        pytest.param("0", "0", "27.60", id="neither"),
    ],
)
def test_net_is_total_less_what_is_known_of_tax_and_shipping(
    tax: str | None, shipping: str | None, net: str
) -> None:
    """GA4's `value` has neither in it."""
    money = Money("EUR", Decimal("27.60"), _amount(tax), _amount(shipping))

    assert Decimal(net) == money.net


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@given(moneys())
def test_no_part_of_money_is_ever_a_float(money: Money) -> None:
    """Nor what is computed from it."""
    parts = [getattr(money, field.name) for field in fields(Money)] + [money.net]

    assert not [part for part in parts if isinstance(part, float)]
    assert isinstance(money.net, Decimal)


def test_a_tenth_and_two_tenths_are_three_tenths() -> None:
    """As floats they are 0.30000000000000004."""
    money = Money("EUR", Decimal("0.60"), Decimal("0.10"), Decimal("0.20"))

    assert str(money.net) == "0.30"
