"""What was returned: the lines of Stripe's credit notes as items of the refunds they belong to."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from tests.consent.play import shop_in
from tests.providers.stripe.shapes import credit_note, new_invoice, new_line, refund
from tests.support.fast_loop import run_fast
from tests.support.firestore_emulator import DATABASE, address_and_project, tell_address
from tests.support.loop import in_a_fast_loop
from tests.support.posting import post
from tests.support.stripe_json import Json, event

_PRICES: Final = {"il_mug": "prod_mug", "il_tea": "prod_tea"}


def _line(number: str, text: str, amount: int, quantity: int) -> Json:
    details = {"price": f"price_{number}", "product": _PRICES[number]}
    return new_line(
        amount,
        id=number,
        description=text,
        quantity=quantity,
        quantity_decimal=str(quantity),
        pricing={"type": "price_details", "price_details": details},
    )


LINES: Final = [_line("il_mug", "3 \u00d7 Mug (at $20.00 / month)", 6000, 3)]
LINES.append(_line("il_tea", "Tea", 4000, 2))
PAYMENTS: Final = [{"payment": {"type": "payment_intent", "payment_intent": "pi_1"}}]


def invoice() -> Json:
    """Return an invoice of 120.00 EUR: three mugs, two teas and 20 % tax."""
    paid = new_invoice(
        total=12_000,
        amount_paid=12_000,
        amount_due=12_000,
        lines={"data": LINES},
        payments={"data": PAYMENTS},
        total_taxes=[{"amount": 2000, "tax_behavior": "exclusive"}],
        subtotal=10_000,
        shipping_cost=None,
    )
    return event(paid, "invoice.paid", id="evt_paid")


def credited(amount: int, line: str | Json | None = "il_mug", **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a line of a credit note."""
    return {
        "object": "credit_note_line_item",
        "amount": amount,
        "description": "3 \u00d7 Mug (at $20.00 / month)",
        "discount_amounts": [],
        "invoice_line_item": line,
        "quantity": 1,
        "taxes": [{"amount": amount // 5, "tax_behavior": "exclusive"}],
        "type": "invoice_line_item" if line else "custom_line_item",
        "unit_amount": amount,
        **fields,
    }


def note(lines: Sequence[Json], total: int, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return the event of a credit note."""
    listed = {"data": list(lines), "has_more": False}
    whole = credit_note(currency="eur", total=total, lines=listed, **fields)
    return event(whole, "credit_note.created", id="evt_note")


def outside(lines: Sequence[Json], total: int, paid_back: int | None = None) -> Json:
    """Return a credit note that was paid back outside Stripe."""
    return note(lines, total, refunds=[], out_of_band_amount=paid_back or total)


def back(amount: int, number: str = "re_1") -> Json:
    """Return the event of a refund by Stripe."""
    whole = refund(id=number, amount=amount, payment_intent="pi_1", charge=None)
    return event(whole, "refund.created", id=f"evt_{number}")


def settings_of(store: str, folder: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """Return the settings that choose a store."""
    if store == "sqlite":
        return {}
    tell_address(request.getfixturevalue("firestore_emulator"), folder)
    emulator, project = address_and_project(folder)
    return {"STORE": f"firestore:{project}/{DATABASE}", "FIRESTORE_EMULATOR_HOST": emulator}


async def refunds_of(folder: Path, events: Sequence[Json], **settings: str) -> list[Json]:
    """Return the parameters of the refunds that GA4 has after some events."""
    shop = shop_in(folder, **settings)
    for each in events:
        await post(shop, "stripe", each)
    sent = [one for body in shop.ga4.bodies for one in body["events"]]
    return [one["params"] for one in sent if one["name"] == "refund"]


def items_of(params: Json) -> list[tuple[str | None, str | None, Decimal, Decimal]]:
    """Return id, name, price and quantity of each item."""
    return [
        (each.get("item_id"), each.get("item_name"), each["price"], each["quantity"])
        for each in params.get("items", ())
    ]


MUG: Final = ("prod_mug", "Mug", Decimal(20), Decimal(1))


@pytest.mark.parametrize("store", ["sqlite", "firestore"])
@pytest.mark.parametrize(
    "events",
    [
        pytest.param([invoice(), note([credited(2000)], 2400), back(2400)], id="note, refund"),
        pytest.param([note([credited(2000)], 2400), invoice(), back(2400)], id="note first of all"),
        pytest.param([invoice(), outside([credited(2000)], 2400)], id="outside Stripe"),
    ],
)
def test_a_refund_says_what_was_returned(
    events: Sequence[Json], store: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Under the ids of what was sold, net of tax, whichever way the money went back."""
    settings = settings_of(store, tmp_path, request)

    (params,) = run_fast(refunds_of(tmp_path, events, **settings))

    assert params["value"] == Decimal(20)
    assert items_of(params) == [MUG]


@in_a_fast_loop
async def test_a_refund_that_comes_before_its_credit_note_is_as_it_was(tmp_path: Path) -> None:
    """It is sent already, and the note is no second one."""
    events = [invoice(), back(2400), note([credited(2000)], 2400)]

    (params,) = await refunds_of(tmp_path, events)

    assert (params["value"], items_of(params)) == (Decimal(20), [])


@in_a_fast_loop
async def test_each_refund_of_a_note_returns_its_part(tmp_path: Path) -> None:
    """The prices shrink with the money; together they are the note's."""
    both = [{"refund": "re_1", "amount_refunded": 1800}, {"refund": "re_2", "amount_refunded": 600}]
    events = [invoice(), note([credited(2000)], 2400, refunds=both)]

    first, second = await refunds_of(tmp_path, [*events, back(1800), back(600, "re_2")])

    assert items_of(first) == [("prod_mug", "Mug", Decimal(15), Decimal(1))]
    assert items_of(second) == [("prod_mug", "Mug", Decimal(5), Decimal(1))]


@in_a_fast_loop
async def test_a_note_that_is_paid_back_in_both_ways_is_two_refunds(tmp_path: Path) -> None:
    """Half by Stripe and half by bank transfer."""
    half = note([credited(2000)], 2400, out_of_band_amount=1200)

    first, second = await refunds_of(tmp_path, [invoice(), half, back(1200)])

    wanted = [("prod_mug", "Mug", Decimal(10), Decimal(1))]
    assert (items_of(first), items_of(second)) == (wanted, wanted)


_OWN: Final = (None, "Goodwill", Decimal(20), Decimal(1))


@pytest.mark.parametrize(
    ("line", "item"),
    [
        pytest.param(credited(2000, description=None), MUG, id="by its line alone"),
        pytest.param(credited(2000, {"id": "il_mug"}), MUG, id="an expanded line"),
        pytest.param(credited(2000, "il_gone"), MUG, id="a line nobody knows: by its text"),
        pytest.param(credited(2000, None, description="Goodwill"), _OWN, id="a text of its own"),
        pytest.param(
            credited(2000, None, description="jane@example.com"),
            (None, "unnamed", Decimal(20), Decimal(1)),
            id="an address",
        ),
        pytest.param(
            credited(2400, taxes=[{"amount": 400, "tax_behavior": "inclusive"}]),
            MUG,
            id="tax within",
        ),
        pytest.param(
            credited(2400, taxes=None, tax_amounts=[{"amount": 400, "inclusive": True}]),
            MUG,
            id="tax within, before basil",
        ),
        pytest.param(
            credited(3000, discount_amounts=[{"amount": 1000, "discount": "di_1"}]),
            MUG,
            id="a discount",
        ),
        pytest.param(
            credited(2000, quantity=3),
            ("prod_mug", "Mug", Decimal("6.666667"), Decimal(3)),
            id="no round price each",
        ),
    ],
)
@in_a_fast_loop
async def test_a_line_is_the_item_that_was_sold(
    line: Json, item: tuple[str | None, str | None, Decimal, Decimal], tmp_path: Path
) -> None:
    """By its line of the invoice, else by a text that one item alone has, else by its own."""
    (params,) = await refunds_of(tmp_path, [invoice(), outside([line], 2400)])

    assert items_of(params) == [item]


@pytest.mark.parametrize(
    "lines",
    [
        None,
        {"data": []},
        {"data": "?"},
        {"data": [{"amount": "?"}]},
        {"data": [{"amount": 10**30}]},
    ],
)
@in_a_fast_loop
async def test_lines_that_say_nothing_cost_no_refund(lines: object, tmp_path: Path) -> None:
    """The money is certain; what was returned is not."""
    whole = credit_note(currency="eur", total=2400, refunds=[], out_of_band_amount=2400)
    events = [invoice(), event({**whole, "lines": lines}, "credit_note.created")]

    (params,) = await refunds_of(tmp_path, events)

    assert (params["value"], items_of(params)) == (Decimal(20), [])
