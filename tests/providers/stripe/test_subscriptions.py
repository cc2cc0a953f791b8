"""A subscription's life is sent by choice: trials and cancellations."""

from datetime import timedelta

import pytest

from shared.domain.context import Context
from shared.domain.conversion import Conversion, Ignored, Kind, Source
from shared.errors import UnusableError
from shared.providers.stripe import StripeOptions
from tests.providers.stripe.shapes import domain_event, subscription
from tests.support.builders import NOW, SECONDS
from tests.support.stripe_json import Json

CREATED = "customer.subscription.created"
UPDATED = "customer.subscription.updated"
DELETED = "customer.subscription.deleted"
WILL_END = "customer.subscription.trial_will_end"
NOTHING = Ignored("nothing of the subscription's life")


def announced(subject: Json, kind: str, previous: Json | None = None) -> Conversion:
    """Return the event that a subscription's event means."""
    found = domain_event(subject, kind, previous=previous)
    assert isinstance(found, Conversion)
    return found


def test_a_trial_begins() -> None:
    """Every field of it, once; the buyer is there, so the session is kept."""
    assert announced(subscription(), CREATED) == Conversion(
        kind=Kind.START_TRIAL,
        transaction_id=None,
        business_key=f"sub_1:{SECONDS - 10}",
        money=None,
        occurred_at=NOW - timedelta(seconds=5),
        context=Context(client_id="1.2", session_id=SECONDS - 1800),
        source=Source("stripe", "evt_1", CREATED),
        customer_references=("sub_1", "cus_1"),
        customer_ref="cus_1",
    )


@pytest.mark.parametrize(
    ("kind", "fields", "previous", "what", "key"),
    [
        pytest.param(
            UPDATED,
            {"status": "active"},
            {"status": "trialing"},
            Kind.TRIAL_CONVERTED,
            SECONDS + 86_400,
            id="a trial is converted",
        ),
        pytest.param(
            UPDATED,
            {"status": "active", "cancel_at_period_end": True, "canceled_at": 7},
            {"cancel_at_period_end": False},
            Kind.CANCEL_SCHEDULED,
            7,
            id="its end is set: with the period",
        ),
        pytest.param(
            UPDATED,
            {"status": "active", "cancel_at": SECONDS, "canceled_at": 7},
            {"cancel_at": None},
            Kind.CANCEL_SCHEDULED,
            7,
            id="its end is set: at a time",
        ),
        pytest.param(
            UPDATED,
            {"cancel_at": SECONDS, "cancel_at_period_end": True},
            {"cancel_at": None, "cancel_at_period_end": False, "cancellation_details": {}},
            Kind.CANCEL_SCHEDULED,
            SECONDS - 5,
            id="its end is set, and nothing says when: both",
        ),
        pytest.param(
            DELETED,
            {"status": "canceled", "ended_at": 9},
            None,
            Kind.CANCELLED,
            9,
            id="it ended",
        ),
        pytest.param(
            WILL_END, {}, None, Kind.TRIAL_WILL_END, SECONDS + 86_400, id="a trial will end"
        ),
    ],
)
def test_the_rest_of_its_life(
    kind: str, fields: Json, previous: Json | None, what: Kind, key: int
) -> None:
    """Unique by the moment the object gives; nobody is there, so there is no session."""
    found = announced(subscription(**fields), kind, previous)

    assert (found.kind, found.business_key) == (what, f"sub_1:{key}")
    assert found.context == Context(client_id="1.2")
    assert (found.money, found.transaction_id, found.references) == (None, None, ())


@pytest.mark.parametrize(
    ("kind", "fields", "previous"),
    [
        pytest.param(CREATED, {"status": "incomplete"}, None, id="created before it is paid"),
        pytest.param(CREATED, {"status": "active"}, None, id="created without a trial"),
        pytest.param(UPDATED, {"status": "active"}, None, id="nothing is said to have changed"),
        pytest.param(UPDATED, {"status": "active"}, {}, id="nothing changed"),
        pytest.param(UPDATED, {"status": "active"}, {"items": {}}, id="a new period"),
        pytest.param(UPDATED, {"status": "active"}, {"status": "past_due"}, id="paid after all"),
        pytest.param(UPDATED, {"status": "past_due"}, {"status": "trialing"}, id="not paid"),
        pytest.param(
            UPDATED, {"status": "active"}, {"cancel_at_period_end": True}, id="it goes on after all"
        ),
        pytest.param(UPDATED, {"status": "active"}, {"cancel_at": 5}, id="the same, at a time"),
        pytest.param(
            UPDATED, {"status": "active", "cancel_at": 6}, {"cancel_at": 5}, id="another time"
        ),
        pytest.param(
            UPDATED, {"status": "active", "cancel_at": 6}, {"metadata": {}}, id="set before"
        ),
        pytest.param(
            UPDATED, {"status": "tomorrow"}, {"status": "yesterday"}, id="statuses of the future"
        ),
    ],
)
def test_other_changes_are_not_told(kind: str, fields: Json, previous: Json | None) -> None:
    """An update comes with each period, and with much else."""
    assert domain_event(subscription(**fields), kind, previous=previous) == NOTHING


@pytest.mark.parametrize(
    ("details", "params"),
    [
        pytest.param(None, {}, id="nothing"),
        pytest.param({"reason": None, "feedback": None}, {}, id="nulls"),
        pytest.param(
            {
                "reason": "cancellation_requested",
                "feedback": "too_expensive",
                "comment": "Call me, Jane, 555 0100",
            },
            {
                "cancellation_reason": "cancellation_requested",
                "cancellation_feedback": "too_expensive",
            },
            id="two words, and never the comment",
        ),
        pytest.param(
            {"reason": "Call me, Jane", "feedback": "tomorrow"},
            {"cancellation_reason": "other", "cancellation_feedback": "other"},
            id="words of the future",
        ),
    ],
)
def test_the_reason_of_an_end_is_one_of_a_few_words(details: Json | None, params: Json) -> None:
    """What a customer typed is theirs."""
    assert announced(subscription(cancellation_details=details), DELETED).params == params


def test_two_events_of_one_change_are_one_fact() -> None:
    """Stripe sometimes makes two, with ids of their own."""
    first, second = (announced(subscription(), WILL_END) for _ in range(2))

    assert first.business_key == second.business_key


@pytest.mark.parametrize("kind", [CREATED, UPDATED, DELETED, WILL_END])
def test_nothing_is_told_unless_the_operator_says_so(kind: str) -> None:
    """Whatever it looks like."""
    found = domain_event("nonsense", kind, StripeOptions())

    assert found == Ignored("the life of subscriptions is not sent")


@pytest.mark.parametrize(
    ("previous", "problem"),
    [
        pytest.param([], "data.previous_attributes: expected an object", id="a list"),
        pytest.param(
            {"status": 5},
            "data.previous_attributes.status: expected text",
            id="a number",
        ),
    ],
)
def test_changes_that_cannot_be_read_are_unusable(previous: object, problem: str) -> None:
    """The path is named and the value is not."""
    with pytest.raises(UnusableError) as caught:
        domain_event(subscription(), UPDATED, previous=previous)

    assert problem == str(caught.value)
