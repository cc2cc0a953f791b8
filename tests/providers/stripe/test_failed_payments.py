"""Failed payments are sent by choice, each attempt once, and without a value."""

from datetime import timedelta

import pytest

from shared.domain.context import Context
from shared.domain.conversion import Conversion, Ignored, Kind, Source
from shared.providers.stripe import StripeOptions
from tests.providers.stripe.shapes import domain_event, new_invoice, old_invoice
from tests.support.builders import NOW
from tests.support.stripe_json import Json, checkout_session

INVOICE = "invoice.payment_failed"
SESSION = "checkout.session.async_payment_failed"


@pytest.mark.parametrize(
    ("subject", "references"),
    [
        pytest.param(old_invoice(attempt_count=2), ("in_1", "pi_1", "ch_1"), id="before basil"),
        pytest.param(new_invoice(attempt_count=2), ("in_1",), id="since basil"),
    ],
)
def test_an_attempt_at_an_invoice_that_failed(subject: Json, references: tuple[str, ...]) -> None:
    """Every field of it, once."""
    assert domain_event(subject, INVOICE) == Conversion(
        kind=Kind.PAYMENT_FAILED,
        transaction_id=None,
        business_key="in_1:2",
        money=None,
        occurred_at=NOW - timedelta(seconds=5),
        context=Context(client_id="1.2"),
        source=Source("stripe", "evt_1", INVOICE),
        references=references,
        customer_references=("sub_1", "cus_1"),
        customer_ref="cus_1",
        params={"attempt_count": 2},
    )


def test_an_attempt_that_is_not_counted_is_told_by_its_event() -> None:
    """Better twice than never: nothing else tells attempts apart."""
    found = domain_event(new_invoice(attempt_count=None), INVOICE)

    assert isinstance(found, Conversion)
    assert (found.business_key, found.params) == ("evt_1", {})


def test_a_late_payment_of_a_session_that_failed() -> None:
    """A bank debit or a voucher."""
    found = domain_event(checkout_session(payment_status="unpaid"), SESSION)

    assert isinstance(found, Conversion)
    assert (found.kind, found.business_key, found.money) == (
        Kind.PAYMENT_FAILED,
        "cs_test_1",
        None,
    )


@pytest.mark.parametrize("mode", ["subscription", "setup"])
def test_a_subscriptions_invoice_reports_it_already(mode: str) -> None:
    """One failure is one event."""
    assert domain_event(checkout_session(mode=mode), SESSION) == Ignored(
        "its invoice reports the failed payment"
    )


@pytest.mark.parametrize("kind", [INVOICE, SESSION])
def test_failures_are_not_told_unless_the_operator_says_so(kind: str) -> None:
    """Whatever they look like."""
    assert domain_event("nonsense", kind, StripeOptions()) == Ignored(
        "failed payments are not sent"
    )
