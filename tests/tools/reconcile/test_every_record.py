"""What holds for every provider's record: pages, faults on the way, keys and outages."""

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
    ("record", "status", "exit_status", "printed"),
    [
        (STRIPE, 401, 2, _KEY.format("stripe", "Stripe")),
        (STRIPE, 503, 1, "Stripe's API"),
        (PADDLE, 401, 2, _KEY.format("paddle", "Paddle")),
        (PADDLE, 403, 2, "the key needs the permissions transaction.read and adjustment.read"),
        (PADDLE, 503, 1, "Paddle's API says 503 to GET /transactions"),
        (SHOPIFY, 401, 2, _KEY.format("shopify", "Shopify")),
        (SHOPIFY, 403, 2, "the app needs the scope read_orders"),
        (SHOPIFY, 404, 2, "PAYMENT_PROVIDERS shopify.shop: Shopify has no such shop"),
        (SHOPIFY, 503, 1, "Shopify's API says 503 to GET /orders.json"),
        (PAYPAL, 401, 2, _KEY.format("paypal", "PayPal")),
        (PAYPAL, 403, 2, "the app needs the feature Transaction Search"),
        (PAYPAL, 503, 1, "PayPal's API says 503 to GET /v1/reporting/transactions"),
        (REVENUECAT, 401, 2, _KEY.format("revenuecat", "RevenueCat")),
        (REVENUECAT, 403, 2, "the key needs the permission customer_information:customers:read"),
        (REVENUECAT, 404, 2, "revenuecat.project: RevenueCat has no such project"),
        (REVENUECAT, 503, 1, "RevenueCat's API says 503 to GET /customers"),
        (CHARGEBEE, 401, 2, _KEY.format("chargebee", "Chargebee")),
        (CHARGEBEE, 403, 2, "the key may not read events"),
        (CHARGEBEE, 404, 2, "PAYMENT_PROVIDERS chargebee.site: Chargebee has no such site"),
        (CHARGEBEE, 503, 1, "Chargebee's API says 503 to GET /api/v2/events"),
        (MOLLIE, 401, 2, _KEY.format("mollie", "Mollie")),
        (MOLLIE, 403, 2, "it takes an API key of one profile"),
        (MOLLIE, 503, 1, "Mollie's API says 503 to GET /v2/payments"),
        (WOOCOMMERCE, 401, 2, _KEY.format("woocommerce", "WooCommerce")),
        (WOOCOMMERCE, 403, 2, "the key may not read orders"),
        (WOOCOMMERCE, 404, 2, "woocommerce.shop: there is no REST API of WooCommerce"),
        (WOOCOMMERCE, 503, 1, "WooCommerce's API says 503 to GET /orders"),
    ],
    ids=name_of,
)
@in_a_loop
async def test_a_record_that_cannot_be_asked_for_ends_it(
    tmp_path: Path, record: Record, status: int, exit_status: int, printed: str
) -> None:
    """A wrong key is the settings' fault, an outage is not; nothing of it is repeated."""
    async with record.serve(0, refusals={record.path: status}) as server:
        ran = await record.reconcile(tmp_path, server, "--json")

    assert ran.status == exit_status
    assert printed in ran.errors
    assert record.key not in ran.errors
    assert "jane@example.com" not in ran.errors
