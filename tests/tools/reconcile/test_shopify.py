"""`connectors reconcile shopify` as a person runs it, against Shopify's Admin API on loopback."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from shared.provider_api.shopify import VERSION
from tests.support.api_server import Json
from tests.support.loop import in_a_loop
from tests.support.shopify_json import money_set, moved, refund
from tests.support.shopify_server import (
    CLIENT_ID,
    CLIENT_SECRET,
    ROOT,
    SHOP,
    TOKEN,
    ShopifyServer,
)
from tests.tools.reconcile import running
from tests.tools.reconcile.records import placed
from tests.tools.reconcile.running import NOW, Ran, delivered, entry_of

LIST: Final = f"{ROOT}/orders.json"


def at(days_ago: float) -> str:
    """Return a time as Shopify writes it, in the shop's own zone."""
    return (NOW - timedelta(days=days_ago)).isoformat()


def given_back(number: int, order_id: int, *, days_ago: float = 0.5, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a refund of 10.80 EUR of an order."""
    made = at(days_ago)
    return refund(id=number, order_id=order_id, created_at=made, processed_at=made, **fields)


def paid_in(amount: str, *, days_ago: float = 1, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a payment of an order."""
    return {
        "id": 1,
        "kind": "sale",
        "status": "success",
        "gateway": "shopify_payments",
        "amount": amount,
        "processed_at": at(days_ago),
        **fields,
    }


async def reconcile(
    folder: Path, server: ShopifyServer, *options: str, since: str = running.START, **entry: object
) -> Ran:
    """Run the command in a process of its own."""
    providers = entry_of(folder, "shopify", TOKEN, **{"shop": SHOP, **entry})
    where = {"PAYMENT_PROVIDERS": providers, "SHOPIFY_API": server.url}
    return await running.reconcile(folder, "shopify", where, *options, since=since)


@in_a_loop
async def test_a_lost_webhook_is_found(tmp_path: Path) -> None:
    """With its order and its money; nothing is sent."""
    await delivered(tmp_path, "1", source="shopify orders/paid ev-1")
    async with ShopifyServer(orders=[placed(1), placed(2)]) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert ran.status == 1
    assert ran.words["missing"] == 1
    assert (finding["word"], finding["transaction_id"]) == ("missing", "2")
    assert (finding["value"], finding["source"]) == ("18.00 EUR", "orders/paid 2")
    assert ran.ga4 == []


@in_a_loop
async def test_a_repair_sends_an_order_and_its_refund_once(tmp_path: Path) -> None:
    """A second run finds nothing left to do."""
    orders = [placed(1, refunds=[given_back(11, 1)]), placed(2)]
    async with ShopifyServer(orders=orders) as server:
        first = await reconcile(tmp_path, server, "--repair", "--json")
        second = await reconcile(tmp_path, server, "--repair", "--json")

    assert first.words == {"repaired": 3}
    assert sorted(first.sent) == [
        ("purchase", "1", 18.0),
        ("purchase", "2", 18.0),
        ("refund", "1", 9.0),
    ]
    assert (second.words, second.ga4, second.status) == ({"delivered": 3}, [], 0)


@in_a_loop
async def test_a_repair_has_the_time_of_payment(tmp_path: Path) -> None:
    """The order was placed ten days ago, and captured yesterday."""
    late = placed(1, days_ago=10)
    captured = paid_in("27.60", days_ago=1, kind="capture")
    async with ShopifyServer(orders=[late], transactions={1: [captured]}) as server:
        ran = await reconcile(tmp_path, server, "--repair", "--json")

    (body,) = ran.ga4
    paid_at = datetime.fromisoformat(captured["processed_at"]).timestamp()
    assert body["events"][0]["timestamp_micros"] == int(paid_at * 1_000_000)


@in_a_loop
async def test_an_order_that_was_paid_before_the_span_is_not_missing(tmp_path: Path) -> None:
    """It was shipped yesterday; perhaps the connectors were not there yet when it was paid."""
    old = placed(1, days_ago=40)
    transactions = {1: [paid_in("27.60", days_ago=40)]}
    async with ShopifyServer(orders=[old], transactions=transactions) as server:
        ran = await reconcile(tmp_path, server, "--repair", "--json")

    assert (ran.words, ran.status, ran.ga4) == ({}, 0, [])


@in_a_loop
async def test_an_order_that_changed_after_the_span_is_of_the_span(tmp_path: Path) -> None:
    """Nearly all are shipped a day later."""
    async with ShopifyServer(orders=[placed(1, days_ago=2.5, changed=0.1)]) as server:
        ran = await reconcile(tmp_path, server, "--json", "--to", at(2))

    assert ran.words == {"missing": 1}


@pytest.mark.parametrize(
    "fields",
    [
        {"test": True},
        {"financial_status": "pending"},
        {"financial_status": "voided"},
        {"total_price": "0.00", "subtotal_price": "0.00", "total_tax": "0.00"},
        {"payment_gateway_names": ["shopify_store_credit"]},
    ],
)
@in_a_loop
async def test_what_is_not_counted_is_not_missing(tmp_path: Path, fields: Json) -> None:
    """A test order, one that nobody paid, and one that the options leave out."""
    async with ShopifyServer(orders=[placed(1, **fields)]) as server:
        ran = await reconcile(tmp_path, server, "--repair", "--json")

    assert (ran.words, ran.status, ran.ga4) == ({}, 0, [])


@in_a_loop
async def test_a_refund_of_a_foreign_buyer_is_in_the_shops_currency(tmp_path: Path) -> None:
    """As the webhook has it: the buyer's dollars are nobody's."""
    back = given_back(11, 1, transactions=[moved("12.00", currency="USD")])
    order_of_buyer = placed(1, presentment_currency="USD", refunds=[back])
    async with ShopifyServer(orders=[order_of_buyer]) as server:
        ran = await reconcile(tmp_path, server, "--repair", "--json")

    bodies = {body["events"][0]["name"]: body["events"][0]["params"] for body in ran.ga4}
    assert ran.words == {"repaired": 2}
    assert bodies["refund"]["currency"] == "EUR"
    assert bodies["refund"]["value"] == 9.0


@in_a_loop
async def test_another_amount_than_was_sent_is_named(tmp_path: Path) -> None:
    """With both; either basis of the value is right."""
    for number, value in ((1, "18.00"), (2, "27.60"), (3, "17.00")):
        source = f"shopify orders/paid ev-{number}"
        await delivered(tmp_path, str(number), source=source, value=Decimal(value), currency="EUR")
    async with ShopifyServer(orders=[placed(1), placed(2), placed(3)]) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert (ran.words, ran.status) == ({"delivered": 2, "different": 1}, 1)
    assert (finding["transaction_id"], finding["value"]) == ("3", "18.00 EUR")
    assert finding["reason"] == "sent as 17.00 EUR"


@in_a_loop
async def test_an_order_that_was_refunded_since_counts_as_it_was_paid(tmp_path: Path) -> None:
    """A fee was kept, so that what is left and what went back are less than what was paid."""
    kept = given_back(11, 1, transactions=[moved("8.80")])
    left: Json = {
        "current_total_price": "16.80",
        "current_subtotal_price": "9.00",
        "current_total_tax": "2.80",
        "financial_status": "partially_refunded",
    }
    orders = [placed(1, refunds=[kept], **left)]
    async with ShopifyServer(orders=orders, transactions={1: [paid_in("27.60")]}) as server:
        ran = await reconcile(tmp_path, server, "--repair", "--json")

    assert ("purchase", "1", 18.0) in ran.sent


@in_a_loop
async def test_what_an_order_grew_by_is_missing_by_itself(tmp_path: Path) -> None:
    """It was edited after it was paid, and the webhook of the second payment was lost."""
    first = placed(1, days_ago=2)
    grown = {
        "current_total_price": "39.60",
        "current_subtotal_price": "28.00",
        "current_total_tax": "6.60",
    }
    transactions = {1: [paid_in("27.60", days_ago=2), paid_in("12.00", days_ago=1)]}
    async with ShopifyServer(orders=[first], transactions=transactions) as server:
        await reconcile(tmp_path, server, "--repair")
        server.orders = [{**first, **grown}]
        second = await reconcile(tmp_path, server, "--repair", "--json")
        third = await reconcile(tmp_path, server, "--repair", "--json")

    assert second.sent == [("purchase", "1-39.60", 10.0)]
    assert (third.words, third.status) == ({"delivered": 1}, 0)


@in_a_loop
async def test_an_entry_that_no_order_stands_behind_is_named(tmp_path: Path) -> None:
    """Somebody forged it, or the order was deleted; one of last month is there."""
    for number in ("1", "2"):
        await delivered(tmp_path, number, source=f"shopify orders/paid ev-{number}")
    async with ShopifyServer(orders=[placed(1, days_ago=30, changed=30)]) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert ran.words == {"unmatched": 1}
    assert finding["source"] == "shopify orders/paid ev-2"


@in_a_loop
async def test_a_refund_that_no_refund_stands_behind_is_named(tmp_path: Path) -> None:
    """It is looked for in its order."""
    for number in ("11", "12"):
        await delivered(
            tmp_path,
            number,
            event_name="refund",
            transaction_id="1",
            source=f"shopify refunds/create ev-{number}",
        )
    old = placed(1, days_ago=30, changed=30, refunds=[given_back(11, 1, days_ago=30)])
    async with ShopifyServer(orders=[old]) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert ran.words == {"unmatched": 1}
    assert finding["source"] == "shopify refunds/create ev-12"


@in_a_loop
async def test_every_page_of_every_day_is_read_and_no_person_is_asked_for(tmp_path: Path) -> None:
    """A link header names the next page; filters stand in it."""
    orders = [placed(n, days_ago=0.02 * n, changed=0.02 * n) for n in range(1, 101)]
    async with ShopifyServer(orders=orders, page=7) as server:
        ran = await reconcile(tmp_path, server, "--json")
        lists = [question for question in server.questions if question.path == LIST]

    assert ran.words == {"missing": 100}
    assert any("page_info" in question.query for question in lists)
    fields = lists[0].query["fields"].split(",")
    assert {"total_price", "refunds", "test"} <= set(fields)
    assert {"email", "phone", "billing_address", "transactions"}.isdisjoint(fields)
    assert VERSION in LIST


@in_a_loop
async def test_an_app_of_the_dev_dashboard_asks_for_its_token(tmp_path: Path) -> None:
    """Its tokens last a day: the client id and the secret are exchanged for one."""
    async with ShopifyServer(orders=[placed(1)]) as server:
        providers = entry_of(tmp_path, "shopify", CLIENT_SECRET, shop=SHOP, client_id=CLIENT_ID)
        where = {"PAYMENT_PROVIDERS": providers, "SHOPIFY_API": server.url}
        ran = await running.reconcile(tmp_path, "shopify", where, "--json")
        wrong = entry_of(tmp_path, "shopify", "shpss_other", shop=SHOP, client_id=CLIENT_ID)
        where["PAYMENT_PROVIDERS"] = wrong
        refused = await running.reconcile(tmp_path, "shopify", where, "--json")

    assert ran.words == {"missing": 1}
    assert refused.status == 2
    assert "shopify.api_key: Shopify does not know the key" in refused.errors
    assert "shpss_other" not in refused.errors


@in_a_loop
async def test_what_shopify_no_longer_shows_is_not_asked_for(tmp_path: Path) -> None:
    """Without the scope read_all_orders an app sees 60 days."""
    async with ShopifyServer() as server:
        since = (NOW - timedelta(days=70)).date().isoformat()
        ran = await reconcile(tmp_path, server, since=since)

    assert ran.status == 2
    assert "Shopify shows orders for 60 days" in ran.errors


@in_a_loop
async def test_a_person_reads_what_is_missing(tmp_path: Path) -> None:
    """In Shopify's name."""
    async with ShopifyServer(orders=[placed(1, total_shipping_price_set=money_set("5.00"))]) as s:
        ran = await reconcile(tmp_path, s)

    assert "events of Shopify's from" in ran.errors
    assert "Shopify has it, the ledger has not" in ran.errors
    assert "missing   purchase 1 18.00 EUR" in ran.errors
