"""Disputes are sent by choice: when they open, and as a refund when they are lost."""

from datetime import timedelta
from decimal import Decimal

import pytest

from shared.domain.context import Context
from shared.domain.conversion import Conversion, Ignored, Kind, Source
from shared.domain.money import Money
from shared.domain.refund import Refund
from shared.providers.stripe import StripeOptions
from tests.providers.stripe.shapes import dispute, domain_event
from tests.support.builders import NOW
from tests.support.stripe_json import Json


def test_an_opened_dispute_is_an_event() -> None:
    """Every field of it, once."""
    assert domain_event(dispute(), "charge.dispute.created") == Conversion(
        kind=Kind.DISPUTE_OPENED,
        transaction_id="pi_1",
        business_key="du_1",
        money=Money("EUR", Decimal("27.60")),
        occurred_at=NOW - timedelta(seconds=5),
        context=Context(),
        source=Source("stripe", "evt_1", "charge.dispute.created"),
        references=("pi_1", "ch_1"),
        params={"dispute_reason": "fraudulent"},
    )


@pytest.mark.parametrize(
    ("reason", "params"),
    [
        pytest.param("general", {"dispute_reason": "general"}, id="known"),
        pytest.param("Jane said so", {"dispute_reason": "other"}, id="of the future"),
        pytest.param(None, {}, id="none"),
        pytest.param("", {}, id="empty"),
    ],
)
def test_a_reason_is_one_of_a_few_words(reason: str | None, params: Json) -> None:
    """Enumerations are open; what is sent on is not."""
    found = domain_event(dispute(reason=reason), "charge.dispute.created")

    assert isinstance(found, Conversion)
    assert found.params == params


def test_a_lost_dispute_is_a_refund() -> None:
    """Under the dispute's id, so that it is told once."""
    assert domain_event(dispute(status="lost"), "charge.dispute.closed") == Refund(
        refund_id="du_1",
        money=Money("EUR", Decimal("27.60")),
        references=("pi_1", "ch_1"),
        fallback_transaction_id="pi_1",
        occurred_at=NOW - timedelta(seconds=5),
    )


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param({"status": "won"}, "dispute not lost", id="won"),
        pytest.param({"status": "warning_closed"}, "dispute not lost", id="an inquiry"),
        pytest.param({"status": "prevented"}, "dispute not lost", id="prevented"),
        pytest.param({"status": "tomorrow"}, "dispute not lost", id="a status of the future"),
        pytest.param({"status": "lost", "amount": 0}, "zero amount", id="about nothing"),
        pytest.param(
            {"status": "lost", "payment_intent": None, "charge": None},
            "dispute of no payment",
            id="of no payment",
        ),
    ],
)
def test_any_other_end_moves_no_money(fields: Json, reason: str) -> None:
    """With the reason, for the answer and the log."""
    assert domain_event(dispute(**fields), "charge.dispute.closed") == Ignored(reason)


@pytest.mark.parametrize("kind", ["charge.dispute.created", "charge.dispute.closed"])
def test_disputes_are_not_told_unless_the_operator_says_so(kind: str) -> None:
    """Whatever they look like."""
    assert domain_event("nonsense", kind, StripeOptions()) == Ignored("disputes are not sent")


@pytest.mark.parametrize(
    "kind", ["charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated"]
)
def test_the_way_of_the_funds_is_not_told(kind: str) -> None:
    """A dispute that is won gives them back."""
    assert isinstance(domain_event(dispute(), kind), Ignored)
