"""`kill -9`, at each point of the way, of a real process: what comes after it finds the truth."""

import pytest

from shared.domain.sink import Sink
from shared.stores.entry import State
from tests.faults.deployment import EVENTS, Deployment, Senders, body_of, counted
from tests.faults.matrix import (
    MERGED,
    ONCE,
    UNCERTAIN_NOT_THERE,
    UNCERTAIN_THERE,
    Ending,
    accepted,
)
from tests.functions.running import GA4, Webhook, eventually, transaction_of

# Where it is killed, and how a purchase and a refund end.
KILLED = {
    "before begin": (ONCE, ONCE),
    "after begin": (ONCE, UNCERTAIN_NOT_THERE),
    "before settle": (MERGED, UNCERTAIN_THERE),
    "after settle": (ONCE, ONCE),
}
ENDS = {
    (name, f"KILLED-{moment}".replace(" ", "-")): (moment, ending)
    for moment, endings in KILLED.items()
    for name, ending in zip(EVENTS, endings, strict=True)
}


@pytest.fixture(params=list(Sink))
def sink(request: pytest.FixtureRequest) -> Sink:
    """Each API in turn."""
    found: Sink = request.param
    return found


def test_what_a_killed_process_left_is_finished_by_the_next(
    ga4: GA4, deployment: Deployment
) -> None:
    """Once the lease has run out; until then the sender is asked to come back."""
    bodies = deployment.bodies_of(*ENDS)
    deployment.halt({event: moment for event, (moment, _) in ENDS.items()})
    with deployment.instance(ga4.url) as webhook:

        def kill() -> None:
            deployment.await_halts(len(ENDS))
            webhook.kill()

        senders = Senders(webhook.url)
        senders.post(bodies, meanwhile=kill)
    deployment.halt({})
    with deployment.instance(ga4.url) as webhook:
        waiting = [webhook.post(body).status_code for body in bodies]
        deployment.let_leases_run_out()
        answers = [webhook.post(body).status_code for body in bodies]

    unclaimed = {"before begin", "after settle"}
    assert senders.statuses == [0] * len(ENDS)
    assert waiting == [200 if moment in unclaimed else 409 for moment, _ in ENDS.values()]
    assert answers == [200] * len(ENDS)
    for event, (moment, ending) in ENDS.items():
        wanted = accepted(ending) if deployment.sink is Sink.DATA_MANAGER else ending
        assert (moment, _ending(ga4, deployment, *event)) == (moment, wanted)


def _ending(ga4: GA4, deployment: Deployment, name: str, order: str) -> Ending:
    entry, copies = deployment.entry(name, order), counted(ga4, name, order)
    merged = min(copies, 1) if name == "purchase" else copies
    return Ending(entry.state if entry else None, merged, copies)


def test_copies_in_two_processes_are_sent_once(ga4: GA4, deployment: Deployment) -> None:
    """Fifty of each kind, at both of them at once."""
    with (
        deployment.instance(ga4.url) as one,
        deployment.instance(ga4.url) as other,
    ):
        bodies = dict(
            zip(EVENTS, deployment.bodies_of(*((name, "COPIES") for name in EVENTS)), strict=True)
        )
        here, there = Senders(one.url), Senders(other.url)

        def the_others() -> None:
            there.post([body for body in bodies.values() for _ in range(25)], meanwhile=_nothing)

        here.post([body for body in bodies.values() for _ in range(25)], meanwhile=the_others)

    assert set(here.statuses + there.statuses) <= {200, 409}
    once = Ending(deployment.taken, 1, 1)
    assert [_ending(ga4, deployment, name, "COPIES") for name in EVENTS] == [once, once]


def _nothing() -> None:
    """Only wait."""


def test_a_process_that_is_told_to_end_delivers_what_it_has(
    ga4: GA4, deployment: Deployment
) -> None:
    """SIGTERM with thirty deliveries on their way to a slow GA4: all answered, settled, once."""
    orders = [f"TERM-{number}" for number in range(15)]
    facts = [(name, order) for order in orders for name in EVENTS]
    with deployment.instance(ga4.url) as webhook:
        senders, ended = _terminated(ga4, webhook, deployment, facts, delay_ms=2500)

    assert (senders.statuses, ended) == ([200] * 30, True)
    for fact in facts:
        entry = deployment.entry(*fact)
        assert (entry and entry.state, counted(ga4, *fact)) == (deployment.taken, 1)


def test_a_process_that_is_told_to_end_leaves_no_claim(ga4: GA4, deployment: Deployment) -> None:
    """SIGTERM while GA4 never answers: each delivery keeps its deadline, and says what it knows."""
    orders = [f"HANG-{number}" for number in range(10)]
    facts = [(name, order) for order in orders for name in EVENTS]
    with deployment.instance(ga4.url, REQUEST_DEADLINE_SECONDS="4") as webhook:
        senders, ended = _terminated(ga4, webhook, deployment, facts, delay_ms=60_000)

    answers = dict(zip(facts, senders.statuses, strict=True))
    assert ended
    for (name, order), status in answers.items():
        entry = deployment.entry(name, order)
        assert (entry and entry.state, status) == (
            State.UNCERTAIN,
            503 if name == "purchase" else 200,
        )


def test_a_process_that_is_told_to_end_gives_back_what_was_not_sent(
    ga4: GA4, deployment: Deployment
) -> None:
    """SIGTERM while GA4 says "later": nothing stays claimed, and the next process delivers."""
    facts = [(name, f"LATER-{number}") for number in range(10) for name in EVENTS]
    bodies = deployment.bodies_of(*facts)
    with deployment.instance(ga4.url) as webhook:
        ga4.misbehave(status=503)
        senders = Senders(webhook.url)
        senders.post(bodies, meanwhile=webhook.terminate)
        ga4.misbehave()
    with deployment.instance(ga4.url) as webhook:
        again = [webhook.post(body).status_code for body in bodies]

    # Who came too late for the process that ended was not answered, and claimed nothing either.
    assert set(senders.statuses) <= {0, 503}
    assert again == [200] * 20
    assert {counted(ga4, *fact) for fact in facts} == {1}


def test_more_than_fits_is_turned_away(ga4: GA4, deployment: Deployment) -> None:
    """At once, with 503 and when to come back; and delivered when the sender does."""
    facts = [(name, f"FITS-{number}") for number in range(10) for name in EVENTS]
    late, turned_away = body_of("purchase", "ONE-TOO-MANY"), []
    with deployment.instance(ga4.url, MAX_DELIVERIES_IN_FLIGHT="20") as webhook:
        ga4.misbehave(delay_ms=2500)
        senders = Senders(webhook.url)

        def one_more() -> None:
            _all_on_their_way(ga4, {order for _, order in facts})
            turned_away.append(webhook.post(late))

        senders.post(deployment.bodies_of(*facts), meanwhile=one_more)
        ga4.misbehave()
        again = webhook.post(late)

    assert [(a.status_code, a.headers["retry-after"]) for a in turned_away] == [(503, "5")]
    assert (senders.statuses, again.status_code) == ([200] * 20, 200)
    assert counted(ga4, "purchase", "ONE-TOO-MANY") == 1


def _all_on_their_way(ga4: GA4, orders: set[str]) -> None:
    """Wait until GA4 has every event of these orders: it keeps their answers back."""

    def there() -> bool:
        return sum(transaction_of(event) in orders for event in ga4.events) == 2 * len(orders)

    eventually(there, "every event at GA4")


def _terminated(
    ga4: GA4,
    webhook: Webhook,
    deployment: Deployment,
    facts: list[tuple[str, str]],
    *,
    delay_ms: int,
) -> tuple[Senders, bool]:
    """Tell a process to end while all deliveries wait for GA4; return the answers and its end."""
    ga4.misbehave(delay_ms=delay_ms)
    senders = Senders(webhook.url)

    def terminate() -> None:
        _all_on_their_way(ga4, {order for _, order in facts})
        webhook.terminate()

    senders.post(deployment.bodies_of(*facts), meanwhile=terminate)
    ga4.misbehave()
    return senders, _ended(webhook)


def _ended(webhook: Webhook) -> bool:
    """Tell whether the process ends by itself within what the platform gives it."""
    return eventually(lambda: not webhook.alive, "its end", seconds=10)
