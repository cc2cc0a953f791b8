"""GA4's DebugView: `GA4_DEBUG` marks every event, `trigger --debug` one; no stranger marks any."""

import json
import time
from typing import Any

import httpx
import pytest

from tests.support import loopback
from tests.support.local_stack import ServedStack, served
from tools.traffic.kinds import make
from tools.traffic.request import Request, marked_for_debugging
from tools.traffic.sales import plain_visit

MARK = "x-connectors-debug"


def checkout(order: str, **metadata: str) -> Request:
    """Return a paid Checkout session of a buyer in a session, not signed yet."""
    now = int(time.time())
    made = make(
        "stripe.checkout", order, visit=plain_visit("1.2", now - 60, now, "granted"), now=now
    )
    event = json.loads(made.body)
    event["data"]["object"]["metadata"] |= metadata
    return Request("stripe", json.dumps(event).encode(), made.headers)


def posted(stack: ServedStack, request: Request) -> httpx.Response:
    """Post a request to the webhook."""
    url = f"{stack.line['functions']['payment_webhook']}/stripe"
    return loopback.post(url, content=request.body, headers=dict(request.headers))


def params(stack: ServedStack) -> list[dict[str, Any]]:
    """Return the parameters of each event that GA4 got."""
    return [event["params"] for event in stack.sent()]


@pytest.mark.parametrize(
    "name",
    """
    stripe.refund paddle.transaction shopify.order standard.purchase
    renewal renewal.stripe renewal.shopify google_play.voided enrichment sale
    """.split(),
)
def test_one_event_is_marked(stack: ServedStack, name: str) -> None:
    """Of every sender, by webhook and by push; and the next one is not."""
    answers = stack.answers(name, "--debug")

    assert all(answer["outcome"] == "delivered" for answer in answers)
    assert [each.get("debug_mode") for each in params(stack)] == [1] * len(answers)
    assert all(event["verdict"] != "error" for event in stack.events())
    stack.forget()
    stack.answers(name)
    assert all("debug_mode" not in each for each in params(stack))


def test_who_signs_nothing_marks_nothing(stack: ServedStack) -> None:
    """Without a signature the header is a header of a delivery that is refused."""
    request = marked_for_debugging(checkout("debugstranger"))
    forged = request.signed("whsec_guessed", now=int(time.time()))

    assert posted(stack, request).json()["outcome"] == "bad_signature"
    assert posted(stack, forged).json()["outcome"] == "bad_signature"
    assert stack.sent() == []


def test_what_buyers_can_write_marks_nothing(stack: ServedStack) -> None:
    """Whatever stands in the fields of an order: they are no headers."""
    names = ("debug_mode", "ga_debug_mode", "ga_debug", MARK)
    request = checkout("debugbuyer", **dict.fromkeys(names, "true"))
    for value in ("1", "", "TRUE", "yes"):
        assert value != "true"
        signed = request.signed("whsec_local", now=int(time.time()))
        headers = {**signed.headers, MARK: value}
        assert posted(stack, Request("stripe", signed.body, headers)).status_code == 200

    assert all("debug_mode" not in each for each in params(stack))
    assert len(params(stack)) == 1


def test_the_setting_marks_every_event() -> None:
    """`GA4_DEBUG=true`: purchases, refunds and what a capture lets go, of every function."""
    with served(GA4_DEBUG="true", UNATTRIBUTED_EVENTS="withhold") as stack:
        for name in ("stripe.refund", "renewal", "lead", "enrichment"):
            stack.answers(name)
        found, log = params(stack), stack.log.read_text()

    # The local GA4 is no live one: there is nothing to warn of.
    assert "GA4_DEBUG" not in log
    assert len(found) == 5
    assert [each["debug_mode"] for each in found] == [1] * 5
