"""A planned day has the size and the troubles it should have."""

import json
from collections import Counter

import pytest

from tools.demo.day import Day, Delivery, Manner
from tools.demo.plan import Plan

NOW = 1_795_000_000


def plan(deliveries: int = 240, seed: int = 1) -> Day:
    """A day."""
    return Plan(seed, now=NOW).fill(deliveries)


def deliveries_of(day: Day) -> list[Delivery]:
    """All deliveries of a day."""
    return [delivery for phase in day.phases for chain in phase.chains for delivery in chain]


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
    """Unpaid, late, free, doubled, simultaneous, forged and stale deliveries all occur."""
    day = plan(50, seed)
    deliveries = deliveries_of(day)
    sessions = [
        (event["type"], event["data"]["object"])
        for event in (json.loads(delivery.event.body) for delivery in deliveries)
    ]
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
    }
    statuses = {subject.get("payment_status") for _, subject in sessions}
    assert statuses >= {"paid", "unpaid", "no_payment_required"}
    assert {subject.get("mode") for _, subject in sessions} >= {"payment", "subscription"}
    assert set(day.books.value_by_currency()) == {"EUR", "JPY", "KWD"}


def test_impostors_are_not_in_the_books() -> None:
    """Nothing that was forged or replayed is money the shop earned."""
    day = plan()
    impostors = [d for d in deliveries_of(day) if d.manner is not Manner.GENUINE]

    assert impostors
    for delivery in impostors:
        subject = json.loads(delivery.event.body)["data"]["object"]
        ids = {subject["payment_intent"], *subject["metadata"].values()}
        assert not ids & day.books.entries.keys()


def test_ga4_fails_in_two_ways_and_recovers() -> None:
    """There is an outage, a time of lost answers, and a healthy beginning and end."""
    faults = [phase.fault for phase in plan().phases]

    assert faults == [{}, {"status": 503}, {"drop_after_read": True, "every": 4}, {}]
    assert all(phase.chains for phase in plan().phases)
