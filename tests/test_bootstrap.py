"""One process's connectors, assembled at the first request."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from functions.payment_webhook.main import Served, connector
from shared.errors import MisconfiguredError, NotFoundError, SignatureError
from shared.handlers.provider_path import provider_of
from shared.settings.payment_webhook import read_payment_settings
from shared.settings.reader import read_settings
from shared.stores.sqlite.database import SqliteDatabase
from shared.web.responses import NOT_SET_UP
from shared.webhooks.delivery import Delivery

ENVIRONMENT = {
    "GA4_MEASUREMENT_ID": "G-TEST123",
    "GA4_API_SECRET": "file:absent",
    "PAYMENT_PROVIDERS": '{"stripe": {"secret": "file:absent"}}',
    "STORE": "sqlite:absent/ledger.sqlite",
}


def posted(
    function: Served,
    path: str = "/",
    headers: list[tuple[bytes, bytes]] | None = None,
    body: bytes = b"{}",
) -> tuple[int, dict[str, Any]]:
    """Post a body and return status and answer."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def post() -> Response:
        scope = {
            "type": "http",
            "method": "POST",
            "scheme": "http",
            "server": ("127.0.0.1", 80),
            "path": path,
            "query_string": b"",
            "headers": headers or [],
        }
        return await function(Request(scope, receive))

    response = asyncio.run(post())
    answer: dict[str, Any] = json.loads(bytes(response.body))
    return response.status_code, answer


def test_missing_settings_are_an_answer_and_not_a_crash(capfd: pytest.CaptureFixture[str]) -> None:
    """A process that does not start tells nobody why; the log names every one."""
    status, answer = posted(connector({}))

    assert (status, answer["outcome"]) == (500, "misconfigured")
    assert answer["reason"] == NOT_SET_UP
    (line,) = (json.loads(each) for each in capfd.readouterr().out.splitlines())
    for name in ("GA4_MEASUREMENT_ID", "GA4_API_SECRET", "PAYMENT_PROVIDERS", "STORE"):
        assert f"{name}: missing" in line["reason"]


def test_settings_that_are_mended_are_read_again() -> None:
    """Nothing of a failed assembly is kept."""
    environment: dict[str, str] = {}
    made = connector(environment)
    with pytest.raises(MisconfiguredError):
        _ = made.handler
    environment.update(ENVIRONMENT)

    assert made.handler.settings.common.streams.first.measurement_id == "G-TEST123"


def test_connectors_are_assembled_once(tmp_path: Path) -> None:
    """And assembling opens nothing."""
    made = connector(ENVIRONMENT | {"STORE": f"sqlite:{tmp_path}/ledger.sqlite"})

    assert made.handler is made.handler
    assert isinstance(made.handler.sender.stores.database, SqliteDatabase)
    assert made.handler.clock().tzinfo is not None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("path", ["/", "", "/stripe", "/stripe/"])
def test_the_only_provider_may_post_to_the_root(path: str) -> None:
    """Or to its own path."""
    settings = read_settings(ENVIRONMENT, read_payment_settings)

    assert provider_of(path, Delivery((), b""), settings).name == "stripe"


@pytest.mark.parametrize("path", ["/paddle", "/Stripe", "/stripe/x", "/favicon.ico"])
def test_no_provider_posts_elsewhere(path: str) -> None:
    """The paths there are, are named."""
    with pytest.raises(NotFoundError, match=r"^no provider posts to this path; there is /stripe$"):
        provider_of(path, Delivery((), b""), read_settings(ENVIRONMENT, read_payment_settings))


ALL = {
    **ENVIRONMENT,
    "PAYMENT_PROVIDERS": json.dumps(
        {name: {"secret": "file:absent"} for name in ("stripe", "standard", "paddle", "shopify")}
    ),
}


@pytest.mark.parametrize("name", ["stripe", "standard", "paddle", "shopify"])
def test_each_of_several_providers_has_its_path(name: str) -> None:
    """Whatever the headers say."""
    delivery = Delivery((("stripe-signature", "x"),), b"")

    assert provider_of(f"/{name}", delivery, read_settings(ALL, read_payment_settings)).name == name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("stripe-signature", "stripe"),
        ("webhook-signature", "standard"),
        ("svix-signature", "standard"),
        ("paddle-signature", "paddle"),
        ("x-shopify-hmac-sha256", "shopify"),
    ],
)
def test_at_the_root_the_signatures_header_tells_whose_it_is(header: str, name: str) -> None:
    """One address for all providers."""
    delivery = Delivery(((header, "x"),), b"")

    assert provider_of("/", delivery, read_settings(ALL, read_payment_settings)).name == name


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param((), id="no signature"),
        pytest.param((("stripe-signature", "x"), ("paddle-signature", "x")), id="two signatures"),
    ],
)
def test_at_the_root_nobody_in_particular_is_refused(headers: tuple[tuple[str, str], ...]) -> None:
    """As one whose signature is missing."""
    with pytest.raises(SignatureError, match="signature"):
        provider_of("/", Delivery(headers, b""), read_settings(ALL, read_payment_settings))


def test_an_unknown_path_is_answered_404() -> None:
    """Before any secret is read."""
    status, answer = posted(connector(ENVIRONMENT), "/paddle")

    assert (status, answer["outcome"]) == (404, "not_found")


def test_a_secret_that_is_not_there_is_answered_500(capfd: pytest.CaptureFixture[str]) -> None:
    """Somebody has to fix it; the log names the setting, and not the path."""
    status, answer = posted(connector(ENVIRONMENT), "/stripe", [(b"stripe-signature", b"t=1")])

    assert (status, answer["outcome"]) == (500, "misconfigured")
    assert answer["reason"] == NOT_SET_UP
    secret, request = (json.loads(each) for each in capfd.readouterr().out.splitlines())
    assert (secret["event"], request["event"]) == ("secret", "request")
    reason = "PAYMENT_PROVIDERS stripe: the file cannot be read (FileNotFoundError)"
    assert secret["reason"] == request["reason"] == reason


@pytest.mark.parametrize(
    ("settings", "warnings"),
    [
        ({"GA4_DEBUG": "true"}, 1),
        ({"GA4_DEBUG": "true", "GA4_ENDPOINT": "https://region1.google-analytics.com"}, 1),
        ({"GA4_DEBUG": "true", "GA4_ENDPOINT": "http://127.0.0.1:8787"}, 0),
        ({"GA4_DEBUG": "false"}, 0),
        ({}, 0),
    ],
)
def test_a_live_deployment_that_debugs_warns_once(
    settings: dict[str, str], warnings: int, capfd: pytest.CaptureFixture[str]
) -> None:
    """At its first request, and not at each: all it sends counts, and DebugView shows it."""
    function = connector({**ENVIRONMENT, **settings})
    for _ in range(3):
        posted(function)

    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    found = [line for line in lines if line["event"] == "debug"]
    assert len(found) == warnings
    assert all(line["severity"] == "WARNING" and "GA4_DEBUG" in line["reason"] for line in found)
