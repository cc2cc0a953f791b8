"""Orders become their margin and their customer's segment, once, beside the revenue."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.errors import MisconfiguredError, PendingError, UnavailableError
from shared.messages.order_enrichment import read_order_enrichment
from shared.outcome import Result
from shared.secrets.reference import SecretFile
from tests.support.billing_json import billing_event, renewal
from tests.support.builders import CLIENT_ID
from tests.support.loop import in_a_loop
from tests.support.posting import post
from tests.support.pushing import push
from tests.support.server_json import enrichment
from tests.support.shop import Shop
from tools.changed import replace

Opened = Callable[..., Shop]
TOPIC = "projects/shop/topics/enrichment"


def stocked(opened: Opened, **settings: str) -> Shop:
    """Return a shop with a catalogue and a customer list."""
    shop = opened(**settings)
    (shop.folder / "costs.csv").write_text(
        "item_id,unit_cost,currency\nmug,4.00,EUR\ntea,1.00,EUR\nsku_1,2.50,EUR\n"
    )
    (shop.folder / "crm.jsonl").write_text(
        '{"customer_ref": "cust_1", "segment": "gold", "lifetime_value": 1200.50, '
        '"currency": "EUR"}\n'
    )
    shop.environment["CATALOGUE"] = f"csv:{shop.folder}/costs.csv"
    shop.environment["CUSTOMERS"] = f"jsonl:{shop.folder}/crm.jsonl"
    return shop


def sent(shop: Shop) -> list[Any]:
    """Return every event GA4 got."""
    return [event for body in shop.ga4.bodies for event in body["events"]]


@in_a_loop
async def test_margin_and_segment_are_an_event_of_their_own(opened: Opened) -> None:
    """Under the purchase's transaction id, with user properties and without a value."""
    shop = stocked(opened)
    outcome = await push(shop.enrichments(), enrichment())
    (body,) = shop.ga4.bodies
    (event,) = body["events"]

    assert outcome.result is Result.DELIVERED
    assert (event["name"], event["params"]["transaction_id"]) == ("purchase_enriched", "ORD-9")
    assert (event["params"]["margin"], event["params"]["margin_basis"]) == (12, "all")
    assert "value" not in event["params"]
    assert "currency" not in event["params"]
    assert body["client_id"] == CLIENT_ID
    assert body["user_properties"]["segment"] == {"value": "gold"}
    assert event["params"]["mp_source"] == "data_enrichment"


@in_a_loop
async def test_an_order_is_enriched_once_whatever_asks(opened: Opened) -> None:
    """Copies, and requests of other ids, are duplicates."""
    shop = stocked(opened)
    asked = [enrichment(), enrichment(), enrichment(event_id="other")]
    results = [(await push(shop.enrichments(), one)).result for one in asked]

    assert results == [Result.DELIVERED, Result.DUPLICATE, Result.DUPLICATE]
    assert len(sent(shop)) == 1


@in_a_loop
async def test_without_any_list_nothing_is_told(opened: Opened) -> None:
    """There is nothing to say."""
    outcome = await push(opened().enrichments(), enrichment())

    assert outcome.result is Result.IGNORED


@in_a_loop
async def test_a_catalogue_that_is_gone_comes_back_with_the_next_delivery(opened: Opened) -> None:
    """Nothing is acknowledged that was not looked up."""
    shop = stocked(opened)
    (shop.folder / "costs.csv").unlink()
    with pytest.raises(MisconfiguredError, match="CATALOGUE: no such file"):
        await push(shop.enrichments(), enrichment())

    assert sent(shop) == []


@in_a_loop
async def test_a_payment_asks_for_its_enrichment_once_ga4_has_it(opened: Opened) -> None:
    """And what is asked for is enriched as its buyer's."""
    shop = stocked(opened, ENRICHMENT_TOPIC=TOPIC)
    await push(shop.renewals(), renewal())
    ((topic, data, attributes),) = shop.topics.messages
    request = read_order_enrichment(data)

    assert (topic, attributes["schema"]) == (TOPIC, "order-enrichment/1")
    assert (request.transaction_id, request.customer_ref) == ("INV-2", "cust_1")
    assert (await push(shop.enrichments(), data)).result is Result.DELIVERED
    purchase, given = sent(shop)
    assert given["params"]["transaction_id"] == purchase["params"]["transaction_id"]
    assert given["params"]["margin"] == 13
    assert shop.ga4.bodies[1]["client_id"] == shop.ga4.bodies[0]["client_id"]


@in_a_loop
async def test_a_request_that_cannot_be_published_fails_the_delivery(opened: Opened) -> None:
    """The sender retries; the purchase is a duplicate by then and is asked for all the same."""
    shop = opened(ENRICHMENT_TOPIC=TOPIC)
    shop.topics.away = True
    with pytest.raises(UnavailableError):
        await push(shop.renewals(), billing_event())
    shop.topics.away = False
    outcome = await push(shop.renewals(), billing_event())

    assert outcome.result is Result.DUPLICATE
    assert len(sent(shop)) == 1
    assert len(shop.topics.messages) == 1


@in_a_loop
async def test_the_webhook_asks_too(opened: Opened) -> None:
    """Whoever sent the purchase."""
    shop = opened(
        ENRICHMENT_TOPIC=TOPIC, PAYMENT_PROVIDERS='{"standard": {"secret": "file:SECRET"}}'
    )
    standard = replace(
        shop.settings.providers["standard"], secrets=(SecretFile(str(shop.folder / "standard")),)
    )
    shop.settings = replace(shop.settings, providers={"standard": standard})
    shop.payments = replace(shop.payments, settings=shop.settings, topics=shop.topics)
    await post(shop, "standard", billing_event())

    assert [topic for topic, _, _ in shop.topics.messages] == [TOPIC]


@pytest.mark.parametrize("kind", ["refund", "payment.failed"])
@in_a_loop
async def test_only_purchases_are_asked_for(kind: str, opened: Opened) -> None:
    """A refund has no margin."""
    shop = opened(ENRICHMENT_TOPIC=TOPIC)
    event = billing_event(
        type=kind,
        original_transaction_id="ORD-1",
        occurred_at="2026-11-23T09:00:00Z",
        money={"currency": "EUR", "total": "1"} if kind == "refund" else None,
    )
    if kind == "refund":
        with pytest.raises(PendingError):  # its purchase may still come
            await push(shop.renewals(), event)
        shop.clock.advance(3600)
    outcome = await push(shop.renewals(), event)

    assert outcome.result is Result.DELIVERED
    assert shop.topics.messages == []
