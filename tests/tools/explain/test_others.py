"""What Stripe, Paddle, Shopify and GA4's export say of an id, each on the wire."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from shared.stores.entry import LedgerEvent
from tests.support.api_server import Json
from tests.support.bigquery_server import BigQueryServer
from tests.support.builders import MEASUREMENT_ID
from tests.support.exporting import sent, there
from tests.support.ga4_export import DATASET, export
from tests.support.gcp_server import GcpServer
from tests.support.local_stack import clean_environment
from tests.support.loop import in_a_loop
from tests.support.mollie_server import KEY as MOLLIE_KEY
from tests.support.mollie_server import MollieServer
from tests.support.paddle_json import adjustment, transaction
from tests.support.paddle_server import KEY as PADDLE_KEY
from tests.support.paddle_server import PaddleServer
from tests.support.shopify_json import order
from tests.support.shopify_server import SHOP, TOKEN, ShopifyServer
from tests.support.stripe_server import KEY, StripeServer
from tests.support.woocommerce_server import KEY as WOOCOMMERCE_KEY
from tests.support.woocommerce_server import WooCommerceServer
from tests.tools.doctor import deployment as d
from tests.tools.explain.explaining import Told, explain_meanwhile
from tests.tools.reconcile.records import mollies, ordered
from tests.tools.reconcile.running import delivered, entry_of

NOW: Final = datetime.now(UTC)
MADE: Final = int((NOW - timedelta(hours=1)).timestamp())
PAID: Final[Json] = {
    "id": "pi_9",
    "object": "payment_intent",
    "amount": 2760,
    "amount_received": 2760,
    "currency": "eur",
    "status": "succeeded",
    "latest_charge": "ch_9",
    "customer": "cus_9",
    "receipt_email": "jane@example.com",
    "created": MADE,
    "livemode": True,
}
CHARGE: Final[Json] = {
    "id": "ch_9",
    "object": "charge",
    "amount": 2760,
    "amount_refunded": 900,
    "currency": "eur",
    "status": "succeeded",
    "payment_intent": "pi_9",
    "created": MADE,
}


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Return an operator's settings."""
    (folder / "ga4").write_text("s3cret")
    return clean_environment(
        GA4_MEASUREMENT_ID=MEASUREMENT_ID,
        GA4_API_SECRET=f"file:{folder}/ga4",
        STORE=f"sqlite:{folder}/ledger.sqlite",
        **settings,
    )


async def asked_of_stripe(
    folder: Path, each: str, objects: Mapping[str, Json], *options: str, **settings: str
) -> Told:
    """Explain an id with Stripe at hand."""
    async with StripeServer(objects=objects) as server:
        environ = environment(folder, STRIPE_API=server.url, **settings)
        return await explain_meanwhile(each, "--json", *options, environ=environ)


async def paid(folder: Path, key: str, *mentions: str, **fields: Any) -> None:  # noqa: ANN401 - any
    """Write into the ledger that a payment was sent."""
    money = {"currency": "EUR", "value": Decimal("18.00"), "transaction_id": key}
    source = "stripe checkout.session.completed evt_9"
    whole = {"source": source, **money, "mentions": (key, *mentions), **fields}
    await delivered(folder, key, **whole)


@in_a_loop
async def test_stripe_says_how_a_payment_stands(tmp_path: Path) -> None:
    """With the key that an option names, or the settings; and nothing of the buyer."""
    await paid(tmp_path, "ORD-9", "pi_9")
    (tmp_path / "key").write_text(KEY)
    objects = {"/v1/payment_intents/pi_9": PAID}
    option = ("--stripe-key", f"file:{tmp_path}/key")
    by_option = await asked_of_stripe(tmp_path, "pi_9", objects, *option)
    providers = entry_of(tmp_path, "stripe", KEY)
    by_settings = await asked_of_stripe(tmp_path, "pi_9", objects, PAYMENT_PROVIDERS=providers)

    for told in (by_option, by_settings):
        assert told.status == 0
        assert "Stripe says: payment intent pi_9 is succeeded, 27.60 EUR, made " in told.text
        assert "The purchase ORD-9 of 18.00 EUR is delivered" in told.text
        assert "jane" not in json.dumps(told.document)
        assert KEY not in json.dumps(told.document)


@in_a_loop
async def test_a_charge_leads_to_its_payment(tmp_path: Path) -> None:
    """The store knows the payment intent alone; Stripe says which that is."""
    await paid(tmp_path, "ORD-9", "pi_9")
    (tmp_path / "key").write_text(KEY)
    option = ("--stripe-key", f"file:{tmp_path}/key")
    told = await asked_of_stripe(tmp_path, "ch_9", {"/v1/charges/ch_9": CHARGE}, *option)

    assert "charge ch_9 is succeeded, 27.60 EUR, 9.00 EUR refunded" in told.text
    assert "The purchase ORD-9 of 18.00 EUR is delivered" in told.text


@in_a_loop
async def test_what_only_stripe_knows_is_to_be_repaired(tmp_path: Path) -> None:
    """The delivery never came: the command that feeds it is named."""
    await paid(tmp_path, "ORD-1")
    (tmp_path / "key").write_text(KEY)
    option = ("--stripe-key", f"file:{tmp_path}/key")
    told = await asked_of_stripe(tmp_path, "pi_9", {"/v1/payment_intents/pi_9": PAID}, *option)

    assert told.status == 0
    assert told.document["entries"] == []
    (advice,) = told.document["to_do"]
    assert "connectors reconcile stripe --from" in advice


@pytest.mark.parametrize("refusals", [{}, {"/v1/payment_intents/pi_9": 403}])
@in_a_loop
async def test_a_stripe_that_says_nothing_costs_no_answer(
    tmp_path: Path, refusals: dict[str, int]
) -> None:
    """What the store knows is still shown."""
    await paid(tmp_path, "ORD-9", "pi_9")
    (tmp_path / "key").write_text(KEY)
    async with StripeServer(refusals=refusals) as server:
        environ = environment(tmp_path, STRIPE_API=server.url)
        option = ("--stripe-key", f"file:{tmp_path}/key")
        told = await explain_meanwhile("pi_9", "--json", *option, environ=environ)

    assert told.status == 0
    assert "The purchase ORD-9 of 18.00 EUR is delivered" in told.text
    assert (
        "could not be asked" if refusals else "Stripe knows no payment intent pi_9"
    ) in told.text


@in_a_loop
async def test_paddle_says_how_a_transaction_stands(tmp_path: Path) -> None:
    """Of a transaction the store knows, and of one it does not."""
    source = "paddle transaction.completed evt_1"
    await paid(tmp_path, "txn_1", source=source)
    at = NOW.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    times = {"created_at": at, "updated_at": at, "billed_at": at}
    found = [transaction(id=f"txn_{number}", **times) for number in (1, 2)]
    given_back = [adjustment(id="adj_1", transaction_id="txn_1", created_at=at, updated_at=at)]
    async with PaddleServer(transactions=found, adjustments=given_back) as server:
        providers = entry_of(tmp_path, "paddle", PADDLE_KEY)
        environ = environment(tmp_path, PADDLE_API=server.url, PAYMENT_PROVIDERS=providers)
        known, lost, refund, nothing = [
            await explain_meanwhile(each, "--json", environ=environ)
            for each in ("txn_1", "txn_2", "adj_1", "txn_3")
        ]

    assert [told.status for told in (known, lost, refund, nothing)] == [0, 0, 0, 1]
    assert "a purchase of 21.60 EUR in all." in known.text
    assert "a purchase of 21.60 EUR in all." in lost.text
    assert "a refund of 10.80 EUR" in refund.text
    assert "connectors reconcile paddle" in lost.document["to_do"][0]
    assert "Paddle knows nothing of the id txn_3." in nothing.text


@in_a_loop
async def test_shopify_says_how_an_order_stands(tmp_path: Path) -> None:
    """By its number; of an id of another provider it is not asked."""
    await paid(tmp_path, "1001", source="shopify orders/paid e1")
    await paid(tmp_path, "2002", source="stripe invoice.paid evt_1")
    at = NOW.isoformat()
    times = {"created_at": at, "updated_at": at, "processed_at": at, "refunds": []}
    found = [order(id=number, checkout_token=f"c{number}", **times) for number in (1001, 2002)]
    async with ShopifyServer(orders=found) as server:
        providers = entry_of(tmp_path, "shopify", TOKEN, shop=SHOP)
        environ = environment(tmp_path, SHOPIFY_API=server.url, PAYMENT_PROVIDERS=providers)
        own = await explain_meanwhile("1001", "--json", environ=environ)
        other = await explain_meanwhile("2002", "--json", environ=environ)

    assert "Shopify says of 1001" in own.text
    assert "a purchase of 27.60 EUR in all." in own.text
    assert "Shopify" not in other.text


@in_a_loop
async def test_the_export_says_whether_ga4_has_it(tmp_path: Path) -> None:
    """One that arrived, and one that did not."""
    path = tmp_path / "ledger.sqlite"
    for key in ("T-1", "T-2"):
        await sent(path, key)
    begun = there("T-0", at=NOW - timedelta(days=30))
    async with BigQueryServer() as bigquery:
        export(bigquery.warehouse, [begun, there("T-1")])
        environ = environment(
            tmp_path,
            BIGQUERY_EMULATOR_HOST=bigquery.url,
            GOOGLE_APPLICATION_CREDENTIALS=str(bigquery.credentials(tmp_path)),
            GA4_EXPORT=DATASET,
        )
        # Such entries name no ids: they are found by their own keys.
        keys = [LedgerEvent(MEASUREMENT_ID, "purchase", key).key for key in ("T-1", "T-2")]
        has, lacks = [await explain_meanwhile(key, "--json", environ=environ) for key in keys]

    assert "GA4's export, of purchase T-1: it has it." in has.text
    assert "GA4's export, of purchase T-2: it lacks it, though GA4 took it." in lacks.text
    assert "connectors doctor" in lacks.document["to_do"][-1]


@in_a_loop
async def test_settings_that_make_no_sense_are_named(tmp_path: Path) -> None:
    """The ledger's own entries are still shown."""
    await paid(tmp_path, "ORD-9")
    environ = environment(tmp_path, PAYMENT_PROVIDERS='{"stripe": {"api_kye": "x"}}')
    told = await explain_meanwhile("ORD-9", "--json", environ=environ)

    assert told.status == 0
    assert "The providers could not be asked: PAYMENT_PROVIDERS" in told.text


@in_a_loop
async def test_a_key_that_cannot_be_read_costs_no_answer(tmp_path: Path) -> None:
    """One of the settings', which an operator may not read; an option's own is wrong usage."""
    await paid(tmp_path, "ORD-9", "pi_9")
    nowhere = f"file:{tmp_path}/nowhere"
    providers = json.dumps({"stripe": {"api_key": nowhere}})
    environ = environment(tmp_path, PAYMENT_PROVIDERS=providers)
    told = await explain_meanwhile("ORD-9", "--json", environ=environ)
    wrong = await explain_meanwhile("ORD-9", "--stripe-key", nowhere, environ=environ)
    no_place = await explain_meanwhile("ORD-9", "--stripe-key", "rk_live_x", environ=environ)

    assert told.status == 0
    assert "The purchase ORD-9 of 18.00 EUR is delivered" in told.text
    assert "Stripe could not be asked: the key of Stripe's API" in told.text
    assert (wrong.status, no_place.status) == (2, 2)
    assert "rk_live_x" not in no_place.error


@in_a_loop
async def test_the_settings_of_a_deployment_are_as_good(tmp_path: Path) -> None:
    """`--from-gcp`: the functions say where their store is."""
    await paid(tmp_path, "ORD-9")
    answers = d.healthy("https://payment.example", "https://www.google-analytics.com")
    async with GcpServer(answers) as server:
        options = ("--from-gcp", d.PROJECT, "--region", d.REGION, "--stand-in", server.url)
        environ = clean_environment(STORE=f"sqlite:{tmp_path}/ledger.sqlite")
        told = await explain_meanwhile("ORD-9", "--json", *options, environ=environ)

    assert told.status == 0
    assert "The purchase ORD-9 of 18.00 EUR is delivered" in told.text


@in_a_loop
async def test_mollie_says_how_a_payment_stands(tmp_path: Path) -> None:
    """One that is paid, and one that is nowhere."""
    await paid(tmp_path, "tr_9", source="mollie payment.paid event_9")
    lists = {"payments": [mollies("payment", 1)], "refunds": [mollies("refund", 1)]}
    async with MollieServer(lists=lists) as server:
        providers = entry_of(tmp_path, "mollie", MOLLIE_KEY)
        environ = environment(tmp_path, MOLLIE_API=server.url, PAYMENT_PROVIDERS=providers)
        lost = await explain_meanwhile("tr_1", "--json", environ=environ)
        nothing = await explain_meanwhile("tr_2", "--json", environ=environ)

    assert "Mollie says of tr_1" in lost.text
    assert "27.60 EUR" in lost.text
    assert "connectors reconcile mollie" in lost.document["to_do"][0]
    assert "Mollie knows nothing of the id tr_2." in nothing.text


@in_a_loop
async def test_woocommerce_says_how_an_order_stands(tmp_path: Path) -> None:
    """By the order's number."""
    await paid(tmp_path, "9", source="woocommerce order.updated 9-20261125T120000")
    async with WooCommerceServer(orders=[ordered(1)]) as server:
        providers = entry_of(tmp_path, "woocommerce", WOOCOMMERCE_KEY, shop="a.example")
        environ = environment(tmp_path, WOOCOMMERCE_API=server.url, PAYMENT_PROVIDERS=providers)
        lost = await explain_meanwhile("1", "--json", environ=environ)

    assert "WooCommerce says of 1" in lost.text
    assert "27.60 EUR" in lost.text
