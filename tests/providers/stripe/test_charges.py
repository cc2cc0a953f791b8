"""A charge is money only by choice, and where no payment intent made it."""

from decimal import Decimal

import pytest

from shared.domain.conversion import Conversion, Ignored, PurchaseType
from shared.domain.money import Money
from shared.providers.stripe import StripeOptions
from tests.providers.stripe.shapes import charge, domain_event
from tests.support.stripe_json import Json

EVENTS = pytest.mark.parametrize("kind", ["charge.succeeded", "charge.captured"])


@EVENTS
def test_a_charge_of_its_own_is_a_purchase(kind: str) -> None:
    """Both events tell the same fact."""
    found = domain_event(charge(), kind)

    assert isinstance(found, Conversion)
    assert (found.business_key, found.references, found.customer_references) == (
        "ch_9",
        ("ch_9",),
        ("cus_1",),
    )
    assert (found.money, found.purchase_type) == (
        Money("USD", Decimal("20.00")),
        PurchaseType.ONE_TIME,
    )


@EVENTS
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param({"payment_intent": "pi_1"}, "owned by a payment intent", id="an intent"),
        pytest.param({"invoice": {"id": "in_1"}}, "owned by an invoice", id="an invoice"),
        pytest.param({"captured": False}, "authorised and not captured", id="an authorisation"),
        pytest.param({"status": "pending"}, "not succeeded", id="pending"),
        pytest.param({"amount_captured": 0}, "zero amount", id="nothing captured"),
    ],
)
def test_a_charge_that_is_no_money_of_its_own_is_ignored(
    fields: Json, reason: str, kind: str
) -> None:
    """What owns it is the money, and is counted."""
    assert domain_event(charge(**fields), kind) == Ignored(reason)


@EVENTS
def test_charges_are_not_money_unless_the_operator_says_so(kind: str) -> None:
    """Nearly every charge has a payment intent."""
    assert domain_event(charge(), kind, StripeOptions()) == Ignored(
        "charges are not taken as money", uncounted=("ch_9",)
    )


@EVENTS
@pytest.mark.parametrize("fields", [{"captured": None}, {"captured": None, "status": None}])
def test_a_charge_of_an_old_version_is_money(fields: Json, kind: str) -> None:
    """Those of 2012 say neither whether they are captured nor how they ended."""
    assert isinstance(domain_event(charge(**fields), kind), Conversion)


@pytest.mark.parametrize(
    ("fields", "total"),
    [
        pytest.param({"amount_captured": 1500}, "15.00", id="captured in part"),
        pytest.param({"amount_captured": None}, "20.00", id="of before captures were counted"),
    ],
)
def test_the_money_is_what_was_captured(fields: Json, total: str) -> None:
    """And not what was authorised."""
    found = domain_event(charge(**fields), "charge.captured")

    assert isinstance(found, Conversion)
    assert found.money == Money("USD", Decimal(total))
