"""Every kind of delivery is one that the functions take for what it is called."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from shared.outcome import Outcome
from shared.webhooks.delivery import Delivery
from tests.support.builders import CLIENT_ID, SECONDS, SESSION_ID
from tests.support.captures import SECRET as CAPTURE_SECRET
from tests.support.captures import captures_at
from tests.support.loop import in_a_loop
from tests.support.posting import SECRETS
from tests.support.pushing import pipeline_of
from tests.support.shop import Shop
from tools.traffic.kinds import KINDS, make
from tools.traffic.sales import plain_visit

IN_SESSION: Final = plain_visit(CLIENT_ID, SESSION_ID, SECONDS - 60, "granted")
# What is sent first, where a kind tells of something earlier.
EARLIER: Final = {
    "stripe.refund": "stripe.checkout",
    "paddle.refund": "paddle.transaction",
    "shopify.refund": "shopify.order",
}
FUNCTIONS: Final = {
    "renewal": "subscription_renewal",
    "enrichment": "data_enrichment",
    "lead": "offline_event",
    "sale": "offline_event",
}
EVENTS: Final = {
    "stripe.checkout": ("delivered", "purchase", "ORDER-7", "session"),
    "stripe.refund": ("delivered", "refund", "ORDER-7", "client"),
    "stripe.subscription": ("delivered", "purchase", "ORDER-7", "session"),
    "paddle.transaction": ("delivered", "purchase", "txn_7", "session"),
    "paddle.refund": ("delivered", "refund", "txn_7", "client"),
    "shopify.order": ("delivered", "purchase", "133051268719660", "session"),
    "shopify.refund": ("delivered", "refund", "133051268719660", "client"),
    "standard.purchase": ("delivered", "purchase", "ORDER-7", "session"),
    "renewal": ("delivered", "purchase", "RENEWAL-7", "client"),
    "enrichment": ("delivered", "purchase_enriched", "ORDER-7", "client"),
    "lead": ("delivered", "generate_lead", None, "session"),
    "sale": ("delivered", "purchase", "SALE-7", "session"),
    "capture": ("stored", None, None, None),
}


async def sent(shop: Shop, kind: str) -> Outcome:
    """Send one delivery of a kind, signed as its sender does."""
    secret = {**SECRETS, "capture": CAPTURE_SECRET}
    request = make(kind, "7", visit=IN_SESSION, now=SECONDS)
    if request.sender == "pubsub":
        pipeline = pipeline_of(shop, FUNCTIONS[kind])
        assert pipeline is not None
        return await pipeline.push.take(Delivery((), request.body), "", pipeline.handle)
    signed = request.signed(secret[request.sender], now=SECONDS)
    delivery = Delivery(tuple(signed.headers.items()), signed.body)
    if request.sender == "capture":
        (outcome,) = await captures_at(shop, shop.folder).take(delivery)
        return outcome
    shop.write(request.sender, secret[request.sender])
    provider = shop.settings.providers[request.sender]
    (outcome,) = await shop.payments.take(provider, delivery)
    return outcome


def test_every_kind_is_tried_here() -> None:
    """None can be added without saying what becomes of it."""
    assert EVENTS.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
@in_a_loop
async def test_a_kind_becomes_what_it_is_called(
    kind: str, opened: Callable[..., Shop], tmp_path: Path
) -> None:
    """It is signed, complete and believable: GA4 gets its event, and no field is dropped."""
    secrets = {name: {"secret": f"file:{tmp_path}/{name}"} for name in SECRETS}
    (tmp_path / "costs.csv").write_text("item_id,unit_cost,currency\nmug,4.00,EUR\n")
    shop = opened(
        ACCEPT_TEST_EVENTS="true",
        CATALOGUE=f"csv:{tmp_path}/costs.csv",
        PAYMENT_PROVIDERS=json.dumps(secrets),
    )

    if earlier := EARLIER.get(kind):
        await sent(shop, earlier)
    outcome = await sent(shop, kind)

    ended = (outcome.result.value, outcome.name, outcome.transaction_id, outcome.attribution)
    assert ended == EVENTS[kind]
    assert outcome.notes == ()
