"""The function `reconciliation`: a real process, Stripe's API on loopback, the figures it logs."""

import json
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.support import mollie_server, paddle_server, shopify_server, woocommerce_server
from tests.support.bigquery_server import BigQueryServer
from tests.support.builders import MEASUREMENT_ID
from tests.support.child_forks import forked_local_stack
from tests.support.exporting import sent, there
from tests.support.ga4_export import DATASET, export
from tests.support.loop import in_a_loop
from tests.support.mollie_server import MollieServer
from tests.support.paddle_json import transaction
from tests.support.paddle_server import PaddleServer
from tests.support.paypal_server import PayPalServer, own_id, row
from tests.support.shopify_json import order
from tests.support.shopify_server import ShopifyServer
from tests.support.stripe_json import Json, checkout_session, event
from tests.support.stripe_server import KEY, StripeServer
from tests.support.woocommerce_server import WooCommerceServer
from tests.tools.reconcile.records import CHARGEBEE, PAYPAL, REVENUECAT, mollies, ordered
from tools.functions import FUNCTIONS

RECONCILIATION: Final = tuple(f for f in FUNCTIONS if f.name == "reconciliation")


def paid(number: int, age: timedelta) -> Json:
    """Return the event of a paid Checkout session of its own."""
    session = checkout_session(id=f"cs_{number}", payment_intent=f"pi_{number}")
    created = int((datetime.now(UTC) - age).timestamp())
    return event(session, id=f"evt_{number}", created=created)


async def asked(folder: Path, *events: Json, **settings: str) -> tuple[int, Any, list[Any], Any]:
    """Return status, answer, log lines, and what GA4 received."""
    (folder / "key").write_text(KEY)
    entry = {"stripe": {"api_key": f"file:{folder}/key"}}
    log = folder / "log"
    async with StripeServer(lists={"/v1/events": events}) as server:
        environment = {
            "PAYMENT_PROVIDERS": json.dumps(entry),
            "STRIPE_API": server.url,
            "REQUEST_DEADLINE_SECONDS": "60",
            **settings,
        }
        with log.open("wb") as output:
            async with (
                forked_local_stack(environment, functions=RECONCILIATION, log=output) as stack,
                aiohttp.ClientSession() as client,
            ):
                async with client.post(stack.functions["reconciliation"]) as response:
                    status, answer = response.status, await response.json()
                async with client.get(f"{stack.collector}/events") as response:
                    ga4 = await response.json()
    # The framework makes JSON of what libraries say too.
    ours = (line for line in log.read_text().splitlines() if line.startswith('{"severity"'))
    lines = [json.loads(line) for line in ours]
    return status, answer, lines, ga4


def reason_of(lines: list[Any]) -> str:
    """Return why a request failed, as the log has it."""
    (line,) = (line for line in lines if line["event"] == "request")
    return str(line["reason"])


@in_a_loop
async def test_the_schedule_is_told_how_the_last_days_stand(tmp_path: Path) -> None:
    """A payment of an hour ago is missing; one of this minute may still be on its way."""
    young, old = paid(2, timedelta(minutes=1)), paid(1, timedelta(hours=1))
    status, answer, lines, ga4 = await asked(tmp_path, young, old)

    (line,) = (line for line in lines if line["event"] == "reconciliation")
    assert status == 200
    assert answer["outcome"] == "reconciled"
    assert "1 missing" in answer["reason"]
    assert (line["severity"], line["events"], line["counts"]["missing"]) == ("ERROR", 1, 1)
    assert ga4 == []


@in_a_loop
async def test_a_repair_on_a_schedule_sends_what_is_missing(tmp_path: Path) -> None:
    """Once, and then the books balance."""
    old = paid(1, timedelta(hours=1))
    status, answer, lines, ga4 = await asked(tmp_path, old, RECONCILE_REPAIR="true")

    (line,) = (line for line in lines if line["event"] == "reconciliation")
    assert (status, answer["reason"]) == (200, "stripe: balanced")
    assert line["counts"]["repaired"] == 1
    assert [sent["body"]["events"][0]["params"]["transaction_id"] for sent in ga4] == ["pi_1"]


@in_a_loop
async def test_without_a_key_the_log_names_it(tmp_path: Path) -> None:
    """And not a schedule that balances because nothing was compared."""
    status, _, lines, _ = await asked(tmp_path, PAYMENT_PROVIDERS='{"stripe": {}}')

    assert status == 500
    assert "stripe.api_key" in reason_of(lines)
    assert "GA4_EXPORT" in reason_of(lines)


@in_a_loop
async def test_the_export_is_compared_where_there_is_no_key_for_stripe(tmp_path: Path) -> None:
    """Its days end four days ago: what is younger may still come."""
    store = tmp_path / "kept.sqlite"
    for name, days in (("T-OLD", 5), ("T-YOUNG", 3)):
        await sent(store, name, at=datetime.now(UTC) - timedelta(days=days))
    async with BigQueryServer() as server:
        begun = there("T-0", at=datetime.now(UTC) - timedelta(days=20))
        forged = there("T-FORGED", at=datetime.now(UTC) - timedelta(days=6))
        export(server.warehouse, [begun, forged])
        status, answer, lines, _ = await asked(
            tmp_path,
            BIGQUERY_EMULATOR_HOST=server.url,
            GOOGLE_APPLICATION_CREDENTIALS=str(server.credentials(tmp_path)),
            GA4_EXPORT=DATASET,
            GA4_MEASUREMENT_ID=MEASUREMENT_ID,
            PAYMENT_PROVIDERS='{"stripe": {}}',
            STORE=f"sqlite:{store}",
        )

    (line,) = (line for line in lines if line["event"] == "reconciliation")
    assert (status, answer["reason"]) == (200, "export: 1 missing and 1 unmatched")
    assert (line["severity"], line["against"], line["events"]) == ("ERROR", "export", 1)
    assert {word: count for word, count in line["counts"].items() if count} == {
        "missing": 1,
        "unmatched": 1,
    }


@in_a_loop
async def test_both_records_are_compared_where_both_are_named(tmp_path: Path) -> None:
    """One line for each, and one answer."""
    async with BigQueryServer() as server:
        export(server.warehouse, [there("T-1", at=datetime.now(UTC) - timedelta(days=30))])
        status, answer, lines, _ = await asked(
            tmp_path,
            paid(1, timedelta(hours=1)),
            BIGQUERY_EMULATOR_HOST=server.url,
            GOOGLE_APPLICATION_CREDENTIALS=str(server.credentials(tmp_path)),
            GA4_EXPORT=DATASET,
        )

    found = [line["against"] for line in lines if line["event"] == "reconciliation"]
    assert (status, answer["reason"]) == (200, "stripe: 1 missing, export: balanced")
    assert found == ["stripe", "export"]


@in_a_loop
async def test_a_record_that_cannot_be_read_does_not_hide_the_other(tmp_path: Path) -> None:
    """Stripe's figures are told, and the answer says what is wrong."""
    async with BigQueryServer((403, "accessDenied")) as server:
        status, _, lines, _ = await asked(
            tmp_path,
            paid(1, timedelta(hours=1)),
            BIGQUERY_EMULATOR_HOST=server.url,
            GOOGLE_APPLICATION_CREDENTIALS=str(server.credentials(tmp_path)),
            GA4_EXPORT="shop-1.analytics_42",
        )

    found = [line["against"] for line in lines if line["event"] == "reconciliation"]
    assert (status, found) == (500, ["stripe"])
    assert "BigQuery says Forbidden (accessDenied)" in reason_of(lines)


@in_a_loop
async def test_every_provider_with_a_key_is_compared_and_repaired(tmp_path: Path) -> None:
    """One line for each, and one answer; one that is out of reach hides no other."""
    at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    times = {"created_at": at, "updated_at": at}
    keys = {
        "mollie": mollie_server.KEY,
        "paddle": paddle_server.KEY,
        "shopify": shopify_server.TOKEN,
        "woocommerce": woocommerce_server.KEY,
        "key": KEY,
    }
    for name, key in keys.items():
        (tmp_path / name).write_text(key)
    shop = {"shop": "shop.example.com"}
    entries = {
        "mollie": {"api_key": f"file:{tmp_path}/mollie"},
        "woocommerce": {"api_key": f"file:{tmp_path}/woocommerce", **shop},
        "paddle": {"api_key": f"file:{tmp_path}/paddle"},
        "shopify": {"api_key": f"file:{tmp_path}/shopify", "shop": shopify_server.SHOP},
        "stripe": {"api_key": f"file:{tmp_path}/key"},
    }
    bought = order(refunds=[], processed_at=at, **times)
    async with (
        ShopifyServer(orders=[bought]) as shopify,
        PaddleServer(transactions=[transaction(**times)]) as paddle,
        MollieServer(lists={"payments": [mollies("payment", 1)]}) as mollie,
        WooCommerceServer(orders=[ordered(1)]) as woocommerce,
    ):
        status, answer, lines, ga4 = await asked(
            tmp_path,
            PAYMENT_PROVIDERS=json.dumps(entries),
            PADDLE_API=paddle.url,
            SHOPIFY_API=shopify.url,
            MOLLIE_API=mollie.url,
            WOOCOMMERCE_API=woocommerce.url,
            RECONCILE_REPAIR="true",
            STRIPE_API="http://127.0.0.1:9",
        )

    found = {line["against"]: line for line in lines if line["event"] == "reconciliation"}
    assert (status, set(found)) == (503, {"mollie", "shopify", "paddle", "woocommerce"})
    assert "Stripe's API says" in answer["reason"]
    assert [line["counts"]["repaired"] for line in found.values()] == [1, 1, 1, 1]
    assert len(ga4) == 4


@in_a_loop
async def test_lists_that_come_late_or_go_by_customer_are_compared_too(tmp_path: Path) -> None:
    """PayPal's last three hours are not; RevenueCat has no list, and no customer is known."""
    entries, servers = {}, {}
    for record in (CHARGEBEE, PAYPAL, REVENUECAT):
        (tmp_path / record.provider).write_text(record.key)
        entry = {"api_key": f"file:{tmp_path}/{record.provider}", **dict(record.options)}
        entries[record.provider] = entry
        servers[f"{record.provider.upper()}_API"] = record.serve(1)
    paypal = servers["PAYPAL_API"]
    assert isinstance(paypal, PayPalServer)
    young = datetime.now(UTC) - timedelta(hours=2)
    paypal.transactions = [*paypal.transactions, row(own_id("C", 9), young)]
    paypal.listed_after = timedelta(0)
    async with AsyncExitStack() as opened:
        for server in servers.values():
            await opened.enter_async_context(server)
        urls = {name: server.url for name, server in servers.items()}
        status, answer, lines, ga4 = await asked(
            tmp_path, PAYMENT_PROVIDERS=json.dumps(entries), **urls
        )

    found = {line["against"]: line for line in lines if line["event"] == "reconciliation"}
    assert (status, set(found), ga4) == (200, {"chargebee", "paypal", "revenuecat"}, [])
    for text in ("chargebee: 1 missing", "paypal: 1 missing", "revenuecat: balanced"):
        assert text in answer["reason"]
    assert {name: line["events"] for name, line in found.items()} == {
        "chargebee": 1,
        "paypal": 1,
        "revenuecat": 0,
    }
