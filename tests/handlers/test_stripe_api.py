"""With a restricted key, what an event only names is fetched and told."""

from dataclasses import replace
from pathlib import Path

from shared.outcome import Result
from shared.stripe_api.client import StripeApi
from tests.support.builders import SECONDS
from tests.support.loop import in_a_loop
from tests.support.posting import post
from tests.support.shop import Shop
from tests.support.stripe_json import Json, checkout_session
from tests.support.stripe_server import KEY, StripeServer

LINE: Json = {
    "id": "li_1",
    "object": "item",
    "quantity": 2,
    "amount_subtotal": 2000,
    "amount_discount": 200,
    "amount_tax": 360,
    "amount_total": 2160,
    "description": "Tea",
    "price": {"id": "price_1", "product": "prod_tea"},
}


def shop_with_key(folder: Path, server: StripeServer) -> Shop:
    """Return a shop that may ask the server."""
    entry = f'{{"secret": "file:{folder}/stripe", "api_key": "file:{folder}/key"}}'
    shop = Shop(folder, PAYMENT_PROVIDERS=f'{{"stripe": {entry}}}', ACCEPT_TEST_EVENTS="true")
    shop.write("key", KEY)
    shop.payments = replace(shop.payments, stripe_api=StripeApi(server.url))
    return shop


async def closed(shop: Shop) -> None:
    """Close what a shop holds."""
    await shop.payments.stripe_api.close()
    await shop.payments.sender.ledger.close()


@in_a_loop
async def test_a_session_is_told_with_its_items(tmp_path: Path) -> None:
    """Price times quantity is the value: the items are net and after discount."""
    lists = {"/v1/checkout/sessions/cs_test_1/line_items": [LINE]}
    async with StripeServer(lists=lists) as server:
        shop = shop_with_key(tmp_path, server)
        snapshot = {
            "object": "event",
            "id": "evt_1",
            "type": "checkout.session.completed",
            "created": SECONDS,
            "livemode": "_live_" in KEY,
            "data": {"object": checkout_session()},
        }
        (outcome,) = await post(shop, "stripe", snapshot)
        await closed(shop)

    (body,) = shop.ga4.bodies
    params = body["events"][0]["params"]
    assert outcome.result is Result.DELIVERED
    assert params["value"] == 18
    assert params["items"] == [
        {"item_id": "prod_tea", "item_name": "Tea", "discount": 1, "price": 9, "quantity": 2}
    ]


@in_a_loop
async def test_a_thin_event_becomes_what_its_snapshot_would(tmp_path: Path) -> None:
    """One purchase, whichever of the two comes, and both are one."""
    objects = {"/v1/checkout/sessions/cs_test_1": checkout_session()}
    async with StripeServer(objects=objects, lists={}) as server:
        shop = shop_with_key(tmp_path, server)
        thin = {
            "object": "v2.core.event",
            "id": "evt_thin",
            "type": "v1.checkout.session.completed",
            "created": "2026-11-23T12:00:00.000Z",
            "livemode": "_live_" in KEY,
            "related_object": {
                "id": "cs_test_1",
                "type": "checkout.session",
                "url": "/v1/checkout/sessions/cs_test_1",
            },
        }
        (first,) = await post(shop, "stripe", thin)
        (again,) = await post(shop, "stripe", {**thin, "id": "evt_thin_2"})
        await closed(shop)

    assert (first.result, again.result) == (Result.DELIVERED, Result.DUPLICATE)
    assert len(shop.ga4.bodies) == 1
