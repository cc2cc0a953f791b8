"""A planned day has the size and the troubles it should have."""

import json
from collections import Counter, defaultdict
from typing import Any

import pytest

from tools.demo.plan import PROVIDERS, Plan
from tools.demo.story import Day, Delivery, Manner
from tools.traffic.books import by_currency
from tools.traffic.stripe_events import StripeEvent

NOW = 1_795_000_000


def plan(deliveries: int = 240, seed: int = 1) -> Day:
    """A day."""
    return Plan(seed, now=NOW).fill(deliveries)


def deliveries_of(day: Day) -> list[Delivery]:
    """All deliveries of a day, those that are overtaken after those that do so."""
    return [
        found
        for phase in day.phases
        for chain in phase.chains
        for delivery in chain
        for found in (delivery, *delivery.overtaken)
    ]


def bodies_of(day: Day) -> list[dict[str, Any]]:
    """All events of Stripe's of a day."""
    events = (delivery.event for delivery in deliveries_of(day))
    return [json.loads(event.body) for event in events if isinstance(event, StripeEvent)]


@pytest.mark.parametrize("deliveries", [50, 51, 240, 1_000])
def test_it_has_as_many_deliveries_as_asked_for(deliveries: int) -> None:
    """Every copy is a delivery; retries are not."""
    assert plan(deliveries).deliveries == deliveries


def test_the_same_seed_is_the_same_day() -> None:
    """A day can be played again, and another one too."""
    assert plan(seed=1) == plan(seed=1)
    assert plan(seed=1) != plan(seed=2)


@pytest.mark.parametrize("seed", range(10))
def test_even_a_short_day_has_every_trouble(seed: int) -> None:
    """Unpaid, late, free, doubled, simultaneous, forged, stale, overtaking: all occur."""
    day = plan(50, seed)
    deliveries = deliveries_of(day)
    sessions = [(event["type"], event["data"]["object"]) for event in bodies_of(day)]
    types = Counter(name for name, _ in sessions)

    assert {delivery.manner for delivery in deliveries} == set(Manner)
    assert max(delivery.copies for delivery in deliveries) > 1
    assert max(Counter(delivery.event.id for delivery in deliveries).values()) > 1
    assert types.keys() >= {
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "payment_intent.succeeded",
        "charge.succeeded",
        "invoice.paid",
        "refund.created",
    }
    statuses = {subject.get("payment_status") for _, subject in sessions}
    assert statuses >= {"paid", "unpaid", "no_payment_required"}
    assert {subject.get("mode") for _, subject in sessions} >= {"payment", "subscription"}
    assert set(by_currency(day.books.entries.values())) == {"EUR", "JPY", "KWD"}
    assert any(delivery.overtaken for delivery in deliveries)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("deliveries", [200, 240])
def test_an_ordinary_day_has_every_story(deliveries: int, seed: int) -> None:
    """Subscriptions in both shapes, refunds in every currency, disputes; all that echoes them."""
    day = plan(deliveries, seed)
    bodies = bodies_of(day)

    assert {event["type"] for event in bodies} >= {
        *("customer.subscription.created", "customer.subscription.updated"),
        *("invoice.paid", "invoice.payment_succeeded", "invoice_payment.paid"),
        *("refund.created", "refund.updated", "refund.failed", "charge.refunded"),
        *("charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed"),
    }
    renewals = [e for e in bodies if e["data"]["object"].get("billing_reason") and is_cycle(e)]
    assert len({event["api_version"] for event in renewals}) == 2
    assert len(day.books.renewals) >= 4
    assert set(by_currency(day.books.refunds)) == {"EUR", "JPY", "KWD"}
    outcomes = {e["data"]["object"]["status"] for e in bodies if "dispute.closed" in e["type"]}
    assert outcomes == {"lost", "won"}


@pytest.mark.parametrize("seed", range(10))
def test_an_ordinary_day_has_every_trouble_of_each_provider(seed: int) -> None:
    """Beside Stripe: renewals, refunds that come first, denials, duplicates, at once and later."""
    day = plan(seed=seed)

    assert tuple(day.providers) == PROVIDERS
    assert sum(len(books.entries) for books in day.providers.values()) == len(day.books.entries)
    for name, books in day.providers.items():
        own = [d for d in deliveries_of(day) if d.event.request.sender == name]
        ids = Counter(delivery.event.id for delivery in own)
        assert books.renewals, name
        assert books.refunds, name
        assert any(delivery.overtaken for delivery in own), name
        assert any(delivery.copies > 1 for delivery in own), name
        assert max(ids.values()) > 1, name
        assert bool(books.denied) == (name != "stripe")
        assert not books.denied & day.books.entries.keys()


@pytest.mark.parametrize("seed", range(10))
def test_even_a_short_day_has_every_provider(seed: int) -> None:
    """Each is paid while GA4 is out of reach."""
    day = plan(50, seed)
    outage = next(phase for phase in day.phases if phase.is_outage)

    assert {d.event.request.sender for chain in outage.chains for d in chain} == set(PROVIDERS)


def is_cycle(event: dict[str, Any]) -> bool:
    """Whether an event is about an invoice that no buyer asked for."""
    return bool(event["data"]["object"]["billing_reason"] == "subscription_cycle")


def test_some_purchases_are_given_back_whole_and_in_parts() -> None:
    """In each currency there is one whose refunds are several and sum to it."""
    books = plan().books
    parts = defaultdict(list)
    for refund in books.refunds:
        parts[refund.transaction_id].append(refund.value)
    whole = {
        books.entries[name].currency
        for name, values in parts.items()
        if len(values) > 2 and sum(values) == books.entries[name].value
    }

    assert whole == {"EUR", "JPY", "KWD"}
    assert any(
        name in parts and sum(parts[name]) < entry.value
        for name, entry in books.entries.items()
        if entry.is_renewal
    )


def test_impostors_are_not_in_the_books() -> None:
    """Nothing that was forged or replayed is money the shop earned."""
    day = plan()
    impostors = [d for d in deliveries_of(day) if d.manner is not Manner.GENUINE]

    assert impostors
    senders = {delivery.event.request.sender for delivery in impostors}
    assert senders == set(PROVIDERS)
    for delivery in impostors:
        if not isinstance(delivery.event, StripeEvent):
            assert delivery.event.id not in day.books.transaction_ids
            continue
        subject = json.loads(delivery.event.body)["data"]["object"]
        ids = {subject["payment_intent"], *subject["metadata"].values()}
        if subject["object"] == "checkout.session":
            assert not ids & day.books.entries.keys()
        assert not ids & {refund.transaction_id for refund in day.books.refunds}


def test_ga4_fails_in_two_ways_and_recovers() -> None:
    """There is an outage, a time of lost answers, and a healthy beginning and end."""
    faults = [phase.fault for phase in plan().phases]

    assert faults == [{}, {"status": 503}, {"drop_after_read": True, "every": 4}, {}]
    assert all(phase.chains for phase in plan().phases)
