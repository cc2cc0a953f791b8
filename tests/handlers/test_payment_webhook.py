"""A delivery from its bytes to what became of it: every outcome there is."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from shared.domain.conversion import Conversion
from shared.domain.replay_record import decode_replay
from shared.errors import (
    MalformedError,
    MisconfiguredError,
    SignatureError,
    SignatureMismatchError,
)
from shared.outcome import Outcome, Result
from shared.stores.entry import State
from shared.webhooks.delivery import Delivery
from tests.support.builders import CLIENT_ID, MEASUREMENT_ID, NOW, SECONDS, SESSION_ID
from tests.support.loop import in_a_fast_loop, in_a_loop
from tests.support.shop import API_SECRET, Shop
from tests.support.stripe_json import (
    checkout_session,
    delivery,
    event,
    metadata,
    payment_intent,
    thin_event,
    with_signature,
)

Opened = Callable[..., Shop]
PAID = event(checkout_session())
IN_SESSION = {"ga_client_id": CLIENT_ID, "ga_session_id": str(SESSION_ID)}
DENIED = {**IN_SESSION, "ga_consent_analytics": "denied"}


@in_a_loop
async def test_a_paid_session_reaches_ga4(shop: Shop) -> None:
    """With its money, its user and its session, at the shop's stream, under the shop's secret."""
    outcome = await shop.take(delivery(event(metadata({**IN_SESSION, "order_id": "ORD-9"}))))

    assert outcome == Outcome(
        Result.DELIVERED,
        None,
        "purchase",
        "ORD-9",
        "session",
        "event",
        "unknown",
        entry=(await shop.settled("ORD-9")).fact.key,
    )
    assert shop.ga4.bodies == [
        {
            "client_id": CLIENT_ID,
            "events": [
                {
                    "name": "purchase",
                    "params": {
                        "transaction_id": "ORD-9",
                        "currency": "EUR",
                        "value": 18,
                        "tax": Decimal("4.6"),
                        "shipping": 5,
                        "purchase_type": "one_time",
                        "session_id": SESSION_ID,
                        "engagement_time_msec": 1,
                        "mp_source": "payment_webhook",
                        "mp_attribution": "session",
                    },
                    "timestamp_micros": (SECONDS - 5) * 10**6,
                }
            ],
        }
    ]
    (url,) = shop.ga4.urls
    assert (url.host, url.path) == ("www.google-analytics.com", "/mp/collect")
    assert dict(url.params) == {"measurement_id": MEASUREMENT_ID, "api_secret": API_SECRET}


@in_a_loop
async def test_the_ledger_can_prove_it(shop: Shop) -> None:
    """What was sent, for whose money, and how it ended; nobody's data."""
    await shop.take(delivery(PAID))

    entry = await shop.settled()

    assert (
        entry.state,
        entry.reason,
        entry.attempt,
        entry.replay,
    ) == (State.DELIVERED, None, 1, None)
    assert ("pi_1", "EUR", Decimal(18), NOW - timedelta(seconds=5)) == (
        entry.fact.transaction_id,
        entry.fact.currency,
        entry.fact.value,
        entry.fact.occurred_at,
    )
    assert (
        entry.fact.source,
        entry.fact.attribution,
    ) == ("stripe checkout.session.completed evt_1", "generated")


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(PAID, id="the same event"),
        pytest.param(event(checkout_session(), id="evt_2"), id="another event of the same fact"),
        pytest.param(
            event(checkout_session(), "checkout.session.async_payment_succeeded", id="evt_3"),
            id="another type that tells of the same money",
        ),
        pytest.param(
            event(payment_intent(id="pi_1"), "payment_intent.succeeded", id="evt_4"),
            id="the payment intent",
        ),
    ],
)
@in_a_loop
async def test_the_same_money_is_sent_once(opened: Opened, tmp_path: Path, again: object) -> None:
    """However often and in whatever guise it is announced."""
    shop = opened(
        PAYMENT_PROVIDERS=(
            f'{{"stripe": {{"secret": "file:{tmp_path}/stripe", "payment_intents": true}}}}'
        )
    )
    await shop.take(delivery(PAID))

    outcome = await shop.take(delivery(again))

    assert (outcome.result, outcome.reason) == (Result.DUPLICATE, "already delivered")
    assert (outcome.name, outcome.transaction_id) == ("purchase", "pi_1")
    assert len(shop.ga4.bodies) == 1


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        pytest.param(event(checkout_session(), livemode=False), "test mode", id="test mode"),
        pytest.param(
            event({}, "customer.created"),
            "event type is not the source of any money",
            id="another type",
        ),
        pytest.param(
            thin_event("v1.checkout.session.completed"),
            "thin event: it carries no money",
            id="a thin event",
        ),
        pytest.param(
            event(checkout_session(payment_status="unpaid")),
            "not paid: the money comes with a later event",
            id="unpaid",
        ),
        pytest.param(
            event(payment_intent(), "payment_intent.succeeded"),
            "payment intents are not taken as money",
            id="a payment intent",
        ),
    ],
)
@in_a_loop
async def test_what_is_not_for_us_is_ignored(shop: Shop, document: object, reason: str) -> None:
    """Nothing is sent, nothing is stored, and not even the api_secret is read."""
    shop.remove("ga4")

    assert await shop.take(delivery(document)) == Outcome(Result.IGNORED, reason)
    assert not shop.ga4.bodies
    assert await shop.entry() is None


@in_a_loop
async def test_test_mode_counts_where_the_operator_wants_it(opened: Opened) -> None:
    """`ACCEPT_TEST_EVENTS=true`, for the demo and a stream of its own."""
    shop = opened(ACCEPT_TEST_EVENTS="true")

    outcome = await shop.take(delivery(event(checkout_session(), livemode=False)))

    assert outcome.result is Result.DELIVERED


def replayed(record: bytes | None) -> Conversion:
    """Return what an entry keeps for replay."""
    assert record is not None
    return decode_replay(record).conversion


@in_a_loop
async def test_denied_consent_withholds_and_records(shop: Shop) -> None:
    """Nothing leaves; the entry says why, and nothing of who it was."""
    outcome = await shop.take(delivery(event(metadata(DENIED))))
    entry = await shop.settled()

    assert (outcome.result, outcome.reason) == (Result.WITHHELD, "analytics consent denied")
    assert (entry.state, entry.reason) == (State.WITHHELD, "analytics consent denied")
    assert (
        replayed(entry.replay).transaction_id,
        replayed(entry.replay).context.client_id,
    ) == ("pi_1", None)
    assert not shop.ga4.bodies


@in_a_loop
async def test_an_event_that_waits_for_its_client_is_sent_once_it_is_known(opened: Opened) -> None:
    """`UNATTRIBUTED_EVENTS=withhold`; a corrected delivery is the second attempt."""
    shop = opened(UNATTRIBUTED_EVENTS="withhold")
    waiting = await shop.take(delivery(PAID))
    sent = await shop.take(delivery(event(metadata(IN_SESSION))))
    entry = await shop.settled()

    assert (waiting.result, waiting.reason) == (Result.WITHHELD, "no client is known")
    assert sent.result is Result.DELIVERED
    assert (entry.state, entry.attempt, entry.replay) == (State.DELIVERED, 2, None)


@in_a_loop
async def test_money_that_cannot_be_read_is_rejected_and_recorded(shop: Shop) -> None:
    """Under the event's own id, by the field's path and without its value."""
    broken = delivery(event(checkout_session(amount_total=-2760)))
    outcomes = [await shop.take(broken) for _ in range(2)]
    entry = await shop.settled("stripe:evt_1", "unreadable")

    reason = "data.object.amount_total: negative"
    assert [Outcome(Result.REJECTED, reason, entry=entry.fact.key)] * 2 == outcomes
    assert (State.REJECTED, reason, 2) == (entry.state, entry.reason, entry.attempt)
    assert not shop.ga4.bodies


@in_a_loop
async def test_what_breaks_a_rule_of_ga4s_is_rejected_before_it_is_claimed(shop: Shop) -> None:
    """By path and code, with what replay needs."""
    long = f"pi_{'9' * 200}"

    outcome = await shop.take(delivery(event(checkout_session(payment_intent=long))))
    entry = await shop.settled(long)

    reason = "events[0].params.transaction_id: VALUE_OUT_OF_BOUNDS"
    assert (Result.REJECTED, reason) == (outcome.result, outcome.reason)
    assert (State.REJECTED, reason) == (entry.state, entry.reason)
    money = replayed(entry.replay).money
    assert money is not None
    assert money.total == Decimal("27.60")
    assert not shop.ga4.bodies


@pytest.mark.parametrize("status", [302, 400, 403, 413])
@in_a_loop
async def test_what_ga4_refuses_is_rejected(opened: Opened, status: int) -> None:
    """The same request would fail again: it is not retried, and kept for replay."""
    shop = opened(status)

    outcome = await shop.take(delivery(PAID))
    entry = await shop.settled()

    assert (Result.REJECTED, f"GA4 answered: {status}", False) == (
        outcome.result,
        outcome.reason,
        outcome.retry,
    )
    assert (State.REJECTED, f"GA4 answered: {status}") == (entry.state, entry.reason)
    assert replayed(entry.replay).transaction_id == "pi_1"
    assert len(shop.ga4.bodies) == 1


@in_a_loop
async def test_what_was_rejected_can_be_sent_after_a_correction(opened: Opened) -> None:
    """Nothing was taken the first time."""
    shop = opened(400, 204)
    await shop.take(delivery(PAID))

    assert (await shop.take(delivery(PAID))).result is Result.DELIVERED
    assert (await shop.settled()).attempt == 2


@in_a_loop
async def test_an_event_too_late_is_sent_without_its_time(shop: Shop) -> None:
    """The default: the money counts, and says how late it is."""
    late = event(checkout_session(), created=SECONDS - 4 * 86_400)

    assert (await shop.take(delivery(late))).result is Result.DELIVERED
    (sent,) = shop.ga4.bodies[0]["events"]
    assert sent["params"]["late_hours"] == 96
    assert "timestamp_micros" not in sent


@pytest.mark.parametrize(
    ("created", "reason"),
    [
        pytest.param(
            SECONDS - 4 * 86_400, "occurred_at: more than 72 hours ago", id="late, by policy"
        ),
        pytest.param(
            SECONDS + 901, "occurred_at: more than 15 minutes in the future", id="of the future"
        ),
    ],
)
@in_a_loop
async def test_an_event_of_another_time_is_rejected(
    opened: Opened, created: int, reason: str
) -> None:
    """And recorded with what replay needs."""
    shop = opened(LATE_EVENTS="reject")

    outcome = await shop.take(delivery(event(checkout_session(), created=created)))
    entry = await shop.settled()

    assert (Result.REJECTED, reason) == (outcome.result, outcome.reason)
    assert (State.REJECTED, reason) == (entry.state, entry.reason)
    assert replayed(entry.replay).transaction_id == "pi_1"
    assert not shop.ga4.bodies


@in_a_loop
async def test_value_is_gross_where_the_operator_wants_it(opened: Opened) -> None:
    """At GA4 and in the ledger alike."""
    shop = opened(VALUE_BASIS="gross")
    await shop.take(delivery(PAID))

    assert shop.ga4.bodies[0]["events"][0]["params"]["value"] == Decimal("27.6")
    assert (await shop.settled()).fact.value == Decimal("27.60")


@in_a_loop
async def test_what_could_not_be_believed_is_named_in_the_outcome(shop: Shop) -> None:
    """It cost attribution, not the payment."""
    outcome = await shop.take(delivery(event(metadata({"ga_user_id": "jane@example.com"}))))

    assert outcome.result is Result.DELIVERED
    assert outcome.notes == ("metadata.ga_user_id: looks like an e-mail address",)


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        pytest.param(Delivery((), b"{}"), SignatureError, id="unsigned"),
        pytest.param(delivery(PAID, "whsec_forged"), SignatureMismatchError, id="forged"),
        pytest.param(delivery(PAID, at=SECONDS - 301), SignatureError, id="stale"),
        pytest.param(
            with_signature(b"{}", delivery(PAID).headers[0][1]),
            SignatureMismatchError,
            id="another body",
        ),
        pytest.param(delivery(b"not JSON"), MalformedError, id="signed, but no JSON"),
        pytest.param(delivery({"object": "list"}), MalformedError, id="signed, but no event"),
    ],
)
@in_a_loop
async def test_nobody_we_know_leaves_no_trace(
    shop: Shop, request_: Delivery, error: type[Exception]
) -> None:
    """Nothing is sent and nothing is stored: the store is not even opened."""
    with pytest.raises(error):
        await shop.take(request_)

    assert not shop.ga4.bodies
    assert await shop.entry() is None


@in_a_fast_loop
async def test_without_the_api_secret_nothing_is_claimed(shop: Shop) -> None:
    """With a claim in hand it would be too late to miss it."""
    shop.remove("ga4")
    with pytest.raises(MisconfiguredError, match=r"^GA4_API_SECRET: the file cannot be read"):
        await shop.take(delivery(PAID))
    assert await shop.entry() is None
    shop.write("ga4", API_SECRET)
    shop.clock.advance(11)  # a failed read is remembered for ten seconds

    assert (await shop.take(delivery(PAID))).result is Result.DELIVERED
