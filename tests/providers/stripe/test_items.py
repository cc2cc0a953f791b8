"""An order's items add up to its value, or say why they do not."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.conversion import Conversion
from shared.domain.item import Item
from shared.domain.money import Money
from shared.providers.minor_units import CURRENCIES, major_units
from shared.providers.stripe import StripeOptions
from shared.providers.stripe.items import MAX_ITEMS, Line, to_items
from tests.providers.stripe.shapes import domain_event, new_invoice, new_line, old_invoice, old_line
from tests.support.stripe_json import Json, checkout_session, payment_intent

TEN = Money("EUR", Decimal("10.00"))
MISMATCH = ("lines: do not add up to the value",)


def line(net: int, quantity: str = "1", discount: int = 0) -> Line:
    """Return a line of an order."""
    return Line("p", None, net, discount, Decimal(quantity))


def sold(*lines: Line, money: Money = TEN, **how: int) -> list[tuple[str, str]]:
    """Return price and quantity of each item."""
    found = to_items(lines, money, "lines", whole=bool(how.get("whole", 1))).items
    return [(f"{i.price.normalize():f}", f"{i.quantity.normalize():f}") for i in found]


@pytest.mark.parametrize(
    ("lines", "items", "notes"),
    [
        pytest.param([line(1000)], [("10", "1")], (), id="one"),
        pytest.param([line(1000, "3")], [("3.333333", "3")], (), id="six decimals"),
        pytest.param([line(400), line(600, "2")], [("4", "1"), ("3", "2")], (), id="two"),
        pytest.param([line(1000), line(0)], [("10", "1"), ("0", "1")], (), id="a gift"),
        pytest.param([line(1000), line(0, "0")], [("10", "1")], (), id="no usage"),
        pytest.param([line(1000, "0")], [("10", "1")], (), id="paid for, but not counted"),
        pytest.param([line(2000), line(-1000)], [("10", "1")], (), id="a credit"),
        pytest.param(
            [line(1500), line(500), line(-1000)], [("7.5", "1"), ("2.5", "1")], (), id="shared"
        ),
        pytest.param(
            [line(1), line(1), line(1)],
            [("3.33", "1"), ("3.34", "1"), ("3.33", "1")],
            MISMATCH,
            id="scaled, no cent lost",
        ),
        pytest.param([line(0)], [], ("lines: no line was sold",), id="nothing to share it among"),
        pytest.param([line(-5)], [], ("lines: no line was sold",), id="only credits"),
        pytest.param([], [], (), id="none"),
        pytest.param(
            [line(1000, "1000000000000")], [("10", "1")], (), id="too many for six decimals"
        ),
        pytest.param(
            [line(1000, "0.000000000001")],
            [("10000000000000", "0.000000000001")],
            (),
            id="a trillionth of one",
        ),
        pytest.param([line(1000, "0.5")], [("20", "0.5")], (), id="half of one"),
    ],
)
def test_items_share_the_value(
    lines: list[Line], items: list[tuple[str, str]], notes: tuple[str, ...]
) -> None:
    """In the proportion of their lines."""
    assert sold(*lines) == items
    assert to_items(lines, TEN, "lines").notes == notes


def test_some_lines_of_many_keep_their_own_prices() -> None:
    """The others are not known, so there is nothing to share."""
    found = to_items([line(400)], TEN, "lines", whole=False)

    assert (found.items[0].price, found.notes) == (
        Decimal(4),
        ("lines: not all of them came with the event",),
    )


def test_an_order_without_a_value_gives_its_items_away() -> None:
    """Only the shipping was paid, say."""
    money = Money("EUR", Decimal(5), shipping=Decimal(5))

    assert sold(line(0, "2"), money=money) == [("0", "2")]
    assert sold(line(500), money=money) == [("0", "1")]


def test_what_is_beyond_what_ga4_takes_is_one_item() -> None:
    """The money is all there."""
    items = to_items([line(1)] * 1000, TEN, "lines").items

    assert len(items) == MAX_ITEMS
    assert items[-1] == Item(Decimal("8.01"), Decimal(1), "further_items", "Further items")


def test_a_discount_is_told_for_each_unit() -> None:
    """It is what was taken off, and not what was paid."""
    (item,) = to_items([line(1000, "4", discount=200)], TEN, "lines").items

    assert (item.price, item.discount) == (Decimal("2.50"), Decimal("0.50"))


LINES = st.lists(
    st.builds(
        line,
        st.integers(-(10**9), 10**9),
        st.integers(0, 10**12).map(str)
        | st.decimals(0, 10**6, places=12).map(lambda quantity: f"{quantity:f}"),
    ),
    max_size=30,
)


@given(lines=LINES, value=st.integers(0, 10**11), currency=st.sampled_from(sorted(CURRENCIES)))
def test_price_times_quantity_adds_up_to_the_value(
    lines: list[Line], value: int, currency: str
) -> None:
    """Within half of the smallest unit for each item, whatever the lines say."""
    unit = major_units(1, currency, "")
    money = Money(currency, value * unit)
    found = to_items(lines, money, "lines")
    total = sum((item.price * item.quantity for item in found.items), Decimal(0))

    if found.items:
        assert abs(total - money.net) <= unit / 2 * len(found.items)
    else:
        assert not any(line.net > 0 for line in lines)
    assert all(item.price >= 0 and item.quantity > 0 for item in found.items)


@given(LINES.filter(lambda lines: any(line.net > 0 for line in lines)))
def test_lines_that_add_up_need_no_note(lines: list[Line]) -> None:
    """Credits explain themselves; where there are none, each keeps its own price."""
    value = sum(line.net for line in lines)
    if value < 0:
        return
    found = to_items(lines, Money("JPY", Decimal(value)), "lines")

    assert found.notes == ()
    if all(line.net >= 0 for line in lines):
        raw = [line for line in lines if line.net > 0 or line.quantity > 0]
        for item, of in zip(found.items, raw, strict=True):
            assert abs(item.price * item.quantity - of.net) <= Decimal("0.5")


def items_of(subject: Json, kind: str, item_id: str = "product") -> tuple[Item, ...]:
    """Return the items of the purchase that an event around an object means."""
    options = StripeOptions(payment_intents=True, item_id=item_id)
    found = domain_event(subject, kind, options)
    assert isinstance(found, Conversion)
    return found.items


PRICE = {
    "id": "price_1",
    "product": {"id": "prod_1", "name": "Pro", "metadata": {"sku": "SKU-PRODUCT"}},
    "metadata": {"sku": "SKU-PRICE"},
}


@pytest.mark.parametrize(
    ("item_id", "fields", "found"),
    [
        pytest.param("product", {}, "prod_1", id="the product"),
        pytest.param("price", {}, "price_1", id="the price"),
        pytest.param("metadata:sku", {"metadata": {"sku": "SKU"}}, "SKU", id="the line's own"),
        pytest.param("metadata:sku", {"price": PRICE}, "SKU-PRICE", id="the price's"),
        pytest.param(
            "metadata:sku", {"price": {**PRICE, "metadata": {}}}, "SKU-PRODUCT", id="the product's"
        ),
        pytest.param("metadata:sku", {}, "prod_1", id="none has it"),
        pytest.param("metadata:sku", {"metadata": {"sku": "null"}}, "prod_1", id="a placeholder"),
        pytest.param("metadata:sku", {"metadata": {"sku": "x" * 101}}, "prod_1", id="too long"),
        pytest.param("metadata:sku", {"metadata": []}, "prod_1", id="no metadata at all"),
        pytest.param("product", {"price": {"id": "price_1"}}, "price_1", id="no product"),
        pytest.param("product", {"price": "price_1"}, "price_1", id="only a price's id"),
        pytest.param("product", {"price": None}, None, id="neither"),
    ],
)
def test_the_items_id_is_the_operators_choice(
    item_id: str, fields: Json, found: str | None
) -> None:
    """And what a line lacks is replaced by the next best; both shapes alike."""
    session_line = {"amount_total": 1800, "price": {"id": "price_1", "product": "prod_1"}, **fields}
    session = checkout_session(line_items={"data": [session_line]})
    invoice = old_invoice(lines={"data": [old_line(**{"plan": None, **fields})]})

    assert items_of(session, "checkout.session.completed", item_id)[0].item_id == found
    assert items_of(invoice, "invoice.paid", item_id)[0].item_id == found


def test_an_expanded_price_of_today_is_read_as_well() -> None:
    """As an id or as the object, the product beside it or within."""
    pricing = {"price_details": {"price": PRICE, "product": "prod_1"}}
    lines = {"data": [new_line(pricing=pricing)]}

    for choice, found in (
        ("product", "prod_1"),
        ("price", "price_1"),
        ("metadata:sku", "SKU-PRICE"),
    ):
        assert items_of(new_invoice(lines=lines), "invoice.paid", choice)[0].item_id == found


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        pytest.param({}, "Pro", id="without quantity and price"),
        pytest.param({"description": "12 \u00d7 Seat"}, "Seat", id="without quantity"),
        pytest.param({"description": "Consulting"}, "Consulting", id="the shop's own words"),
        pytest.param({"description": " "}, None, id="blank"),
        pytest.param({"description": None}, None, id="none"),
        pytest.param({"description": "Seat of jane@example.com"}, None, id="with an address"),
        pytest.param({"price": PRICE, "description": "x"}, "Pro", id="the product's, expanded"),
        pytest.param(
            {"proration": True, "description": "Remaining time on Pro after 01 Nov 2026"},
            None,
            id="no name of a day",
        ),
        pytest.param(
            {"proration": True, "price": None, "plan": None, "description": "Remaining time"},
            "Remaining time",
            id="unless there is no id",
        ),
        pytest.param({"price": None, "plan": None, "description": ""}, "unnamed", id="no word"),
    ],
)
def test_a_name_is_the_products_and_not_the_lines(fields: Json, name: str | None) -> None:
    """Else every quantity, price and day would be another product."""
    invoice = old_invoice(lines={"data": [old_line(**fields)]})

    assert items_of(invoice, "invoice.paid")[0].item_name == name


@pytest.mark.parametrize(
    ("fields", "quantity"),
    [
        pytest.param({"quantity": 3, "quantity_decimal": "2.5"}, Decimal("2.5"), id="the decimal"),
        pytest.param({"quantity": 3, "quantity_decimal": None}, Decimal(3), id="the whole"),
        pytest.param({"quantity": None, "quantity_decimal": None}, Decimal(1), id="neither"),
        pytest.param({"quantity": 0, "quantity_decimal": "0"}, Decimal(1), id="paid, not counted"),
    ],
)
def test_a_quantity_is_read_as_exactly_as_it_is_told(fields: Json, quantity: Decimal) -> None:
    """A decimal is a text on the wire; the whole one beside it is cut."""
    (item,) = items_of(new_invoice(lines={"data": [new_line(**fields)]}), "invoice.paid")

    assert item.quantity == quantity
    assert abs(item.price * quantity - Decimal(10)) < Decimal("0.005")


@pytest.mark.parametrize(
    ("lines", "prices"),
    [
        pytest.param(
            [new_line(1250, discount_amounts=[{"amount": 250}])], ["10"], id="less its discounts"
        ),
        pytest.param(
            [
                new_line(
                    1500,
                    pretax_credit_amounts=[
                        {"amount": 500, "type": "credit_balance_transaction"},
                        {"amount": 100, "type": "discount"},
                    ],
                )
            ],
            ["10"],
            id="less a credit grant; a discount stands here a second time",
        ),
        pytest.param(
            [new_line(1190, taxes=[{"amount": 190, "tax_behavior": "inclusive"}])],
            ["10"],
            id="less the tax it contains",
        ),
        pytest.param(
            [new_line(1000, taxes=[{"amount": 190, "tax_behavior": "exclusive"}])],
            ["10"],
            id="and not less the tax it does not",
        ),
        pytest.param(
            [new_line(1000), new_line(0, parent={"invoice_item_details": {"proration": True}})],
            ["10"],
            id="a proration of nothing is no item",
        ),
    ],
)
def test_a_lines_price_is_what_was_paid_for_it(lines: list[Json], prices: list[str]) -> None:
    """Net of discounts and taxes, by the formula of the fact sheet, 4.3."""
    found = items_of(new_invoice(lines={"data": lines}), "invoice.paid")

    assert [f"{item.price.normalize():f}" for item in found] == prices


@pytest.mark.parametrize(
    ("subtotal", "discount", "each"),
    [
        pytest.param(2000, 200, "1.00", id="exclusive"),
        pytest.param(2400, 240, "1.20", id="inclusive"),
    ],
)
def test_a_sessions_items_add_up_to_its_value(subtotal: int, discount: int, each: str) -> None:
    """The fact sheet's worked example: 2 of 10.00, or of 12.00 with the tax in it, 10 % off."""
    line = {
        "amount_discount": discount,
        "amount_subtotal": subtotal,
        "amount_tax": 360,
        "amount_total": 2160,
        "description": "T-shirt",
        "price": {"id": "price_1", "product": "prod_1", "unit_amount": subtotal // 2},
        "quantity": 2,
    }

    assert items_of(
        checkout_session(line_items={"data": [line]}), "checkout.session.completed"
    ) == (Item(Decimal(9), Decimal(2), "prod_1", "T-shirt", Decimal(each)),)


def test_a_session_whose_lines_were_not_asked_for_has_none() -> None:
    """The event has none."""
    assert items_of(checkout_session(), "checkout.session.completed") == ()


def test_an_intents_lines_are_its_items() -> None:
    """With the tax of each line, the discount of the whole, and the tip as an item of its own."""
    details = {
        "discount_amount": 100,
        "line_items": {
            "data": [
                {
                    "discount_amount": 50,
                    "product_code": "SKU-1",
                    "product_name": "Cup",
                    "quantity": 2,
                    "tax": {"total_tax_amount": 150},
                    "unit_cost": 825,
                },
                {"product_name": "Gift wrap", "tax": None, "unit_cost": 250},
            ]
        },
        "tip": {"amount": 100},
    }
    found = domain_event(
        payment_intent(amount_details=details),
        "payment_intent.succeeded",
        StripeOptions(payment_intents=True),
    )

    assert isinstance(found, Conversion)
    assert found.money == Money("USD", Decimal("20.00"), Decimal("1.50"))
    assert [(i.item_id, i.item_name) for i in found.items] == [
        ("SKU-1", "Cup"),
        (None, "Gift wrap"),
        ("tip", "Tip"),
    ]
    assert sum(i.price * i.quantity for i in found.items) == Decimal("18.50")
    assert found.notes == ()
