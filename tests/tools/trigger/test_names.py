"""Every name goes through the whole local stack, and ends as README's table says."""

import asyncio
import json
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest

from tests.support.local_stack import ServedStack, served
from tools.traffic.kinds import KINDS
from tools.trigger.deliveries import USUAL, Terms, deliveries_of
from tools.trigger.post import Answer, post, sign
from tools.trigger.target import stack_at

DELIVERED: Final = "delivered"
IGNORED: Final = "ignored"
REVERSED: Final = "reversed"

# How the last delivery of a name ends, and what GA4 gets of it: event, value, kind of purchase or
# None, and attribution.
End = tuple[str, tuple[str, float | None, str | None, str] | None]
# Those of a provider with a sender of its own stand in ends/PROVIDER.json.
OF_PROVIDERS: Final[dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "ends").glob("*.json"))
}
ENDS: Final[dict[str, End]] = {
    "stripe.checkout": (DELIVERED, ("purchase", 18, "one_time", "session")),
    "stripe.checkout_subscription": (IGNORED, None),
    "stripe.checkout_unpaid": (IGNORED, None),
    "stripe.checkout_free": (IGNORED, None),
    "stripe.async_payment": (DELIVERED, ("purchase", 18, "one_time", "session")),
    "stripe.async_payment_failed": (DELIVERED, ("payment_failed", None, None, "client")),
    "stripe.payment_intent": (DELIVERED, ("purchase", 27.6, "one_time", "session")),
    "stripe.manual_capture": (DELIVERED, ("purchase", 18, "one_time", "session")),
    "stripe.payment_intent_canceled": (IGNORED, None),
    "stripe.charge": (DELIVERED, ("purchase", 27.6, "one_time", "session")),
    "stripe.refund": (DELIVERED, ("refund", 18, None, "client")),
    "stripe.charge_refunded": (DELIVERED, ("refund", 18, None, "client")),
    "stripe.refund_failed": (REVERSED, None),
    "stripe.dispute": (DELIVERED, ("dispute_opened", 27.6, None, "client")),
    "stripe.dispute_lost": (DELIVERED, ("refund", 18, None, "client")),
    "stripe.application_fee": (DELIVERED, ("purchase", 27.6, "one_time", "session")),
    "stripe.application_fee_refunded": (IGNORED, None),
    "stripe.thin": (IGNORED, None),
    "stripe.other": (IGNORED, None),
    "stripe.subscription": (DELIVERED, ("purchase", 9, "subscription_start", "session")),
    "stripe.renewal": (DELIVERED, ("purchase", 9, "subscription_renewal", "client")),
    "stripe.renewal_from_balance": (
        DELIVERED,
        ("purchase", 4.5, "subscription_renewal", "client"),
    ),
    "stripe.subscription_update": (DELIVERED, ("purchase", 9, "subscription_update", "client")),
    "stripe.usage": (DELIVERED, ("purchase", 9, "usage", "client")),
    "stripe.subscription_invoice": (DELIVERED, ("purchase", 9, "subscription_update", "client")),
    "stripe.invoice": (DELIVERED, ("purchase", 9, "invoice", "client")),
    "stripe.invoice_payment": (IGNORED, None),
    "stripe.payment_failed": (DELIVERED, ("payment_failed", None, None, "client")),
    "stripe.credit_note": (IGNORED, None),
    "stripe.refund_outside": (DELIVERED, ("refund", 9, None, "client")),
    "stripe.credit_note_voided": (REVERSED, None),
    "stripe.trial": (DELIVERED, ("start_trial", None, None, "client")),
    "stripe.trial_converted": (DELIVERED, ("trial_converted", None, None, "client")),
    "stripe.trial_will_end": (DELIVERED, ("trial_will_end", None, None, "client")),
    "stripe.cancel_scheduled": (
        DELIVERED,
        ("subscription_cancel_scheduled", None, None, "client"),
    ),
    "stripe.cancelled": (DELIVERED, ("subscription_cancelled", None, None, "client")),
    "paddle.transaction": (DELIVERED, ("purchase", 18, "one_time", "session")),
    "paddle.subscription": (DELIVERED, ("purchase", 18, "subscription_start", "session")),
    "paddle.renewal": (DELIVERED, ("purchase", 18, "subscription_renewal", "client")),
    "paddle.updated": (IGNORED, None),
    "paddle.refund": (DELIVERED, ("refund", 9, None, "client")),
    "paddle.refund_reversed": (REVERSED, None),
    "paddle.chargeback": (DELIVERED, ("refund", 9, None, "client")),
    "paddle.chargeback_reversed": (REVERSED, None),
    "shopify.order": (DELIVERED, ("purchase", 18, "one_time", "session")),
    "shopify.renewal": (DELIVERED, ("purchase", 18, "subscription_renewal", "client")),
    "shopify.updated": (IGNORED, None),
    "shopify.refund": (DELIVERED, ("refund", 9, None, "client")),
    "standard.purchase": (DELIVERED, ("purchase", 18, "one_time", "session")),
    "standard.refund": (DELIVERED, ("refund", 7.04, None, "client")),
    "standard.subscription": (DELIVERED, ("purchase", 18, "subscription_start", "session")),
    "standard.renewal": (DELIVERED, ("purchase", 18, "subscription_renewal", "client")),
    "standard.trial": (DELIVERED, ("start_trial", None, None, "client")),
    "standard.trial_converted": (DELIVERED, ("trial_converted", None, None, "client")),
    "standard.cancelled": (DELIVERED, ("subscription_cancelled", None, None, "client")),
    "standard.payment_failed": (DELIVERED, ("payment_failed", None, None, "client")),
    "renewal": (DELIVERED, ("purchase", 18, "subscription_renewal", "client")),
    "renewal.refund": (DELIVERED, ("refund", 7.04, None, "client")),
    "renewal.stripe": (DELIVERED, ("purchase", 9, "subscription_renewal", "client")),
    "renewal.event_bus": (DELIVERED, ("purchase", 9, "subscription_renewal", "client")),
    "renewal.shopify": (DELIVERED, ("purchase", 18, "subscription_renewal", "client")),
    "google_play": ("withheld", None),
    "google_play.order": (DELIVERED, ("purchase", 18, "subscription_renewal", "client")),
    "google_play.voided": (DELIVERED, ("refund", 18, None, "client")),
    "enrichment": (DELIVERED, ("purchase_enriched", None, None, "client")),
    "lead": (DELIVERED, ("generate_lead", 500, None, "session")),
    "lead.qualified": (DELIVERED, ("qualify_lead", 500, None, "session")),
    "lead.closed": (DELIVERED, ("close_convert_lead", 500, None, "session")),
    "sale": (DELIVERED, ("purchase", 18, "offline", "session")),
    "sale.refund": (DELIVERED, ("refund", 18, None, "client")),
    "kiosk": (DELIVERED, ("purchase", 10, "offline", "generated")),
    "capture": ("stored", None),
    **{
        name: (outcome, tuple(event) if event else None)
        for provider in OF_PROVIDERS.values()
        for name, (outcome, event) in provider["ends"].items()
    },
}
# Each option that a name needs, switched on.
OPTIONS: Final = {
    "stripe": dict.fromkeys(
        ("charges", "disputes", "invoices", "lifecycle", "payment_failed", "payment_intents"),
        True,
    ),
    "standard": {},
    "paddle": {"disputes": True},
    "shopify": {},
    **{name: provider["options"] for name, provider in OF_PROVIDERS.items()},
}


@pytest.fixture(scope="module")
def with_options() -> Iterator[ServedStack]:
    """A stack on which every name becomes something."""
    with served(PAYMENT_PROVIDERS=json.dumps(OPTIONS)) as stack:
        yield stack


def sent(stack: ServedStack, name: str, terms: Terms = USUAL) -> tuple[list[Answer], list[Any]]:
    """Send what a name stands for; return the answers, and what GA4 got of the last delivery."""

    async def send() -> tuple[list[Answer], int]:
        """Post one delivery after another; count what GA4 got before the last."""
        now, answers, before = int(time.time()), [], 0
        async with aiohttp.ClientSession() as client:
            target = await stack_at(client, stack.line["collector"])
            for delivery in deliveries_of(name, terms, now=now):
                before = len(await asyncio.to_thread(stack.events))
                answers.append(await post(client, await sign(delivery, target, now=now)))
        return answers, before

    stack.forget()
    answers, before = asyncio.run(send())
    return answers, stack.events()[before:]


def test_every_name_is_tried_here() -> None:
    """None can be added without saying what becomes of it."""
    assert ENDS.keys() == KINDS.keys()


@pytest.mark.parametrize("name", KINDS)
def test_a_name_ends_as_the_table_says(with_options: ServedStack, name: str) -> None:
    """It is signed, complete and believable: GA4 gets its event, and no field is dropped."""
    logged = len(with_options.log.read_text().splitlines())

    answers, requests = sent(with_options, name)

    outcome, event = ENDS[name]
    assert all(answer.is_success for answer in answers)
    assert answers[-1].outcome == outcome
    assert [answer.name for answer in answers] == [*KINDS[name].after, name]
    found = [
        (
            each["name"],
            each["params"].get("value"),
            each["params"].get("purchase_type"),
            each["params"]["mp_attribution"],
        )
        for request in requests
        for each in request["body"]["events"]
    ]
    assert found == ([] if event is None else [event])
    assert all(request["verdict"] != "error" for request in requests)
    lines = with_options.log.read_text().splitlines()[logged:]
    assert all(not json.loads(line).get("notes") for line in lines if line.startswith("{"))


@pytest.mark.parametrize(
    "name", [name for name, (_, event) in ENDS.items() if event and event[1] is not None]
)
def test_an_amount_is_what_it_is_worth(with_options: ServedStack, name: str) -> None:
    """With a price, in a currency without minor units, the value is that price."""
    answers, requests = sent(with_options, name, Terms(amount=Decimal(4990), currency="JPY"))

    (event,) = requests[-1]["body"]["events"]
    value = 49_900 if name == "stripe.application_fee" else 4990
    assert answers[-1].outcome == DELIVERED
    assert (event["params"]["value"], event["params"]["currency"]) == (value, "JPY")
    items = event["params"].get("items", [])
    assert not items or sum(i["price"] * i.get("quantity", 1) for i in items) == value


def test_a_platforms_fee_is_the_money_where_the_option_says_so() -> None:
    """The two names about fees, with the option they need."""
    fees = json.dumps({"stripe": {"value": "application_fee"}})
    with served(PAYMENT_PROVIDERS=fees) as stack:
        (paid, refunded), _ = sent(stack, "stripe.application_fee_refunded")
        assert [paid.outcome, refunded.outcome] == [DELIVERED, DELIVERED]
        assert [event["params"]["value"] for event in stack.sent()] == [2.76, 2.76]


@pytest.mark.parametrize("name", KINDS)
def test_of_somebody_who_denied_nothing_is_sent(with_options: ServedStack, name: str) -> None:
    """Whatever the name: the denial is on its way with it, or with its purchase."""
    answers, _ = sent(with_options, name, Terms(is_denied=True))

    assert all(answer.is_success for answer in answers)
    assert with_options.sent() == []


def test_what_needs_an_option_is_ignored_without_it(stack: ServedStack) -> None:
    """And the answer says that it is an operator's choice."""
    for name, kind in KINDS.items():
        if "with option" in kind.becomes and "disputes" not in kind.becomes:
            (*_, answer), requests = sent(stack, name)
            assert (answer.outcome, requests) == (IGNORED, []), name
            assert answer.reason, name
