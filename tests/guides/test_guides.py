"""Each flow of the guide, run: the context goes where Stripe hands it on, and GA4 gets it right."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.guides.languages import LANGUAGES, Call
from tests.guides.stripe_api import StripeApi
from tests.providers.stripe.shapes import new_invoice
from tests.support.builders import CLIENT_ID, SECONDS, SESSION_ID
from tests.support.shop import Shop
from tests.support.stripe_json import Json, checkout_session, delivery, event, payment_intent

SENT = {
    "ga_client_id": CLIENT_ID,
    "ga_session_id": str(SESSION_ID),
    "ga_session_number": "3",
    "ga_captured_at": str(SECONDS - 60),
    "ga_consent_analytics": "granted",
    "ga_consent_ad_user_data": "granted",
    "ga_consent_ad_personalization": "denied",
    "ga_page_location": "https://shop.example.com/checkout",
    "ga_user_agent": "Mozilla/5.0",
}
LINK = "https://buy.stripe.com/test_1"


@pytest.fixture(params=LANGUAGES.values(), ids=list(LANGUAGES))
def call(request: pytest.FixtureRequest) -> Call:
    """How a guide's function is called, in each language."""
    found: Call = request.param
    return found


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop whose webhook takes payment intents, too."""
    stripe = {"secret": f"file:{tmp_path}/stripe", "payment_intents": True}
    with closing(Shop(tmp_path, PAYMENT_PROVIDERS=json.dumps({"stripe": stripe}))) as found:
        yield found


def sent(shop: Shop, kind: str, *subjects: Json) -> list[Any]:
    """Let Stripe tell the shop's webhook of objects; return what GA4 was told."""

    async def take() -> None:
        for subject in subjects:
            await shop.take(delivery(event(subject, kind, id=f"evt_{subject['id']}")))

    asyncio.run(take())
    return shop.ga4.bodies


def is_in_session(body: Any, transaction_id: str) -> bool:  # noqa: ANN401 - JSON
    """Tell whether GA4 was told all that the browser knew of the visit."""
    params = body["events"][0]["params"]
    return bool(
        body["client_id"] == CLIENT_ID
        and params["session_id"] == SESSION_ID
        and params["mp_attribution"] == "session"
        and params["transaction_id"] == transaction_id
        and body["consent"] == {"ad_user_data": "GRANTED", "ad_personalization": "DENIED"}
    )


def test_only_the_context_is_taken_from_a_request(call: Call) -> None:
    """Not the card, not the shop's own keys, not what is empty; and no value is too long."""
    form = {**SENT, "card": "4242", "ga_transaction_id": "free", "ga_session_number": ""}
    found = call("ga4_metadata", "ga4_metadata", {**form, "ga_user_agent": "m" * 600})

    expected = {key: value for key, value in SENT.items() if key != "ga_session_number"}
    assert found == {**expected, "ga_user_agent": "m" * 500}


def test_checkout_session(call: Call, stripe_api: StripeApi, shop: Shop) -> None:
    """Session and payment hold the context; the session's event is the purchase."""
    call("checkout_session", "create_checkout_session", SENT, "ORD-9", "p_1", port=stripe_api.port)

    ((path, params),) = stripe_api.requests
    assert path == "/v1/checkout/sessions"
    assert params["mode"] == "payment"
    assert params["metadata"] == {"order_id": "ORD-9", **SENT}
    assert params["payment_intent_data"] == {"metadata": params["metadata"]}
    (body,) = sent(
        shop, "checkout.session.completed", checkout_session(metadata=params["metadata"])
    )
    assert is_in_session(body, "ORD-9")


def test_payment_element(call: Call, stripe_api: StripeApi, shop: Shop) -> None:
    """The intent is made first and learns of the visit when the buyer submits."""
    port = stripe_api.port
    call("payment_element", "create_payment_intent", "ORD-9", 2000, "usd", port=port)
    call("payment_element", "carry_context", "pi_9", SENT, port=port)

    made, changed = stripe_api.requests
    assert (made.path, changed.path) == ("/v1/payment_intents", "/v1/payment_intents/pi_9")
    assert (made.params["amount"], made.params["metadata"]) == ("2000", {"order_id": "ORD-9"})
    assert changed.params == {"metadata": SENT}
    intent = payment_intent(metadata={**made.params["metadata"], **changed.params["metadata"]})
    (body,) = sent(shop, "payment_intent.succeeded", intent)
    assert is_in_session(body, "ORD-9")


@pytest.mark.parametrize(
    ("words", "where"),
    [
        pytest.param(
            ("create_subscription_session", SENT, "p_1"), "subscription_data", id="by Checkout"
        ),
        pytest.param(("create_subscription", SENT, "cus_1", "p_1"), None, id="by the API"),
    ],
)
def test_subscription(
    words: tuple[Any, ...],
    where: str | None,
    call: Call,
    stripe_api: StripeApi,
    shop: Shop,
) -> None:
    """The first invoice is in the session; a renewal is the same client's and in none."""
    call("subscription", *words, port=stripe_api.port)

    ((_, params),) = stripe_api.requests
    holder = params[where] if where else params
    assert holder["metadata"] == SENT
    assert params["metadata"] == SENT
    assert "payment_intent_data" not in params
    first, renewed = sent(
        shop,
        "invoice.paid",
        invoice("in_1", "subscription_create", SENT),
        invoice("in_2", "subscription_cycle", SENT),
    )
    assert is_in_session(first, "in_1")
    assert renewed["client_id"] == CLIENT_ID
    assert "session_id" not in renewed["events"][0]["params"]


def test_consent_that_is_withdrawn(call: Call, stripe_api: StripeApi, shop: Shop) -> None:
    """The next invoice repeats it, and nothing is sent."""
    call("subscription", "withdraw_consent", "sub_1", port=stripe_api.port)

    ((path, params),) = stripe_api.requests
    assert path == "/v1/subscriptions/sub_1"
    assert params["metadata"].keys() == {"ga_consent_analytics", "ga_captured_at"}
    before, after = (
        invoice(name, "subscription_cycle", {**SENT, **added})
        for name, added in [("in_2", {}), ("in_3", params["metadata"])]
    )
    (body,) = sent(shop, "invoice.paid", before, after)
    assert body["events"][0]["params"]["transaction_id"] == "in_2"


def test_payment_link(call: Call, shop: Shop) -> None:
    """The reference has only letters that Stripe keeps, and is read by the webhook."""
    url = call("payment_link", "payment_link_url", LINK, SENT)

    ((name, (reference,)),) = parse_qs(urlsplit(url).query).items()
    assert name == "client_reference_id"
    assert reference.replace("-", "").replace("_", "").isalnum()
    assert len(reference) <= 200
    (body,) = sent(
        shop, "checkout.session.completed", checkout_session(client_reference_id=reference)
    )
    assert is_in_session(body, "pi_1")


def test_payment_link_of_a_buyer_nobody_knows(call: Call) -> None:
    """It stays as it is."""
    assert call("payment_link", "payment_link_url", LINK, {"ga_user_agent": "x"}) == LINK


def invoice(name: str, reason: str, metadata: dict[str, str]) -> Json:
    """Return an invoice with the snapshot that Stripe makes of its subscription's metadata."""
    details = {"subscription": "sub_1", "metadata": metadata}
    parent = {"type": "subscription_details", "subscription_details": details}
    times = {"finalized_at": SECONDS - 10, "paid_at": SECONDS - 5}
    return new_invoice(
        id=name, billing_reason=reason, parent=parent, status_transitions=times, metadata={}
    )
