"""What the doctor asks of each provider with a key, and of Stripe's webhook endpoints."""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support import mollie_server, paddle_server, shopify_server, woocommerce_server
from tests.support.api_server import Json
from tests.support.forks import connectors
from tests.support.gcp_server import GcpServer
from tests.support.loop import in_a_loop
from tests.support.mollie_server import MollieServer
from tests.support.paddle_server import PaddleServer
from tests.support.shopify_server import ROOT, SHOP, ShopifyServer
from tests.support.stripe_server import KEY, StripeServer
from tests.support.woocommerce_server import ORDERS, WooCommerceServer
from tests.tools.doctor import deployment as d
from tests.tools.reconcile.records import CHARGEBEE, PAYPAL, REVENUECAT, Record
from tests.tools.reconcile.running import entry_of
from tools.collector import Collector
from tools.doctor.finding import Finding, Level
from tools.doctor.gcp.command import examine as examine_gcp
from tools.doctor.provider_keys import examine

ENDPOINTS: Final = "/v1/webhook_endpoints"
EVENTS: Final = "/v1/events"
NEWEST: Final = "2026-10-28.endive"


def endpoint(version: str | None = NEWEST, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a webhook endpoint that takes everything."""
    return {
        "id": "we_1",
        "object": "webhook_endpoint",
        "api_version": version,
        "enabled_events": ["*"],
        "status": "enabled",
        "url": "https://shop.example/stripe?token=s3cret",
        **fields,
    }


def stripe(*endpoints: Json, events: Sequence[Json] = ()) -> StripeServer:
    """Return Stripe with some endpoints."""
    return StripeServer(lists={ENDPOINTS: endpoints, EVENTS: events})


def settings(folder: Path, key: str = KEY, **options: object) -> dict[str, str]:
    """Return settings with a key for Stripe."""
    for name, secret in (("key", key), ("ga4", "s3cret")):
        (folder / name).write_text(secret)
    entry = {"api_key": f"file:{folder}/key", **options}
    return {
        "GA4_MEASUREMENT_ID": "G-TEST123",
        "GA4_API_SECRET": f"file:{folder}/ga4",
        "PAYMENT_PROVIDERS": json.dumps({"stripe": entry}),
        "STORE": f"sqlite:{folder}/ledger.sqlite",
    }


async def found(given: dict[str, str], server: StripeServer) -> list[Finding]:
    """Return what is found with a server."""
    return [finding async for finding in examine({**given, "STRIPE_API": server.url})]


@pytest.mark.parametrize(
    ("options", "fields", "level", "says"),
    [
        ({}, {}, Level.OK, "API version 2026-10-28.endive"),
        ({"payment_intents": True}, {}, Level.OK, "API version"),
        ({}, {"version": "2025-06-30.basil"}, Level.OK, "API version 2025-06-30.basil"),
        (
            {"payment_intents": True},
            {"version": "2025-06-30.basil"},
            Level.WARNING,
            "an intent does not name its invoice and session",
        ),
        (
            {"payment_intents": True},
            {"version": "2024-10-28.acacia"},
            Level.WARNING,
            "an intent does not name its session",
        ),
        ({}, {"version": "2024-06-20"}, Level.OK, "API version 2024-06-20"),
        (
            {},
            {"version": "2024-06-20", "enabled_events": ["invoice.paid"]},
            Level.WARNING,
            "refunds come by charge.refunded alone, which is not enabled",
        ),
        (
            {"reversals": "purchase"},
            {"version": "2024-06-20"},
            Level.WARNING,
            "refund.failed does not exist yet",
        ),
        ({}, {"version": "2027-03-31.fern"}, Level.WARNING, "newer than 2026-10-28.endive"),
        ({}, {"status": "disabled"}, Level.ERROR, "is disabled: it gets no events"),
    ],
)
@in_a_loop
async def test_an_endpoint_has_a_version_that_the_options_can_be_read_from(
    tmp_path: Path, options: Json, fields: Json, level: Level, says: str
) -> None:
    """Too old or too new is said, with the fix."""
    async with stripe(endpoint(**fields)) as server:
        key, finding = await found(settings(tmp_path, **options), server)

    assert (key.level, key.about) == (Level.OK, "key of stripe")
    assert (finding.level, finding.about) == (level, "stripe endpoint we_1")
    assert says in finding.says
    assert "shop.example" not in finding.says
    assert bool(finding.fix) == (level is not Level.OK)


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ([{"id": "evt_1", "api_version": "2024-06-20"}], "API version 2024-06-20"),
        ([], "the account's default API version, which is not known"),
    ],
)
@in_a_loop
async def test_an_endpoint_without_a_version_has_the_accounts(
    tmp_path: Path, events: list[Json], says: str
) -> None:
    """The newest event says which that is."""
    now = int(datetime.now(UTC).timestamp())
    listed = [{**event, "created": now - 3600} for event in events]
    async with stripe(endpoint(None), events=listed) as server:
        _, finding = await found(settings(tmp_path), server)

    assert says in finding.says


@in_a_loop
async def test_a_key_that_may_not_list_endpoints_is_said_to_be_one(tmp_path: Path) -> None:
    """The functions need no such permission: a warning, with what to do."""
    async with stripe() as server:
        server.refusals[ENDPOINTS] = 403
        key, finding = await found(settings(tmp_path), server)

    assert key.level is Level.OK
    assert (finding.level, finding.about) == (Level.WARNING, "stripe endpoints")
    assert "Webhook Endpoints" in finding.fix
    assert KEY not in finding.says


@in_a_loop
async def test_an_account_without_an_endpoint_sends_nothing(tmp_path: Path) -> None:
    """An error."""
    async with stripe() as server:
        _, finding = await found(settings(tmp_path), server)

    assert (finding.level, finding.says) == (Level.ERROR, "the account has none")


@in_a_loop
async def test_each_provider_with_a_key_is_asked_whether_it_may_read(tmp_path: Path) -> None:
    """An error names the setting; an outage is none."""
    (tmp_path / "paddle").write_text(paddle_server.KEY)
    (tmp_path / "shopify").write_text(shopify_server.TOKEN)
    (tmp_path / "mollie").write_text(mollie_server.KEY)
    (tmp_path / "woocommerce").write_text(woocommerce_server.KEY)
    entries = {
        "mollie": {"api_key": f"file:{tmp_path}/mollie"},
        "woocommerce": {"api_key": f"file:{tmp_path}/woocommerce", "shop": "a.example"},
        "paddle": {"api_key": f"file:{tmp_path}/paddle"},
        "shopify": {"api_key": f"file:{tmp_path}/shopify", "shop": SHOP},
    }
    refused = {f"{ROOT}/orders.json": 403}
    async with (
        PaddleServer(refusals={"/adjustments": 503}) as paddle,
        ShopifyServer(refusals=refused) as shopify,
        MollieServer() as mollie,
        WooCommerceServer(refusals={ORDERS: 401}) as woocommerce,
    ):
        given = {
            **settings(tmp_path),
            "PAYMENT_PROVIDERS": json.dumps(entries),
            "PADDLE_API": paddle.url,
            "SHOPIFY_API": shopify.url,
            "MOLLIE_API": mollie.url,
            "WOOCOMMERCE_API": woocommerce.url,
        }
        findings = {f.about: f async for f in examine(given)}

    assert findings["key of shopify"].level is Level.ERROR
    assert "read_orders" in findings["key of shopify"].says
    assert findings["key of paddle"].level is Level.UNKNOWN
    assert findings["key of mollie"].level is Level.OK
    assert findings["key of woocommerce"].level is Level.ERROR
    assert "PAYMENT_PROVIDERS woocommerce.api_key" in findings["key of woocommerce"].says


@in_a_loop
async def test_without_a_key_nobody_is_asked(tmp_path: Path) -> None:
    """Nor where settings are wrong, which others say."""
    given = settings(tmp_path)
    async with stripe() as server:
        none = await found({**given, "PAYMENT_PROVIDERS": '{"stripe": {}}'}, server)
        wrong = await found({**given, "STORE": "nowhere"}, server)

    assert (none, wrong, server.questions) == ([], [], [])


@in_a_loop
async def test_the_command_asks_where_it_is_told_to(tmp_path: Path) -> None:
    """As a person runs it."""
    async with stripe(endpoint("2025-06-30.basil")) as server, Collector(0) as collector:
        entry = {"stripe": {"api_key": f"file:{tmp_path}/key", "payment_intents": True}}
        environment = {
            **settings(tmp_path),
            "PAYMENT_PROVIDERS": json.dumps(entry),
            "STRIPE_API": server.url,
            "GA4_ENDPOINT": collector.url,
        }
        command = ("doctor", "local", "--function", "reconciliation", "--json")
        asked = await connectors(*command, "--ask", environ=environment)
        questions = len(server.questions)
        await connectors(*command, environ=environment)

    assert "stripe endpoint we_1" in asked.out
    assert "an intent does not name its invoice and session" in asked.out
    assert len(server.questions) == questions


def deployed_with_a_key(server: StripeServer, access: object) -> dict[str, Any]:
    """Return a deployment whose webhook has a key for Stripe."""
    answers = d.healthy("http://127.0.0.1:9", "http://127.0.0.1:9")
    (webhook, _) = answers[d.FUNCTIONS]["functions"]
    variables = webhook["serviceConfig"]["environmentVariables"]
    entry = json.loads(variables["PAYMENT_PROVIDERS"])["stripe"]
    secret = f"projects/{d.PROJECT}/secrets/key"
    variables["PAYMENT_PROVIDERS"] = json.dumps({"stripe": {**entry, "api_key": secret}})
    variables["STRIPE_API"] = server.url
    answers[f"{d.SECRETS}/key/versions/latest:access"] = access
    return answers


@in_a_loop
async def test_a_deployment_is_asked_with_its_own_key_where_that_may_be_read() -> None:
    """By whoever looks; nothing of it is shown."""
    payload = {"payload": {"data": base64.b64encode(KEY.encode()).decode()}}
    async with (
        stripe(endpoint("2024-06-20", enabled_events=[])) as server,
        GcpServer(deployed_with_a_key(server, payload)) as google,
    ):
        findings = await examine_gcp(d.PROJECT, d.REGION, google.url)

    (finding,) = (f for f in findings if f.about == "stripe endpoint we_1")
    assert "charge.refunded alone" in finding.says
    assert KEY not in repr(findings)


@in_a_loop
async def test_a_key_that_only_the_functions_may_read_is_not_tried() -> None:
    """As it should be: a warning that says who can look."""
    async with (
        stripe(endpoint()) as server,
        GcpServer(deployed_with_a_key(server, 403)) as google,
    ):
        findings = await examine_gcp(d.PROJECT, d.REGION, google.url)

    (finding,) = (f for f in findings if f.about == "key of stripe")
    assert finding.level is Level.WARNING
    assert "Secret Manager says PERMISSION_DENIED" in finding.says
    assert server.questions == []


@pytest.mark.parametrize("record", [CHARGEBEE, PAYPAL, REVENUECAT], ids=lambda each: each.provider)
@pytest.mark.parametrize("status", [200, 403])
@in_a_loop
async def test_a_key_that_may_not_read_the_record_is_named(
    tmp_path: Path, record: Record, status: int
) -> None:
    """Even where the ledger knows nothing that could be asked about."""
    refusals = {} if status == 200 else {record.path: status}
    async with record.serve(0, refusals=refusals) as server:
        given = {
            **settings(tmp_path),
            "PAYMENT_PROVIDERS": entry_of(
                tmp_path, record.provider, record.key, **dict(record.options)
            ),
            f"{record.provider.upper()}_API": server.url,
        }
        (finding,) = [each async for each in examine(given)]
        asked = server.paths

    assert record.path in asked
    assert finding.about == f"key of {record.provider}"
    assert finding.level is (Level.OK if status == 200 else Level.ERROR)
    assert f"PAYMENT_PROVIDERS {record.provider}.api_key" in finding.says or status == 200
