"""GA4 and the function itself fail, through the wire: nothing is lost, nothing counted twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.functions import stripe_events as stripe
from tests.functions.running import GA4, Webhook, eventually, transaction_of


@pytest.mark.parametrize("status", [503, 429])
def test_a_refusal_for_now_claims_nothing(status: int, ga4: GA4, webhook: Webhook) -> None:
    """GA4 did not process the request: the sender is asked to retry, and the retry delivers."""
    order = f"BUSY-{status}"
    ga4.misbehave(status=status)

    answer = webhook.post(stripe.paid(order))

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json() == {
        "outcome": "unavailable",
        "reason": f"GA4 is out of reach: {status}",
        "events": [],
    }
    assert webhook.ledger.about(order) == []
    ga4.misbehave()
    assert webhook.post(stripe.paid(order)).json()["outcome"] == "delivered"
    assert len(ga4.about(order)) == 1


def test_a_short_refusal_is_bridged(ga4: GA4, webhook: Webhook) -> None:
    """When GA4 takes the second try within one delivery, the sender never hears of the first."""
    ga4.misbehave(status=503, every=2)
    webhook.post(stripe.paid("ODD"))

    answer = webhook.post(stripe.paid("EVEN"))

    assert answer.json()["outcome"] == "delivered"
    assert len(ga4.about("EVEN")) == 1


def test_a_refusal_for_good_is_rejected(ga4: GA4, webhook: Webhook) -> None:
    """The same request would be refused again: it is acknowledged, and kept on record."""
    ga4.misbehave(status=400)

    answer = webhook.post(stripe.paid("REFUSED"))

    assert answer.status_code == 200
    assert (answer.json()["outcome"], answer.json()["reason"]) == (
        "rejected",
        "GA4 answered: 400",
    )
    (row,) = webhook.ledger.about("REFUSED")
    assert (row["state"], row["reason"]) == ("rejected", "GA4 answered: 400")


def test_a_lost_answer_is_asked_for_again(ga4: GA4, webhook: Webhook) -> None:
    """A purchase may be sent twice, for GA4 counts an id once; the ledger has it once."""
    ga4.misbehave(drop_after_read=True, every=2)
    webhook.post(stripe.paid("FIRST"))

    answer = webhook.post(stripe.paid("LOST"))

    assert answer.json()["outcome"] == "delivered"
    assert len(ga4.about("LOST")) == 2
    assert [row["state"] for row in webhook.ledger.about("LOST")] == ["delivered"]


def test_an_answer_that_never_comes_is_uncertain(ga4: GA4, webhook: Webhook) -> None:
    """The sender is asked to retry, and a retry that gets an answer settles it."""
    ga4.misbehave(drop_after_read=True)

    answer = webhook.post(stripe.paid("NEVER"))

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    document = answer.json()
    assert document["outcome"] == "uncertain"
    assert document["events"] == [{"name": "purchase", "transaction_id": "NEVER"}]
    assert [row["state"] for row in webhook.ledger.about("NEVER")] == ["uncertain"]
    ga4.misbehave()
    assert webhook.post(stripe.paid("NEVER")).json()["outcome"] == "delivered"
    assert [row["state"] for row in webhook.ledger.about("NEVER")] == ["delivered"]
    sent = [event["body"] for event in ga4.about("NEVER")]
    assert len(sent) == 4
    assert {transaction_of(event) for event in ga4.about("NEVER")} == {"NEVER"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a function leaves its store to the one that comes after it."""
    return tmp_path / "function"


@pytest.fixture
def sender() -> Iterator[ThreadPoolExecutor]:
    """Delivers while the test does something else."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


def _claimed(webhook: Webhook, order: str) -> bool:
    return [row["state"] for row in webhook.ledger.about(order)] == ["claimed"]


def test_ga4_away_and_back(folder: Path, tmp_path: Path) -> None:
    """While nobody listens nothing is claimed; when GA4 is back the same delivery goes through."""
    with GA4(tmp_path / "ga4") as ga4:
        port = ga4.port
    body = stripe.paid("AWAY")
    with Webhook(folder, f"http://127.0.0.1:{port}") as webhook:
        answer = webhook.post(body)

        assert answer.status_code == 503
        assert answer.json()["outcome"] == "unavailable"
        assert webhook.ledger.rows == []
        with GA4(tmp_path / "ga4-again", port=port) as ga4:
            assert webhook.post(body).json()["outcome"] == "delivered"
            assert len(ga4.about("AWAY")) == 1


def test_a_killed_function_loses_nothing(
    ga4: GA4, folder: Path, sender: ThreadPoolExecutor
) -> None:
    """What it had claimed waits for the lease, and is then delivered by whoever is asked next."""
    body = stripe.paid("KILLED")
    ga4.misbehave(delay_ms=2500)
    with Webhook(folder, ga4.url) as webhook:
        lost = sender.submit(webhook.post, body)
        eventually(lambda: _claimed(webhook, "KILLED") or None, "the delivery is claimed")
        webhook.kill()
        assert lost.exception(timeout=10) is not None
    ga4.misbehave()
    with Webhook(folder, ga4.url) as webhook:
        waiting = webhook.post(body)

        assert waiting.status_code == 409
        assert waiting.json()["outcome"] == "in_progress"
        assert int(waiting.headers["retry-after"]) > 0
        webhook.ledger.expire_leases()
        assert webhook.post(body).json()["outcome"] == "delivered"
        (row,) = webhook.ledger.about("KILLED")
        assert (row["state"], row["attempt"]) == ("delivered", 2)
        assert webhook.post(body).json()["outcome"] == "duplicate"
    assert {transaction_of(event) for event in ga4.about("KILLED")} == {"KILLED"}


def test_a_function_told_to_end_finishes_its_deliveries(
    ga4: GA4, folder: Path, sender: ThreadPoolExecutor
) -> None:
    """At a scale-down what is on its way is delivered, answered and settled."""
    ga4.misbehave(delay_ms=1000)
    with Webhook(folder, ga4.url) as webhook:
        last = sender.submit(webhook.post, stripe.paid("LAST"))
        eventually(lambda: _claimed(webhook, "LAST") or None, "the delivery is claimed")
        webhook.terminate()

        assert last.result(timeout=10).json()["outcome"] == "delivered"
        assert webhook.await_end() == 0
    assert [row["state"] for row in webhook.ledger.about("LAST")] == ["delivered"]


def test_two_processes_share_one_ledger(ga4: GA4, folder: Path) -> None:
    """Instances of a function that are asked at the same moment send an order once."""
    with Webhook(folder, ga4.url) as one, Webhook(folder, ga4.url) as other:
        bodies = [stripe.paid(f"SHARED-{number}") for number in range(20)]

        def sender(body: bytes) -> None:
            for webhook in (one, other, one, other):
                answer = webhook.post(body)
                assert answer.status_code in {200, 409}

        with ThreadPoolExecutor(10) as senders:
            list(senders.map(sender, [body for body in bodies for _ in range(2)]))

        states = [row["state"] for row in one.ledger.rows]
    assert states == ["delivered"] * 20
    assert all(len(ga4.about(f"SHARED-{number}")) == 1 for number in range(20))


def test_a_store_out_of_reach_is_no_delivery(ga4: GA4, tmp_path: Path) -> None:
    """Where nothing can be remembered nothing is sent: the sender is asked to retry."""
    settings = {"STORE": f"sqlite:{tmp_path / 'nowhere' / 'ledger.sqlite'}"}
    with Webhook(tmp_path / "function", ga4.url, settings=settings) as webhook:
        answer = webhook.post(stripe.paid("HOMELESS"))

        assert answer.status_code == 503
        assert answer.json()["reason"] == "STORE: SQLITE_CANTOPEN"
    assert ga4.about("HOMELESS") == []
