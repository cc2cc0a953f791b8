"""A refund is told when it succeeds, by whom it may be found, and with nothing made up."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.domain.conversion import Ignored
from shared.domain.money import Money
from shared.domain.refund import Refund, Reversal
from shared.errors import UnusableError
from shared.providers.stripe import StripeOptions, map_event, parse
from tests.providers.stripe.shapes import charge, domain_event, refund
from tests.support.builders import NOW
from tests.support.stripe_json import Json, event, verified

EVENTS = pytest.mark.parametrize("kind", ["refund.created", "refund.updated"])


def test_a_refund_that_succeeds_at_once_is_one_when_it_is_made() -> None:
    """Every field of it, once."""
    assert domain_event(refund(), "refund.created") == Refund(
        refund_id="re_1",
        money=Money("EUR", Decimal("5.00")),
        references=("pi_1", "ch_1", "re_1"),
        fallback_transaction_id="pi_1",
        occurred_at=NOW - timedelta(minutes=1),
    )


def test_a_refund_that_succeeds_later_is_one_when_the_event_says_so() -> None:
    """A bank takes days."""
    found = domain_event(refund(), "refund.updated")

    assert isinstance(found, Refund)
    assert found.occurred_at == NOW - timedelta(seconds=5)


@EVENTS
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param({"status": "pending"}, "refund not succeeded", id="pending"),
        pytest.param({"status": "requires_action"}, "refund not succeeded", id="requires action"),
        pytest.param({"status": "tomorrow"}, "refund not succeeded", id="a status of the future"),
        pytest.param({"status": None}, "refund not succeeded", id="no status"),
        pytest.param(
            {"reason": "expired_uncaptured_charge"},
            "an authorisation was released: no money went back",
            id="an authorisation that expired",
        ),
        pytest.param({"amount": 0}, "zero amount", id="nothing"),
        pytest.param(
            {"payment_intent": None, "charge": None}, "refund of no payment", id="of a balance"
        ),
    ],
)
def test_a_refund_that_moved_no_payment_is_ignored(fields: Json, reason: str, kind: str) -> None:
    """With the reason, for the answer and the log."""
    assert domain_event(refund(**fields), kind) == Ignored(reason)


@pytest.mark.parametrize(
    ("fields", "references"),
    [
        pytest.param({"charge": None}, ("pi_1", "re_1"), id="an intent"),
        pytest.param({"payment_intent": None}, ("ch_1", "re_1"), id="a charge"),
        pytest.param(
            {"payment_intent": {"id": "pi_1"}, "charge": charge()},
            ("pi_1", "ch_9", "re_1"),
            id="expanded",
        ),
        pytest.param({"reason": "a reason of the future"}, ("pi_1", "ch_1", "re_1"), id="a reason"),
    ],
)
def test_a_refund_is_found_by_what_was_paid(fields: Json, references: tuple[str, ...]) -> None:
    """The surest first, and that is what it is called where nobody knows its order."""
    found = domain_event(refund(**fields), "refund.created")

    assert isinstance(found, Refund)
    assert (found.references, found.fallback_transaction_id) == (references, references[0])


def refunded_charge(amount: int, before: int | None, **fields: Any) -> Refund | Ignored:  # noqa: ANN401 - JSON
    """Return what `charge.refunded` means, of which so much was refunded in the end."""
    previous = {} if before is None else {"amount_refunded": before}
    envelope = event(
        {**charge(), "amount_refunded": amount, "payment_intent": "pi_1", **fields},
        "charge.refunded",
        api_version="2023-10-16",
    )
    envelope["data"]["previous_attributes"] = previous
    (provider_event,) = parse(verified(envelope))
    found = map_event(provider_event, StripeOptions())
    assert isinstance(found, Refund | Ignored)
    return found


@pytest.mark.parametrize(
    ("amount", "before", "fields", "wanted"),
    [
        (500, 0, {}, ("ch_9:500", "5.00")),
        (800, 500, {}, ("ch_9:800", "3.00")),
        (500, None, {}, ("ch_9:500", "5.00")),
        (500, 0, {"refunds": {"data": [{"id": "re_7", "amount": 500}]}}, ("re_7", "5.00")),
    ],
)
def test_in_old_versions_a_charge_is_the_only_word_of_a_refund(
    amount: int, before: int | None, fields: Json, wanted: tuple[str, str]
) -> None:
    """What the sum grew by is the refund."""
    found = refunded_charge(amount, before, **fields)

    assert isinstance(found, Refund)
    assert (found.refund_id, found.money.total) == (wanted[0], Decimal(wanted[1]))
    assert found.references == ("pi_1", "ch_9")


def test_a_released_authorisation_is_no_refund() -> None:
    """Nothing was captured."""
    assert refunded_charge(500, 0, captured=False) == Ignored(
        "an authorisation was released: no money went back", uncounted=("pi_1", "ch_9")
    )


def test_since_acacia_the_refund_is_the_money() -> None:
    """A charge says only the sum of all of them."""
    assert domain_event(charge(), "charge.refunded") == Ignored("its refund is the money")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("refund.failed", "failed"),
        ("refund.updated", "failed"),
        ("refund.updated", "canceled"),
    ],
)
def test_a_refund_that_failed_is_a_reversal(kind: str, status: str) -> None:
    """It stops the refund, or is on record where GA4 has it."""
    found = domain_event(refund(status=status), kind)

    assert isinstance(found, Reversal)
    assert (found.refund_id, found.money.total) == ("re_1", Decimal("5.00"))
    assert not found.sent_as_purchase


@EVENTS
@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        pytest.param({"amount": -1}, "data.object.amount: negative", id="negative"),
        pytest.param(
            {"amount": None},
            "data.object.amount: expected a whole number of minor units, e.g. 1250",
            id="null",
        ),
        pytest.param({"currency": None}, "data.object.currency: missing", id="no currency"),
        pytest.param({"object": "charge"}, "data.object.object: not refund", id="another object"),
        pytest.param(
            {"created": "now"}, "data.object.created: expected a whole number", id="a text"
        ),
    ],
)
def test_a_refund_that_cannot_be_read_is_unusable(fields: Json, problem: str, kind: str) -> None:
    """The path is named and the value is not."""
    with pytest.raises(UnusableError) as caught:
        domain_event(refund(**fields), kind)

    assert problem == str(caught.value)


def test_a_refund_of_another_calendar_is_unusable() -> None:
    """Microseconds, say."""
    with pytest.raises(UnusableError, match=r"^data\.object\.created: not Unix seconds$"):
        domain_event(refund(created=10**15), "refund.created")
