"""What holds for every provider's record: pages, faults on the way, keys and outages."""

import asyncio
from pathlib import Path
from typing import Final

import pytest

from tests.support.api_server import BROKEN, LOST, TRUNCATED
from tests.support.loop import in_a_loop
from tests.tools.reconcile.records import (
    CHARGEBEE,
    MOLLIE,
    PADDLE,
    PAYPAL,
    RECORDS,
    REVENUECAT,
    SHOPIFY,
    STRIPE,
    WOOCOMMERCE,
    Record,
)

_KEY: Final = "PAYMENT_PROVIDERS {0}.api_key: {1} does not know the key"


def name_of(value: object) -> str | None:
    """Return what a provider is called in a test's name."""
    return value.provider if isinstance(value, Record) else None


@pytest.mark.parametrize("record", [MOLLIE, PADDLE, SHOPIFY], ids=name_of)
@in_a_loop
async def test_a_page_elsewhere_is_not_asked_for(tmp_path: Path, record: Record) -> None:
    """The key goes nowhere else."""
    async with record.serve(0) as other, record.serve(40, elsewhere=other.url) as server:
        ran = await record.reconcile(tmp_path, server, "--json")

    assert (ran.status, other.questions) == (1, [])
    assert "a next page that is none of its list" in ran.errors


@pytest.mark.parametrize("fault", [429, 500, 503, LOST, TRUNCATED])
@pytest.mark.parametrize("record", RECORDS, ids=name_of)
@in_a_loop
async def test_what_goes_wrong_once_is_asked_again(
    tmp_path: Path, record: Record, fault: int | str
) -> None:
    """A full bucket says for how long."""
    async with record.serve(1, faults=[fault]) as server:
        ran = await record.reconcile(tmp_path, server, "--json")

    assert ran.words == {"missing": 1}


@pytest.mark.parametrize("record", RECORDS, ids=name_of)
@in_a_loop
async def test_the_key_follows_no_redirect(tmp_path: Path, record: Record) -> None:
    """Whoever could answer for the provider would have it sent to himself."""
    async with record.serve(1) as other:
        places = {record.path: f"{other.url}{record.path}"}
        async with record.serve(1, redirects=places) as server:
            ran = await record.reconcile(tmp_path, server, "--json")

    assert (ran.status, other.questions) == (1, [])
    assert "says 307" in ran.errors


@pytest.mark.parametrize("record", RECORDS, ids=name_of)
@in_a_loop
async def test_an_answer_that_is_no_json_ends_it(tmp_path: Path, record: Record) -> None:
    """What cannot be read is no list without payments."""
    async with record.serve(1, faults=[BROKEN] * 9) as server:
        ran = await record.reconcile(tmp_path, server, "--json")

    assert (ran.status, ran.printed) == (1, None)
    assert f"no JSON {'list' if record is WOOCOMMERCE else 'object'}" in ran.errors


@pytest.mark.parametrize(
    ("record", "status", "printed"),
    [
        (STRIPE, 401, _KEY.format("stripe", "Stripe")),
        (PADDLE, 401, _KEY.format("paddle", "Paddle")),
        (PADDLE, 403, "the key needs the permissions transaction.read and adjustment.read"),
        (SHOPIFY, 401, _KEY.format("shopify", "Shopify")),
        (SHOPIFY, 403, "the app needs the scope read_orders"),
        (SHOPIFY, 404, "PAYMENT_PROVIDERS shopify.shop: Shopify has no such shop"),
        (PAYPAL, 401, _KEY.format("paypal", "PayPal")),
        (PAYPAL, 403, "the app needs the feature Transaction Search"),
        (REVENUECAT, 401, _KEY.format("revenuecat", "RevenueCat")),
        (REVENUECAT, 403, "the key needs the permission customer_information:customers:read"),
        (REVENUECAT, 404, "revenuecat.project: RevenueCat has no such project"),
        (CHARGEBEE, 401, _KEY.format("chargebee", "Chargebee")),
        (CHARGEBEE, 403, "the key may not read events"),
        (CHARGEBEE, 404, "PAYMENT_PROVIDERS chargebee.site: Chargebee has no such site"),
        (MOLLIE, 401, _KEY.format("mollie", "Mollie")),
        (MOLLIE, 403, "it takes an API key of one profile"),
        (WOOCOMMERCE, 401, _KEY.format("woocommerce", "WooCommerce")),
        (WOOCOMMERCE, 403, "the key may not read orders"),
        (WOOCOMMERCE, 404, "woocommerce.shop: there is no REST API of WooCommerce"),
    ],
    ids=name_of,
)
@in_a_loop
async def test_a_record_that_may_not_be_asked_for_ends_it(
    tmp_path: Path, record: Record, status: int, printed: str
) -> None:
    """A wrong key is the settings' fault; nothing of it is repeated."""
    await refused(tmp_path, record, status, 2, printed)


@in_a_loop
async def test_a_record_that_is_away_ends_it(tmp_path: Path) -> None:
    """An outage is not the settings' fault. Each command tries for seconds: all do so at once."""
    outages = (
        (STRIPE, "Stripe's API"),
        (PADDLE, "Paddle's API says 503 to GET /transactions"),
        (SHOPIFY, "Shopify's API says 503 to GET /orders.json"),
        (PAYPAL, "PayPal's API says 503 to GET /v1/reporting/transactions"),
        (REVENUECAT, "RevenueCat's API says 503 to GET /customers"),
        (CHARGEBEE, "Chargebee's API says 503 to GET /api/v2/events"),
        (MOLLIE, "Mollie's API says 503 to GET /v2/payments"),
        (WOOCOMMERCE, "WooCommerce's API says 503 to GET /orders"),
    )
    assert {record for record, _ in outages} == set(RECORDS)
    async with asyncio.TaskGroup() as commands:
        for record, printed in outages:
            folder = tmp_path / record.provider
            folder.mkdir()
            commands.create_task(refused(folder, record, 503, 1, printed))


async def refused(
    folder: Path, record: Record, status: int, exit_status: int, printed: str
) -> None:
    """Check how the command ends where the record answers with a status."""
    async with record.serve(0, refusals={record.path: status}) as server:
        ran = await record.reconcile(folder, server, "--json")

    assert ran.status == exit_status, record.provider
    assert printed in ran.errors
    assert record.key not in ran.errors
    assert "jane@example.com" not in ran.errors
