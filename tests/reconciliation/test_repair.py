"""A repair and a webhook that comes late are duplicates of one another, whichever is first."""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from shared.outcome import Outcome, Result
from shared.provider_api.mollie import MollieApi
from shared.provider_api.paddle import PaddleAccount, PaddleApi
from shared.provider_api.shopify import ShopifyApi, ShopifyShop
from shared.provider_api.woocommerce import WooCommerceApi, WooCommerceShop
from shared.providers.event import ProviderEvent
from shared.reconciliation.provider import mollie, paddle, shopify, woocommerce
from shared.reconciliation.provider.record import Record
from shared.reconciliation.span import Span
from shared.secrets.secret import Secret
from tests.support import (
    mollie_server,
    paddle_json,
    paddle_server,
    shopify_json,
    shopify_server,
    woocommerce_server,
)
from tests.support.api_server import Json
from tests.support.builders import NOW
from tests.support.loop import in_a_loop
from tests.support.mollie_server import MollieServer
from tests.support.paddle_server import PaddleServer
from tests.support.posting import post
from tests.support.shop import Shop
from tests.support.shopify_server import SHOP, ShopifyServer
from tests.support.woocommerce_server import WooCommerceServer
from tools.traffic.facts import Facts
from tools.traffic.kinds import KINDS
from tools.traffic.sales import plain_visit

SPAN: Final = Span(NOW - timedelta(days=1), NOW + timedelta(minutes=1))
AT: Final = NOW.isoformat()
PAID: Final = {"payments": [{"status": "captured", "captured_at": AT}]}
TIMES: Final = {"created_at": AT, "updated_at": AT}
TRANSACTION: Final[Json] = paddle_json.transaction(**PAID, **TIMES)
ADJUSTMENT: Final[Json] = paddle_json.adjustment(**TIMES)
REFUND: Final[Json] = shopify_json.refund()
ORDER: Final[Json] = shopify_json.order(updated_at=AT, refunds=[REFUND])
FACTS: Final = Facts("1", plain_visit("1.2", 1, 2, "denied"), int(NOW.timestamp()))


def body(kind: str) -> Json:
    """Return a test delivery's body of a kind, in live mode."""
    text = KINDS[kind].make(FACTS).body.replace(b'"mode": "test"', b'"mode": "live"')
    found: Json = json.loads(text)
    return found


MOLLIE_PAID: Final = body("mollie.payment")
MOLLIE_REFUNDED: Final = body("mollie.refund")
WOOCOMMERCE_ORDER: Final = body("woocommerce.refund")
WOOCOMMERCE_TOPIC: Final = {"x-wc-webhook-topic": "order.updated"}


async def listed(record: Record) -> list[ProviderEvent]:
    """Return what a record says happened."""
    return [event for part in record.parts(SPAN) async for event in part]


async def of_paddle() -> list[ProviderEvent]:
    """Return what Paddle's API says of a transaction and its refund."""
    async with PaddleServer(transactions=[TRANSACTION], adjustments=[ADJUSTMENT]) as server:
        api = PaddleApi(server.url)
        account = PaddleAccount(Secret(paddle_server.KEY), sandbox=False)
        found = await listed(paddle.PaddleRecord(api, account, NOW + timedelta(minutes=1)))
        await api.close()
    return found


async def of_shopify() -> list[ProviderEvent]:
    """Return what Shopify's API says of an order and its refund."""
    async with ShopifyServer(orders=[ORDER]) as server:
        api = ShopifyApi(server.url)
        shop = ShopifyShop(SHOP, Secret(shopify_server.TOKEN))
        found = await listed(shopify.ShopifyRecord(api, shop, NOW + timedelta(minutes=1)))
        await api.close()
    return found


async def of_mollie() -> list[ProviderEvent]:
    """Return what Mollie's API says of a payment and its refund."""
    lists = {
        "payments": [{"createdAt": AT, **MOLLIE_PAID["_embedded"]["entity"]}],
        "refunds": [MOLLIE_REFUNDED["_embedded"]["entity"]],
    }
    async with MollieServer(lists=lists) as server:
        api = MollieApi(Secret(mollie_server.KEY), server.url)
        found = await listed(mollie.MollieRecord(api))
        await api.close()
    return found


async def of_woocommerce() -> list[ProviderEvent]:
    """Return what a shop's API says of an order and its refund."""
    async with WooCommerceServer(orders=[WOOCOMMERCE_ORDER]) as server:
        shop = WooCommerceShop("shop.example.com", Secret(woocommerce_server.KEY))
        api = WooCommerceApi(shop, server.url)
        found = await listed(woocommerce.WooCommerceRecord(api, shop.place))
        await api.close()
    return found


RECORDS: Final[Mapping[str, Callable[[], Awaitable[list[ProviderEvent]]]]] = {
    "mollie": of_mollie,
    "paddle": of_paddle,
    "shopify": of_shopify,
    "woocommerce": of_woocommerce,
}


def opened(folder: Path, provider: str) -> Shop:
    """Return a shop that takes the webhooks of a provider."""
    entry = {provider: {"secret": f"file:{folder}/{provider}"}}
    return Shop(folder, PAYMENT_PROVIDERS=json.dumps(entry))


def bodies_of(provider: str) -> list[tuple[Json, dict[str, str]]]:
    """Return the webhooks of the same payment and refund."""
    match provider:
        case "mollie":
            return [(MOLLIE_PAID, {}), (MOLLIE_REFUNDED, {})]
        case "woocommerce":
            return [(WOOCOMMERCE_ORDER, WOOCOMMERCE_TOPIC)]
        case "paddle":
            return [
                (paddle_json.event(TRANSACTION), {}),
                (paddle_json.event(ADJUSTMENT, "adjustment.updated", event_id="evt_2"), {}),
            ]
    plain = {name: value for name, value in ORDER.items() if name != "refunds"}
    headers = dict(shopify_json.HEADERS)
    topic = {"x-shopify-topic": "refunds/create", "x-shopify-event-id": "ev-2"}
    return [(plain, headers), (REFUND, {**headers, **topic})]


async def delivered(shop: Shop, provider: str) -> list[Outcome]:
    """Return what becomes of the webhooks of the same payment and refund."""
    bodies = bodies_of(provider)
    return [outcome for b, h in bodies for outcome in await post(shop, provider, b, h)]


async def repaired(shop: Shop, provider: str) -> list[Outcome]:
    """Return what becomes of what the provider's API says of them."""
    events = await RECORDS[provider]()
    return [await shop.payments.settle(shop.settings.providers[provider], e) for e in events]


def sent(shop: Shop) -> list[Any]:
    """Return what GA4 received, without the client that is made up."""
    return [body["events"] for body in shop.ga4.bodies]


@pytest.mark.parametrize("provider", RECORDS)
@pytest.mark.parametrize("first", [delivered, repaired])
@in_a_loop
async def test_the_second_word_is_a_duplicate(provider: str, first: Any, tmp_path: Path) -> None:  # noqa: ANN401
    """Both have the same keys."""
    shop = opened(tmp_path, provider)
    second = repaired if first is delivered else delivered

    assert [o.result for o in await first(shop, provider)] == [Result.DELIVERED] * 2
    assert [o.result for o in await second(shop, provider)] == [Result.DUPLICATE] * 2
    assert len(shop.ga4.bodies) == 2


@pytest.mark.parametrize("provider", RECORDS)
@in_a_loop
async def test_a_repair_sends_what_the_webhook_would_have_sent(
    provider: str, tmp_path: Path
) -> None:
    """To the digit of an amount, items and time of payment included."""
    shops = []
    for name, take in (("webhook", delivered), ("repair", repaired)):
        folder = tmp_path / name
        folder.mkdir()
        shop = opened(folder, provider)
        await take(shop, provider)
        shops.append(shop)

    by_webhook, by_repair = (
        [(e["name"], e["params"].get("value"), e["params"].get("items")) for b in s for e in b]
        for s in map(sent, shops)
    )
    assert by_webhook == by_repair
    assert [name for name, *_ in by_repair] == ["purchase", "refund"]
