"""An order that says nothing of its browser: its customer's session of before is not its own."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from shared.outcome import Outcome
from tests.support import billing_json, paddle_json, server_json, shopify_json, stripe_json
from tests.support.builders import CLIENT_ID, SESSION_ID
from tests.support.captures import captures_at, sign
from tests.support.loop import in_a_fast_loop
from tests.support.posting import post
from tests.support.pushing import push
from tests.support.shop import Shop

Fields = Mapping[str, Any]
Json = dict[str, Any]

_METADATA: Final = {"ga_client_id": CLIENT_ID, "ga_session_id": str(SESSION_ID)}
_ATTRIBUTES: Final = [{"name": name, "value": value} for name, value in _METADATA.items()]
_ANALYTICS: Final = {"client_id": CLIENT_ID, "session_id": SESSION_ID}
_OF: Final[Mapping[str, tuple[Fields, Fields]]] = {
    "session": ({"metadata": _METADATA}, {"metadata": {}}),
    "session with a reference": (
        {"metadata": _METADATA, "client_reference_id": "user-7"},
        {"metadata": {}, "client_reference_id": "user-7"},
    ),
    "intent": ({"metadata": _METADATA}, {"metadata": {}}),
    "invoice": ({"metadata": _METADATA}, {"metadata": {}}),
    "charge": ({"metadata": _METADATA}, {"metadata": {}}),
    "paddle": ({"custom_data": _METADATA}, {"custom_data": None}),
    "paddle subscription": (
        {"custom_data": _METADATA, "subscription_id": "sub_7"},
        {"custom_data": None, "subscription_id": "sub_7"},
    ),
    "shopify": ({"note_attributes": _ATTRIBUTES}, {"note_attributes": []}),
    "shopify cart": (
        {"note_attributes": _ATTRIBUTES, "cart_token": "cart"},
        {"note_attributes": [], "cart_token": "cart"},
    ),
    "standard": ({"analytics": _ANALYTICS}, {"analytics": None}),
    "standard subscription": (
        {"analytics": _ANALYTICS, "subscription_id": "s-7"},
        {"analytics": None, "subscription_id": "s-7"},
    ),
    "offline": ({"analytics": _ANALYTICS}, {"analytics": None}),
}
"""The first order's fields, and those of the customer's second one."""


async def bring(shop: Shop, way: str, number: int, fields: Fields) -> Outcome:
    """Bring one of the customer's orders, by the event of a provider that is its money."""
    subject: Json
    ids: Json
    match way.split(maxsplit=1)[0]:
        case "session":
            ids = {"id": f"cs_{number}", "payment_intent": f"pi_{number}", "customer": "cus_7"}
            subject = stripe_json.checkout_session(**{**ids, **fields})
            (outcome,) = await post(shop, "stripe", stripe_json.event(subject, id=f"evt_{number}"))
        case "intent" | "invoice" | "charge" as kind:
            subject, name = _stripe(kind, number, fields)
            body = stripe_json.event(subject, name, id=f"evt_{number}")
            (outcome,) = await post(shop, "stripe", body)
        case "paddle":
            ids = {
                "id": f"txn_{number}",
                "customer_id": "ctm_7",
                "origin": "web",
                "invoice_id": None,
            }
            subject = paddle_json.transaction(**{**ids, **fields})
            body = paddle_json.event(subject, event_id=f"evt_{number}")
            (outcome,) = await post(shop, "paddle", body)
        case "shopify":
            usual = {"id": 70 + number, "checkout_token": f"ck_{number}", "cart_token": None}
            subject = shopify_json.order(**{**usual, "customer": {"id": 7}, **fields})
            headers = {"x-shopify-topic": "orders/paid", "x-shopify-event-id": f"e-{number}"}
            (outcome,) = await post(shop, "shopify", subject, headers)
        case "standard":
            ids = {"event_id": f"e-{number}", "transaction_id": f"T-{number}"}
            subject = billing_json.billing_event(**{**ids, "customer_id": "c-7", **fields})
            (outcome,) = await post(shop, "standard", subject)
        case _:
            ids = {"event_id": f"e-{number}", "customer_ref": "c-7", "references": []}
            outcome = await push(shop.offline(), server_json.server_event(**{**ids, **fields}))
    return outcome


def _stripe(kind: str, number: int, fields: Fields) -> tuple[Any, str]:
    whose = {"customer": "cus_7", **fields}
    if kind == "intent":
        intent = stripe_json.payment_intent(
            id=f"pi_{number}", latest_charge=f"ch_{number}", **whose
        )
        return intent, "payment_intent.succeeded"
    if kind == "charge":
        usual = {"amount": 900, "amount_captured": 900, "currency": "eur", "captured": True}
        paid = {"object": "charge", "paid": True, "status": "succeeded", "payment_intent": None}
        return {"id": f"ch_{number}", **usual, **paid, **whose}, "charge.succeeded"
    billed = {"total": 900, "amount_paid": 900, "amount_due": 900, "currency": "eur"}
    reason = "subscription_create"
    usual = {"object": "invoice", "status": "paid", "billing_reason": reason}
    return {"id": f"in_{number}", **usual, **billed, **whose}, "invoice.paid"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop that counts everything, and waits for nothing."""
    entries: dict[str, Any] = {
        name: {"secret": f"file:{tmp_path}/{name}"}
        for name in ("stripe", "paddle", "shopify", "standard")
    }
    entries["stripe"] |= {"payment_intents": True, "invoices": True, "charges": True}
    return Shop(tmp_path, PAYMENT_PROVIDERS=json.dumps(entries), OWNER_WAIT_SECONDS="0")


@pytest.mark.parametrize("way", _OF)
@in_a_fast_loop
async def test_the_next_order_of_a_customer_joins_no_session(way: str, shop: Shop) -> None:
    """It goes under the customer's client: nothing says that it was in that visit."""
    first, second = _OF[way]
    assert (await bring(shop, way, 1, first)).attribution == "session"
    shop.clock.advance(3600)

    assert (await bring(shop, way, 2, second)).attribution == "client"

    one, two = shop.ga4.bodies
    assert (one["client_id"], two["client_id"]) == (CLIENT_ID, CLIENT_ID)
    assert "session_id" in one["events"][0]["params"]
    assert "session_id" not in two["events"][0]["params"]


@in_a_fast_loop
async def test_what_is_captured_for_an_order_still_puts_it_in_its_session(shop: Shop) -> None:
    """Under the reference that its page gave it, by the shop that knows the browser."""
    captures = captures_at(shop, shop.folder)
    await bring(shop, "session", 1, {"metadata": {}, "client_reference_id": "user-7"})
    seen = {"client_id": CLIENT_ID, "session_id": SESSION_ID, "references": ["cs_2"]}
    await sign(captures, seen)

    outcome = await bring(shop, "session", 2, {"metadata": {}, "client_reference_id": "user-7"})

    assert outcome.attribution == "session"
