"""The money of a Connect platform: its application fee, by choice."""

from decimal import Decimal
from typing import Any

import pytest

from shared.domain.conversion import Conversion, Ignored
from shared.domain.event import DomainEvent, Link
from shared.domain.money import Money
from shared.domain.refund import Refund
from shared.providers.event import ProviderEvent
from shared.providers.stripe import StripeOptions, map_event, parse
from tests.support.stripe_json import Json, checkout_session, event, payment_intent, verified

PLATFORM = StripeOptions(value="application_fee")
CONNECTED = "acct_1"


def read(subject: Json, kind: str, **fields: Any) -> ProviderEvent:  # noqa: ANN401 - JSON
    """Return an event as it was read."""
    (found,) = parse(verified(event(subject, kind, **fields)))
    return found


def meaning(subject: Json, kind: str, options: StripeOptions = PLATFORM) -> DomainEvent:
    """Return what an event means."""
    return map_event(read(subject, kind), options)


def fee(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a fee of 10.00 USD of which 4.00 went back.

    Args:
        fields: What is different.
    """
    return {
        "id": "fee_1",
        "object": "application_fee",
        "amount": 1000,
        "amount_refunded": 400,
        "currency": "usd",
        "account": CONNECTED,
        "charge": "ch_1",
        "originating_transaction": None,
        **fields,
    }


def test_an_intents_fee_is_the_money() -> None:
    """Without tax and shipping: the platform has neither."""
    found = meaning(payment_intent(application_fee_amount=150), "payment_intent.succeeded")

    assert isinstance(found, Conversion)
    assert found.money == Money("USD", Decimal("1.50"))


@pytest.mark.parametrize("amount", [None, 0])
def test_a_payment_without_a_fee_is_left_out(amount: int | None) -> None:
    """And so is its refund."""
    found = meaning(payment_intent(application_fee_amount=amount), "payment_intent.succeeded")

    assert found == Ignored("no application fee", uncounted=("pi_9", "ch_1"))


def test_a_session_says_only_whose_it_is() -> None:
    """It names no fee; its intent does."""
    found = meaning(checkout_session(), "checkout.session.completed")

    assert isinstance(found, Link)
    assert found.checkout is not None
    assert found.checkout.transaction_id == "pi_1"


def test_a_refund_of_the_payment_gives_no_fee_back() -> None:
    """`application_fee.refunded` says what of the fee went back."""
    refund = {"id": "re_1", "object": "refund", "amount": 500, "currency": "usd"}
    refund |= {"status": "succeeded", "payment_intent": "pi_9"}

    assert meaning(refund, "refund.created") == Ignored("the application fee is the money")


def test_a_refunded_fee_is_what_it_grew_by() -> None:
    """`amount_refunded` is of all refunds together."""
    found = meaning(fee(), "application_fee.refunded")

    assert isinstance(found, Refund)
    assert (found.refund_id, found.money) == ("fee_1:400", Money("USD", Decimal("4.00")))
    assert found.references == ("ch_1",)


def test_a_fees_event_is_the_connected_accounts() -> None:
    """The platform is told of it, but the payment is known under the account."""
    assert read(fee(), "application_fee.refunded").source.account == CONNECTED


def test_a_fee_of_the_platforms_own_charge_is_the_platforms() -> None:
    """Of a destination charge."""
    of_own = read(fee(originating_transaction="ch_0"), "application_fee.refunded")

    assert of_own.source.account is None


def test_by_default_no_fee_is_money() -> None:
    """The payment is."""
    found = meaning(fee(), "application_fee.refunded", StripeOptions())

    assert found == Ignored("application fees are not taken as money")
