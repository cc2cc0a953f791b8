"""With a restricted key, what an event only names is fetched and told."""

import json
from pathlib import Path

import pytest

from shared.errors import PendingError
from shared.handlers.provider_apis import ProviderApis
from shared.outcome import Result
from tests.support.builders import SECONDS
from tests.support.loop import in_a_loop
from tests.support.posting import post
from tests.support.shop import Shop
from tests.support.stripe_json import Json, checkout_session
from tests.support.stripe_server import KEY, StripeServer
from tools.changed import replace

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


def shop_with_key(folder: Path, server: StripeServer, **options: object) -> Shop:
    """Return a shop that may ask the server."""
    entry = {"secret": f"file:{folder}/stripe", "api_key": f"file:{folder}/key", **options}
    shop = Shop(folder, PAYMENT_PROVIDERS=json.dumps({"stripe": entry}), ACCEPT_TEST_EVENTS="true")
    shop.write("key", KEY)
    shop.payments = replace(shop.payments, apis=ProviderApis(server.url))
    return shop


async def closed(shop: Shop) -> None:
    """Close what a shop holds."""
    await shop.payments.apis.close()
    await shop.payments.sender.stores.ledger.close()


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


def basil(subject: Json, kind: str, number: int) -> Json:
    """Return an event of a version in which no intent names its owner."""
    return {
        "object": "event",
        "id": f"evt_{number}",
        "type": kind,
        "created": SECONDS,
        "livemode": "_live_" in KEY,
        "api_version": "2025-06-30.basil",
        "data": {"object": subject},
    }


INTENT: Json = {
    "id": "pi_1",
    "object": "payment_intent",
    "status": "succeeded",
    "amount": 2760,
    "amount_received": 2760,
    "currency": "eur",
    "metadata": {},
}
INVOICE: Json = {
    "id": "in_1",
    "object": "invoice",
    "status": "paid",
    "billing_reason": "subscription_cycle",
    "currency": "eur",
    "total": 2760,
    "amount_paid": 2760,
    "total_taxes": [{"amount": 460, "tax_behavior": "exclusive"}],
    "parent": {"subscription_details": {"subscription": "sub_1"}},
}


@pytest.mark.parametrize("intent_first", [True, False])
@in_a_loop
async def test_an_intent_whose_invoice_stripe_knows_does_not_wait(
    tmp_path: Path, *, intent_first: bool
) -> None:
    """Its invoice is the money, in either order of arrival, and counts once: net."""
    events = [
        basil(INTENT, "payment_intent.succeeded", 1),
        basil(INVOICE, "invoice.paid", 2),
    ]
    lists = {"/v1/invoice_payments": [{"id": "inpay_1", "invoice": "in_1", "status": "paid"}]}
    async with StripeServer(lists=lists) as server:
        shop = shop_with_key(tmp_path, server, payment_intents=True)
        ordered = events if intent_first else events[::-1]
        results = [o.result for e in ordered for o in await post(shop, "stripe", e)]
        await closed(shop)

    (body,) = shop.ga4.bodies
    assert sorted(results) == [Result.DELIVERED, Result.IGNORED]
    assert body["events"][0]["params"]["transaction_id"] == "in_1"
    assert body["events"][0]["params"]["value"] == 23


@in_a_loop
async def test_an_intent_that_stripe_knows_to_be_its_own_is_sent_at_once(tmp_path: Path) -> None:
    """Without the five minutes of waiting for an owner."""
    lists: dict[str, list[Json]] = {"/v1/invoice_payments": [], "/v1/checkout/sessions": []}
    async with StripeServer(lists=lists) as server:
        shop = shop_with_key(tmp_path, server, payment_intents=True)
        event = basil(INTENT, "payment_intent.succeeded", 1)
        (outcome,) = await post(shop, "stripe", event)
        await closed(shop)

    assert outcome.result is Result.DELIVERED


@in_a_loop
async def test_an_intent_waits_where_the_key_may_not_ask(tmp_path: Path) -> None:
    """The permission is missing: its owner may still come."""
    async with StripeServer(refusals={"/v1/invoice_payments": 403}) as server:
        shop = shop_with_key(tmp_path, server, payment_intents=True)
        with pytest.raises(PendingError):
            await post(shop, "stripe", basil(INTENT, "payment_intent.succeeded", 1))
        await closed(shop)
