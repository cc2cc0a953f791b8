"""localstripe, a stateful Stripe that somebody else wrote, sends; GA4 hears of each payment once.

It is free software under the GPL, so it runs as a process of its own, is talked to over HTTP only,
and is a dependency of these tests alone.
"""

import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.functions.running import (
    GA4,
    SIGNING_SECRET,
    Json,
    Process,
    Webhook,
    eventually,
    transaction_of,
)
from tests.guides.languages import LANGUAGES, Call
from tests.support import loopback
from tools.ports import HOST, choose_ports

_CARD: Final = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030, "cvc": "123"}
CLIENT_ID: Final = "1170316824.1700000000"


class LocalStripe(Process):
    """A running localstripe, asked as a shop's backend asks Stripe.

    Attributes:
        port: Where it listens.
    """

    def __init__(self, folder: Path) -> None:
        (self.port,) = choose_ports(0, ["localstripe"])
        super().__init__("tests.interop.serving:main", [HOST, str(self.port)], folder, {})
        self._client = loopback.Client(
            base_url=f"http://{HOST}:{self.port}",
            headers={"authorization": "Bearer sk_test_12345"},
            timeout=10,
            trust_env=False,
        )
        self.await_start(self._listens, "it listened")

    def close(self) -> None:
        """End the process at once, and let go of it."""
        self._client.close()
        super().close()

    def create(self, path: str, **fields: Any) -> Json:  # noqa: ANN401 - JSON
        """Post to the API; the object it answers with."""
        answer = self._client.post(f"/v1/{path}", json=fields)
        assert answer.is_success, answer.text
        found: Json = answer.json()
        return found

    @property
    def events(self) -> set[str]:
        """The ids of every event so far."""
        answer = self._client.get("/v1/events", params={"limit": 100})
        return {event["id"] for event in answer.json()["data"]}

    def send_to(self, url: str) -> None:
        """Register a webhook for every event."""
        answer = self._client.post(
            "/_config/webhooks/ours", json={"url": url, "secret": SIGNING_SECRET}
        )
        assert answer.is_success

    def _listens(self) -> bool:
        try:
            return self._client.get("/v1/customers").is_success
        except httpx.TransportError:
            return False


@pytest.fixture(scope="module")
def ga4(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GA4]:
    """The local GA4."""
    with GA4(tmp_path_factory.mktemp("ga4")) as process:
        yield process


@pytest.fixture(scope="module")
def webhook(ga4: GA4, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Webhook]:
    """A webhook of a shop with an integration of its own: its money is in payment intents."""
    with Webhook(
        tmp_path_factory.mktemp("webhook"),
        ga4.url,
        # Its intents are all its own: none waits for a session.
        settings={"ACCEPT_TEST_EVENTS": "true", "OWNER_WAIT_SECONDS": "0"},
        options={"payment_intents": True},
    ) as process:
        yield process


@pytest.fixture(scope="module")
def stripe(webhook: Webhook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStripe]:
    """localstripe, sending every event to `webhook`."""
    with LocalStripe(tmp_path_factory.mktemp("localstripe")) as process:
        process.send_to(webhook.url)
        yield process


@pytest.fixture
def customer(stripe: LocalStripe) -> Json:
    """A customer with a card."""
    found = stripe.create("customers", email="buyer@example.com")
    card = stripe.create("payment_methods", type="card", card=_CARD)
    stripe.create(f"payment_methods/{card['id']}/attach", customer=found["id"])
    return stripe.create(
        f"customers/{found['id']}", invoice_settings={"default_payment_method": card["id"]}
    )


def heard(webhook: Webhook, kind: str, count: int = 1) -> list[Json]:
    """Wait until the webhook has dealt with so many events of a type; their log lines."""

    def lines() -> list[Json] | None:
        found = [line for line in webhook.lines("event") if line["event_type"] == kind]
        return found if len(found) >= count else None

    return eventually(lines, f"{count} {kind} arrived")


@pytest.mark.parametrize(
    ("currency", "amount", "value"),
    [
        pytest.param("usd", 2760, Decimal("27.6"), id="usd"),
        pytest.param("jpy", 1980, 1980, id="jpy"),
    ],
)
def test_a_payment_intent_is_one_purchase(  # noqa: PLR0913, PLR0917 - the columns of a table
    currency: str,
    amount: int,
    value: Decimal | int,
    customer: Json,
    stripe: LocalStripe,
    ga4: GA4,
    webhook: Webhook,
) -> None:
    """A customer pays with a card: GA4 holds exactly one correct purchase."""
    intent = stripe.create(
        "payment_intents",
        amount=amount,
        currency=currency,
        customer=customer["id"],
        payment_method=customer["invoice_settings"]["default_payment_method"],
        metadata={"ga_client_id": CLIENT_ID},
    )
    stripe.create(f"payment_intents/{intent['id']}/confirm")

    eventually(lambda: ga4.about(intent["id"]), "the purchase arrived")
    (event,) = ga4.about(intent["id"])
    (sent,) = event["body"]["events"]
    assert event["body"]["client_id"] == CLIENT_ID
    assert sent["name"] == "purchase"
    assert sent["params"] == {
        "transaction_id": intent["id"],
        "currency": currency.upper(),
        "value": value,
        "purchase_type": "one_time",
        "mp_source": "payment_webhook",
        "mp_attribution": "client",
    }
    assert event["verdict"] in {"ok", "advice"}
    heard(webhook, "customer.created")


@pytest.mark.parametrize("call", LANGUAGES.values(), ids=LANGUAGES.keys())
def test_the_guides_payment_element(
    call: Call, customer: Json, stripe: LocalStripe, ga4: GA4
) -> None:
    """The guides' own code writes the visit into an intent, which is paid then."""
    intent = stripe.create(
        "payment_intents",
        amount=1200,
        currency="eur",
        customer=customer["id"],
        payment_method=customer["invoice_settings"]["default_payment_method"],
    )
    started = int(time.time()) - 300
    visit = {"ga_client_id": CLIENT_ID, "ga_session_id": str(started)}
    call("payment_element", "carry_context", intent["id"], visit, port=stripe.port)
    stripe.create(f"payment_intents/{intent['id']}/confirm")

    (event,) = eventually(lambda: ga4.about(intent["id"]), "the purchase arrived")
    assert event["body"]["client_id"] == CLIENT_ID
    assert event["body"]["events"][0]["params"]["session_id"] == started


def test_a_subscription_is_no_second_purchase(
    customer: Json, stripe: LocalStripe, ga4: GA4, webhook: Webhook
) -> None:
    """Its first payment comes as four events; the intent is the invoice's and is not counted."""
    before = len(ga4.events)
    seen = len([n for n in webhook.lines("event") if n["event_type"].startswith("payment_intent")])
    plan = stripe.create(
        "plans", amount=1500, currency="eur", interval="month", product={"name": "Tea by post"}
    )
    subscription = stripe.create(
        "subscriptions", customer=customer["id"], items=[{"plan": plan["id"], "quantity": 2}]
    )

    assert subscription["status"] == "active"
    lines = [
        heard(webhook, "customer.subscription.created")[-1],
        heard(webhook, "invoice.created")[-1],
        heard(webhook, "invoice.payment_succeeded")[-1],
        heard(webhook, "payment_intent.succeeded", seen + 1)[-1],
    ]
    assert [line["outcome"] for line in lines] == ["ignored"] * 4
    assert lines[-1]["reason"] == "owned by an invoice"
    assert len(ga4.events) == before


def test_every_event_was_understood(stripe: LocalStripe, ga4: GA4, webhook: Webhook) -> None:
    """Of all the events of another implementation none is refused, and none is counted twice."""
    made = stripe.events

    def all_heard() -> bool:
        return made <= {line["source_event"] for line in webhook.lines("event")}

    eventually(all_heard, "every event was dealt with")
    assert {line["status"] for line in webhook.lines("request")} <= {200}
    orders = [transaction_of(event) for event in ga4.events]
    assert len(orders) == len(set(orders))
