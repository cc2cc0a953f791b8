"""The domain's one noun."""

import pytest

from shared.domain.conversion import Kind, PurchaseType
from tests.support.builders import purchase
from tools.changed import replace


@pytest.mark.parametrize(
    ("kind", "renamed", "safe"),
    [
        pytest.param(Kind.PURCHASE, None, True, id="a purchase"),
        pytest.param(Kind.REFUND, None, False, id="a refund"),
        pytest.param(Kind.START_TRIAL, None, False, id="a trial"),
        pytest.param(Kind.PURCHASE, "subscription_renewal", False, id="a purchase renamed"),
    ],
)
def test_only_what_ga4_calls_a_purchase_may_be_sent_twice(
    kind: Kind, renamed: str | None, *, safe: bool
) -> None:
    """GA4 merges purchases by their transaction id, and nothing else."""
    assert replace(purchase(kind=kind), renamed=renamed).resend_safe is safe


def test_the_operators_name_goes_on_the_wire() -> None:
    """Renewals may be known by an event name of their own."""
    renewal = replace(purchase(), renamed="subscription_renewal")

    assert (purchase().name, renewal.name) == ("purchase", "subscription_renewal")


@pytest.mark.parametrize(
    ("purchase_type", "joins"),
    [
        (PurchaseType.ONE_TIME, True),
        (PurchaseType.START, True),
        (PurchaseType.RENEWAL, False),
        (PurchaseType.UPDATE, False),
        (PurchaseType.USAGE, False),
        (PurchaseType.INVOICE, False),
        (None, False),
    ],
)
def test_only_a_buyer_who_was_there_joins_a_session(
    purchase_type: PurchaseType | None, *, joins: bool
) -> None:
    """Nobody clicks for a renewal, an invoice or a refund."""
    assert replace(purchase(), purchase_type=purchase_type).joins_session is joins
