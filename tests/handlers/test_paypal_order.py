"""The order of a capture, over the wire: what of its amount is tax and shipping."""

import asyncio
import base64
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

import pytest

from shared.errors import UnavailableError
from shared.outcome import Outcome
from shared.providers.event import ProviderEvent
from shared.providers.paypal.events import parse
from shared.webhooks.delivery import VerifiedDelivery
from tests.support.shop import Shop
from tools.changed import replace
from tools.traffic.facts import Facts
from tools.traffic.kinds import KINDS
from tools.traffic.sales import UNKNOWN

CLIENT: Final = ("app-id", "app-secret")
ORDER: Final[dict[str, Any]] = {
    "id": "PPORDER-1",
    "purchase_units": [
        {
            "amount": {
                "value": "21.60",
                "currency_code": "EUR",
                "breakdown": {
                    "item_total": {"value": "16.00", "currency_code": "EUR"},
                    "tax_total": {"value": "3.60", "currency_code": "EUR"},
                    "shipping": {"value": "2.50", "currency_code": "EUR"},
                    "shipping_discount": {"value": "0.50", "currency_code": "EUR"},
                },
            },
            "items": [
                {
                    "name": "Mug",
                    "sku": "mug",
                    "quantity": "2",
                    "unit_amount": {"value": "8.00", "currency_code": "EUR"},
                }
            ],
        }
    ],
}


class PayPal:
    """PayPal's API on loopback.

    Attributes:
        order: What it answers: a status, and a body.
        asked: What was asked, with its authorization.
        url: Its address.
    """

    def __init__(self) -> None:
        self.order: tuple[int, object] = (200, ORDER)
        self.asked: list[tuple[str, str]] = []
        paypal = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                paypal.asked.append((self.path, self.headers["authorization"]))
                self._answer(*paypal.order)

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
                paypal.asked.append((self.path, self.headers["authorization"]))
                assert form == {"grant_type": ["client_credentials"]}
                self._answer(200, {"access_token": "token-1", "expires_in": 32400})

            def _answer(self, status: int, body: object) -> None:
                raw = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def paypal() -> Iterator[PayPal]:
    """PayPal's API for one test."""
    found = PayPal()
    yield found
    found.close()


def captured(number: int, value: str = "21.60") -> ProviderEvent:
    """Return the event of a capture that was verified."""
    request = KINDS["paypal.capture"].make(Facts(str(number), UNKNOWN, 1_795_435_200))
    body = json.loads(request.body)
    body["resource"]["amount"]["value"] = value
    return parse(VerifiedDelivery("paypal", json.dumps(body).encode()))[0]


def settled(
    folder: Path, paypal: PayPal, *events: ProviderEvent, secret: str = CLIENT[1]
) -> tuple[list[Outcome], list[dict[str, Any]]]:
    """Return what became of some events, and the parameters that GA4 got."""
    (folder / "paypal").write_text("WH")
    (folder / "paypal_app").write_text(secret)
    entry = {
        "secret": f"file:{folder}/paypal",
        "api_key": f"file:{folder}/paypal_app",
        "client_id": CLIENT[0],
    }
    shop = Shop(
        folder,
        PAYMENT_PROVIDERS=json.dumps({"paypal": entry}),
        PAYPAL_API=paypal.url,
        UNATTRIBUTED_EVENTS="send",
    )

    async def settle() -> list[Outcome]:
        try:
            provider = shop.settings.providers["paypal"]
            return [await shop.payments.settle(provider, event) for event in events]
        finally:
            await shop.payments.apis.close()
            await shop.payments.sender.stores.ledger.close()

    outcomes = asyncio.run(settle())
    return outcomes, [each["events"][0]["params"] for each in shop.ga4.bodies]


def test_an_order_says_tax_shipping_and_items(tmp_path: Path, paypal: PayPal) -> None:
    """One token serves several orders, and the secret is in no address."""
    _, (first, second) = settled(tmp_path, paypal, captured(1), captured(2))

    assert (first["value"], first["tax"], first["shipping"]) == (16, Decimal("3.6"), 2)
    assert first["items"][0] == {"item_id": "mug", "item_name": "Mug", "price": 8, "quantity": 2}
    assert "value_basis" not in first
    assert second["value"] == 16
    basic = base64.b64encode(":".join(CLIENT).encode()).decode()
    assert paypal.asked == [
        ("/v1/oauth2/token", f"Basic {basic}"),
        ("/v2/checkout/orders/PPORDER-1", "Bearer token-1"),
        ("/v2/checkout/orders/PPORDER-2", "Bearer token-1"),
    ]


def test_a_part_of_an_order_has_its_part_of_tax_and_shipping(
    tmp_path: Path, paypal: PayPal
) -> None:
    """Half of it was captured."""
    _, (half,) = settled(tmp_path, paypal, captured(1, "10.80"))

    assert (half["value"], half["tax"], half["shipping"]) == (8, Decimal("1.8"), 1)
    assert half["items"][0]["price"] * half["items"][0]["quantity"] == 8


def _order(**of_amount: object) -> dict[str, Any]:
    unit = ORDER["purchase_units"][0]
    return {**ORDER, "purchase_units": [{**unit, "amount": {**unit["amount"], **of_amount}}]}


@pytest.mark.parametrize(
    "order",
    [
        (404, {"name": "RESOURCE_NOT_FOUND"}),
        (403, {"name": "NOT_AUTHORIZED"}),
        (200, {}),
        (200, {"purchase_units": []}),
        (200, {"purchase_units": [{}]}),
        (200, {"purchase_units": "x"}),
        (200, {"purchase_units": [*ORDER["purchase_units"]] * 2}),
        (200, _order(breakdown=None)),
        (200, _order(breakdown={"tax_total": {"value": "99.00", "currency_code": "EUR"}})),
        (200, _order(breakdown={"tax_total": {"value": "-1.00", "currency_code": "EUR"}})),
        (200, _order(breakdown={"tax_total": {"value": "1.00", "currency_code": "USD"}})),
        (200, _order(value="1.00", breakdown={})),
        (200, _order(value="NaN", breakdown={})),
    ],
    ids=lambda order: str(order)[:60],
)
def test_what_an_order_does_not_say_never_costs_the_payment(
    tmp_path: Path, paypal: PayPal, order: tuple[int, object]
) -> None:
    """It is sent gross, and says so."""
    paypal.order = order
    (outcome,), (params,) = settled(tmp_path, paypal, captured(1))

    assert outcome.result == "delivered"
    assert (params["value"], params["value_basis"]) == (Decimal("21.6"), "gross")
    assert "tax" not in params


def test_a_secret_that_is_none_costs_no_payment(tmp_path: Path, paypal: PayPal) -> None:
    """Nothing is asked with it."""
    _, (params,) = settled(tmp_path, paypal, captured(1), secret="line\nbreak")

    assert params["value_basis"] == "gross"
    assert paypal.asked == []


@pytest.mark.parametrize("order", [(500, {}), (429, {}), (200, b"<html>")])
def test_paypal_out_of_reach_is_waited_for(
    tmp_path: Path, paypal: PayPal, order: tuple[int, object]
) -> None:
    """For an hour PayPal brings the capture again; then it goes gross."""
    paypal.order = order
    with pytest.raises(UnavailableError):
        settled(tmp_path, paypal, captured(1))

    event = captured(1)
    old = replace(event, created_at=event.created_at - timedelta(hours=2))
    (outcome,), (params,) = settled(tmp_path, paypal, old)
    assert (outcome.result, params["value_basis"]) == ("delivered", "gross")


def test_the_id_of_an_order_is_no_path(tmp_path: Path, paypal: PayPal) -> None:
    """It comes with the payload."""
    event = captured(1)
    raw = bytes(event.object).replace(b"PPORDER-1", b"../../v1/x?y=")
    strange = replace(event, object=type(event.object)(raw))
    _, (params,) = settled(tmp_path, paypal, strange)

    assert params["value_basis"] == "gross"
    assert paypal.asked == []
