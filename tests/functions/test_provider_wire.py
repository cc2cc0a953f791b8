"""Providers that prove a delivery by code, over real HTTP: what is answered, byte for byte."""

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from shared.providers.registry import PROVIDERS
from tests.support import loopback
from tests.support.local_stack import ServedStack, served
from tools.traffic.kinds import make
from tools.traffic.request import Request
from tools.traffic.sales import UNKNOWN

KEY: Final = PROVIDERS["adyen"].local_secret
_PLAIN: Final = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedStack]:
    """A stack whose Adyen asks for a user and a password too."""
    folder = tmp_path_factory.mktemp("wire")
    entries: dict[str, Any] = {"chargebee": {}, "adyen": {}, "apple": {}}
    for name, text in (("user", "shop"), ("password", "word")):
        (folder / name).write_text(text, encoding="utf-8")
        entries["adyen"][name] = f"file:{Path(folder / name)}"
    with served(PAYMENT_PROVIDERS=json.dumps(entries)) as found:
        yield found


def basic(pair: str) -> dict[str, str]:
    """Return the header of a user and password."""
    return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def posted(
    stack: ServedStack, path: str, body: bytes, headers: dict[str, str] | None = None
) -> tuple[int, str, str]:
    """Return the status of an answer, its outcome and its whole text."""
    url = f"{stack.line['functions']['payment_webhook']}/{path}"
    answer = loopback.post(url, content=body, headers={**_PLAIN, **(headers or {})}, timeout=30)
    return answer.status_code, answer.json()["outcome"], answer.text


def item(reference: str, code: str = "AUTHORISATION", **fields: object) -> dict[str, Any]:
    """Return one of Adyen's items."""
    return {
        "NotificationRequestItem": {
            "pspReference": reference,
            "merchantAccountCode": "ShopECOM",
            "merchantReference": fields.pop("order", f"ORDER-{reference}"),
            "eventCode": code,
            "eventDate": "2026-11-23T12:59:50+01:00",
            "success": "true",
            "amount": {"value": 2160, "currency": "EUR"},
            "additionalData": {},
            **fields,
        }
    }


def adyen(stack: ServedStack, *items: object, pair: str = "shop:word") -> tuple[int, str, str]:
    """Post a signed delivery of some items."""
    from tools.traffic.providers.adyen import SENDER  # noqa: PLC0415 - for this alone

    document = {"live": "false", "notificationItems": list(items)}
    request = SENDER.sign(Request("adyen", json.dumps(document).encode()), KEY, 0)
    return posted(stack, "adyen", request.body, basic(pair))


def test_what_adyen_looks_for_stands_in_every_answer_of_2xx(stack: ServedStack) -> None:
    """Delivered, a duplicate, or nothing; and in no other answer."""
    for expected in ("delivered", "duplicate"):
        status, outcome, text = adyen(stack, item("W1"))
        assert (status, outcome) == (200, expected)
        assert "[accepted]" in text
    status, outcome, text = adyen(stack, item("W1", "REPORT_AVAILABLE"))
    assert (status, outcome, "[accepted]" in text) == (200, "ignored", True)
    status, outcome, text = adyen(stack, item("W1"), pair="shop:other")
    assert (status, outcome, "[accepted]" in text) == (400, "bad_signature", False)


def test_a_delivery_is_answered_the_worst_of_its_items(stack: ServedStack) -> None:
    """One that waits keeps no other waiting, whichever stands first."""
    waits = item("W2R", "REFUND", originalReference="W2", order="ORDER-W2")
    other, unreadable = item("W3"), item("W4", amount=None)
    stack.forget()

    status, outcome, text = adyen(stack, waits, unreadable, other)
    assert (status, outcome, "[accepted]" in text) == (409, "pending", False)
    assert [event["params"]["transaction_id"] for event in stack.sent()] == ["ORDER-W3"]

    status, outcome, _ = adyen(stack, item("W2"), waits, unreadable, other)
    assert (status, outcome) == (200, "rejected")
    assert [event["name"] for event in stack.sent()] == ["purchase", "purchase", "refund"]


def test_chargebees_password_is_asked_for(stack: ServedStack) -> None:
    """Wrong ones are 400; the right one takes a payment."""
    paid = {"id": "txn_1", "type": "payment", "status": "success", "amount": 2160}
    content = {"transaction": {**paid, "currency_code": "EUR"}}
    event = {"id": "ev_1", "occurred_at": 1_795_435_195, "event_type": "payment_succeeded"}
    body = json.dumps({**event, "content": content}).encode()

    for headers in ({}, basic("local:wrong"), basic("local"), {"authorization": "Bearer local"}):
        assert posted(stack, "chargebee", body, headers)[:2] == (400, "bad_signature")
    assert posted(stack, "chargebee", body, basic("local:local"))[:2] == (200, "delivered")
    assert posted(stack, "chargebee", body, basic("local:local"))[:2] == (200, "duplicate")


def test_apples_notifications_are_taken_by_their_chain_alone(stack: ServedStack) -> None:
    """In another process, under the root that the stack names; another root's are refused."""
    started, paid = stack.answers("apple.subscription")
    assert [started["outcome"], paid["outcome"]] == ["stored", "delivered"]

    strange = make("apple.subscription", "strange", visit=UNKNOWN, now=int(time.time()))
    body = strange.signed("", now=int(time.time())).body
    assert posted(stack, "apple", body)[:2] == (400, "bad_signature")


def test_nothing_of_a_payload_or_of_a_secret_is_logged(stack: ServedStack) -> None:
    """After all of the above."""
    logged = stack.log.read_text(encoding="utf-8")

    assert KEY not in logged
    assert "hmacSignature" not in logged
    assert "local:local" not in logged
    assert base64.b64encode(b"local:local").decode() not in logged
