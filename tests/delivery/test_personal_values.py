"""What looks personal beside the money is left out and named: it never costs the payment."""

import json
from typing import Any, Final

import pytest

from shared.outcome import Outcome, Result
from tests.support.builders import CLIENT_ID
from tests.support.loop import in_a_loop
from tests.support.shop import Shop
from tests.support.stripe_json import Json, checkout_session, delivery, event

CARD: Final = "4111111111111111"
PHONE: Final = "+49 170 1234567"
MAIL: Final = "jane@example.com"
WHO: Final = {"ga_client_id": CLIENT_ID}


def item(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a session's lines: one mug.

    Args:
        fields: What is different.
    """
    line = {
        "amount_total": 2760,
        "amount_tax": 460,
        "quantity": 1,
        "description": "Mug",
        "price": {"id": "price_1", "product": "prod_1"},
        **fields,
    }
    return {"data": [line], "has_more": False}


async def sent(shop: Shop, **fields: Any) -> tuple[Outcome, Json]:  # noqa: ANN401 - JSON
    """Take a paid session; return what became of it and what GA4 was sent."""
    outcome = await shop.take(delivery(event(checkout_session(**fields))))
    assert outcome.result is Result.DELIVERED, outcome
    (body,) = shop.ga4.bodies
    return outcome, body


@pytest.mark.parametrize("value", [CARD, PHONE])
@in_a_loop
async def test_a_user_id_is_left_out(shop: Shop, value: str) -> None:
    """The client still says whose payment it is."""
    outcome, body = await sent(shop, metadata={**WHO, "ga_user_id": value})

    assert "user_id" not in body
    assert body["client_id"] == CLIENT_ID
    assert "user_id: looked personal and was left out" in outcome.notes


@pytest.mark.parametrize("value", [CARD, f"ORD-{CARD}", PHONE])
@in_a_loop
async def test_an_order_id_gives_way_to_the_providers_own(shop: Shop, value: str) -> None:
    """One of 25 random numbers of 16 digits passes a card's check."""
    outcome, body = await sent(shop, metadata={**WHO, "order_id": value})

    assert body["events"][0]["params"]["transaction_id"] == "pi_1"
    assert "sent under the provider's own id" in " ".join(outcome.notes)
    assert value not in json.dumps([str(outcome), str(body)])


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"description": f"Card {CARD}"}, {"item_id": "prod_1"}),
        ({"price": {"id": CARD, "product": CARD}}, {"item_name": "Mug"}),
        (
            {"price": None, "description": f"Call {PHONE}"},
            {"item_name": "unnamed"},
        ),
    ],
)
@in_a_loop
async def test_a_field_of_an_item_is_left_out(shop: Shop, fields: Json, wanted: Json) -> None:
    """What is left still says what was sold, as far as that is known."""
    lines = {"line_items": item(**fields)}
    _, body = await sent(shop, **lines, total_details={"amount_tax": 460, "amount_shipping": 0})

    (found,) = body["events"][0]["params"]["items"]
    assert {name: found.get(name) for name in ("item_id", "item_name")} == {
        "item_id": None,
        "item_name": None,
        **wanted,
    }


@in_a_loop
async def test_a_code_is_left_out(shop: Shop) -> None:
    """Shops make codes of their customers' addresses."""
    promotion = {"id": "promo_1", "code": MAIL}
    _, body = await sent(shop, discounts=[{"coupon": None, "promotion_code": promotion}])

    assert "coupon" not in body["events"][0]["params"]
