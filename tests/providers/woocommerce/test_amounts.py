"""Only what an order collected counts: a gift card or store credit is off its total alone."""

from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.conversion import Conversion, Ignored
from shared.domain.event import DomainEvent
from shared.domain.money import Money
from shared.domain.refund import Refund
from shared.errors import UnusableError
from shared.providers.woocommerce.events import parse
from shared.providers.woocommerce.mapping import map_event
from shared.providers.woocommerce.options import WooCommerceOptions
from tests.providers.woocommerce.orders import delivery, order

CREDIT: Final = "total: less than its lines: a gift card or a credit paid the rest, not counted"


def meanings(**fields: Any) -> list[DomainEvent]:  # noqa: ANN401 - JSON
    """Return what an order of 27.60 EUR means, 4.60 of it tax and 5.00 shipping."""
    return [map_event(event, WooCommerceOptions()) for event in parse(delivery(order(**fields)))]


def purchase(**fields: Any) -> Conversion:  # noqa: ANN401 - JSON
    """Return its purchase."""
    found = meanings(**fields)[0]
    assert isinstance(found, Conversion)
    return found


def line(total: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a line of an order."""
    return {"name": "Mug", "quantity": 1, "total": total, "sku": "mug", **fields}


def test_half_by_gift_card_is_half_of_everything() -> None:
    """Tax, shipping and items too, and a note says why."""
    found = purchase(total="13.80")

    assert found.money == Money("EUR", Decimal("13.80"), Decimal("2.30"), Decimal("2.50"))
    assert [item.price * item.quantity for item in found.items] == [Decimal("9.00")]
    assert CREDIT in found.notes


def test_less_than_tax_and_shipping_is_on_record_as_rejected() -> None:
    """A credit may have paid the rest, or the order is broken: nothing says which."""
    with pytest.raises(UnusableError, match="total: less than its tax and shipping"):
        meanings(total="9.00")


def test_what_a_gift_card_paid_alone_is_no_money() -> None:
    """It was counted when it was bought."""
    assert meanings(total="0.00")[0] == Ignored("zero amount", uncounted=("1101",))


@pytest.mark.parametrize(
    "fields",
    [
        {"total": "27.60"},
        {"total": "27.58"},  # each line, the tax and the shipping may be rounded
        {"total": "10.60", "total_tax": "2.60", "fee_lines": [{"name": "Deal", "total": "-15.00"}]},
        {"total": "30.00", "line_items": [line("18.00")]},  # a plugin's line of another kind
        {"total": "13.80", "line_items": []},
        {"total": "13.80", "line_items": [line("a lot")]},
    ],
)
def test_without_a_credit_nothing_is_in_proportion(fields: dict[str, Any]) -> None:
    """Fees may be discounts, and of lines that cannot be read nothing follows."""
    fields = {"total_tax": "4.60", "shipping_total": "5.00", **fields}
    found = purchase(**fields)

    assert found.money == Money(
        "EUR", Decimal(fields["total"]), Decimal(fields["total_tax"]), Decimal("5.00")
    )
    assert CREDIT not in found.notes


@given(
    sold=st.integers(1, 10**6),
    tax=st.integers(0, 10**6),
    shipping=st.integers(0, 10**6),
    share=st.fractions(0, 1),
    decimals=st.sampled_from([0, 2, 3]),
)
def test_what_a_credit_leaves_is_split_without_a_rest(
    sold: int, tax: int, shipping: int, share: Fraction, decimals: int
) -> None:
    """No part is negative, and together they are what was paid, in a currency of any decimals."""
    paid = tax + shipping + max(1, int(sold * share))

    money = purchase(
        total=units(paid, decimals),
        total_tax=units(tax, decimals),
        shipping_total=units(shipping, decimals),
        line_items=[line(units(sold, decimals))],
    ).money

    assert money is not None
    assert money.total == Decimal(units(paid, decimals))
    assert min(money.net, money.tax or 0, money.shipping or 0) >= 0


def units(count: int, decimals: int) -> str:
    """Return an amount of so many smallest units."""
    return f"{Decimal(count).scaleb(-decimals):f}"


def test_status_and_entry_of_one_amount_are_told_as_one() -> None:
    """Only an order that is wholly refunded is reported in both ways."""
    entry = {"id": 5, "total": "-27.60"}
    each = [
        meanings(status="refunded"),
        meanings(status="refunded", refunds=[entry]),
        meanings(refunds=[{**entry, "total": "-7.60"}]),
    ]

    told = [refund.reported_twice for _, refund in each if isinstance(refund, Refund)]
    assert told == [("1101", "status"), ("1101", "entry"), None]
