"""A recent body of an order that was paid long ago: it may come under the topic of payments."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from shared.outcome import Outcome, Result
from shared.stores.retention import KEPT
from tests.support import shopify_json
from tests.support.builders import NOW
from tests.support.loop import in_a_loop
from tests.support.posting import post
from tests.support.shop import Shop

if TYPE_CHECKING:
    from tools.traffic.request import Json

_PAID: Final = "orders/paid"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop whose stores forget by its own clock."""
    return shop_of(tmp_path)


def shop_of(tmp_path: Path, **settings: str) -> Shop:
    """Return such a shop with some settings more."""
    providers = f'{{"shopify": {{"secret": "file:{tmp_path}/shopify"}}}}'
    shop = Shop(tmp_path, PAYMENT_PROVIDERS=providers, **settings)
    shop.use(shop.open_stores())
    return shop


async def deliver(shop: Shop, topic: str = _PAID, *, placed: float = 0, **fields: Any) -> Outcome:  # noqa: ANN401
    """Deliver an order as it is now, signed; `placed` days before the tests' time."""
    now = shop.clock.now.isoformat()
    at = (NOW - timedelta(days=placed)).isoformat()
    body = shopify_json.order(
        **{"processed_at": at, "created_at": at, "updated_at": now, **fields},
    )
    headers = {
        "x-shopify-topic": topic,
        "x-shopify-event-id": f"{topic} {now}",
        "x-shopify-triggered-at": now,
    }
    (outcome,) = await post(shop, "shopify", body, headers)
    return outcome


def days_pass(shop: Shop, days: float) -> None:
    """Let days pass."""
    shop.clock.advance(days * 86_400)


@pytest.mark.parametrize("days", [89, 91, 200, 399])
@in_a_loop
async def test_what_was_counted_is_not_counted_again(shop: Shop, days: int) -> None:
    """The ledger knows it for 90 days, the order for 400."""
    assert (await deliver(shop)).result is Result.DELIVERED
    days_pass(shop, days)

    assert (await deliver(shop, "orders/updated")).result is Result.IGNORED
    again = await deliver(shop)

    forgotten = days > KEPT.ledger.days
    assert again.result is (Result.IGNORED if forgotten else Result.DUPLICATE)
    assert len(shop.ga4.bodies) == 1


@pytest.mark.parametrize(
    ("days", "result"),
    [
        (59, Result.DUPLICATE),
        (61, Result.IGNORED),
        (119, Result.IGNORED),
    ],
)
@in_a_loop
async def test_a_shorter_retention_counts_nothing_again(
    tmp_path: Path, days: int, result: Result
) -> None:
    """The bounds follow the settings."""
    shop = shop_of(tmp_path, LEDGER_RETENTION_DAYS="60", ORDER_RETENTION_DAYS="70")
    assert (await deliver(shop)).result is Result.DELIVERED
    days_pass(shop, days)

    assert (await deliver(shop)).result is result
    assert len(shop.ga4.bodies) == 1


@in_a_loop
async def test_an_order_that_is_paid_late_is_counted(shop: Shop) -> None:
    """It was placed long ago, and nobody has heard of a payment."""
    assert (await deliver(shop, placed=200)).result is Result.DELIVERED
    assert (await deliver(shop, placed=200)).result is Result.DUPLICATE
    assert len(shop.ga4.bodies) == 1


@in_a_loop
async def test_an_order_that_nobody_knows_is_money_whatever_its_age(shop: Shop) -> None:
    """A new deployment knows none, and a draft may be paid after years."""
    assert (await deliver(shop, placed=4_000)).result is Result.DELIVERED
    assert len(shop.ga4.bodies) == 1


@in_a_loop
async def test_what_an_order_grew_by_is_not_counted_again(shop: Shop) -> None:
    """What is paid after an edit is money of its own time; another edit later is new."""
    grown: Json = {"total_price": "37.60", "subtotal_price": "28.00"}
    larger: Json = {"total_price": "47.60", "subtotal_price": "38.00"}
    await deliver(shop)
    days_pass(shop, 100)
    assert (await deliver(shop, **grown)).result is Result.DELIVERED
    assert (await deliver(shop, **grown)).result is Result.DUPLICATE
    days_pass(shop, 91)

    assert (await deliver(shop, **grown)).result is Result.IGNORED
    assert (await deliver(shop)).result is Result.IGNORED
    assert (await deliver(shop, **larger)).result is Result.DELIVERED
    values = [body["events"][0]["params"]["value"] for body in shop.ga4.bodies]
    assert values == [18, 10, 10]
