"""A payment intent is money only where the operator says so and nothing else owns it."""

from decimal import Decimal

import pytest

from shared.domain.conversion import Conversion, Ignored
from shared.domain.event import DomainEvent, Link
from shared.domain.intent_secret import without_secret
from shared.domain.money import Money
from shared.errors import UnusableError
from shared.providers.stripe import StripeOptions, map_event, parse
from tests.support.stripe_json import Json, event, payment_intent, verified


def converted(intent: Json, *, payment_intents: bool = True) -> DomainEvent:
    """Return what `payment_intent.succeeded` around an intent means."""
    (notification,) = parse(verified(event(intent, "payment_intent.succeeded")))
    return map_event(notification, StripeOptions(payment_intents=payment_intents))


def purchase_of(intent: Json) -> Conversion:
    """Return the purchase of an intent."""
    found = converted(intent)
    assert isinstance(found, Conversion)
    return found


def test_an_intent_of_the_shops_own_is_a_purchase() -> None:
    """Its id is the transaction id, its references are what later events carry."""
    found = purchase_of(payment_intent())

    assert (
        "pi_9",
        Money("USD", Decimal("20.00")),
        ("pi_9", "ch_1"),
        ("cus_1",),
        "cus_1",
        "one_time",
    ) == (
        found.transaction_id,
        found.money,
        found.references,
        found.customer_references,
        found.customer_ref,
        found.purchase_type,
    )


def test_an_intent_is_found_by_its_client_secret_too() -> None:
    """Which the page held that took the payment; the secret itself is not kept."""
    secret = "pi_3MtwBwLkdIwHu7ix28a3tqPa_secret_YrKJUKribcBjcG8HVhfZluoGH"
    found = purchase_of(payment_intent(client_secret=secret))

    assert found.references == ("pi_9", "ch_1", without_secret(secret))
    assert "YrKJ" not in repr(found)


@pytest.mark.parametrize("secret", [None, "", "secret", 7, {"a": 1}])
def test_an_odd_client_secret_costs_nothing(secret: object) -> None:
    """It is no reference then."""
    assert purchase_of(payment_intent(client_secret=secret)).references == ("pi_9", "ch_1")


def test_intents_are_not_money_unless_the_operator_says_so() -> None:
    """Most shops use Checkout, whose session is the money."""
    found = converted(payment_intent(), payment_intents=False)

    assert found == Ignored("payment intents are not taken as money", uncounted=("pi_9", "ch_1"))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param(
            {"payment_details": {"order_reference": "cs_1"}},
            "owned by a checkout session",
            id="a session, since clover",
        ),
        pytest.param({"status": "processing"}, "not succeeded", id="not succeeded"),
        pytest.param({"amount_received": 0}, "zero amount", id="nothing received"),
    ],
)
def test_an_intent_that_is_no_money_of_its_own_is_ignored(fields: Json, reason: str) -> None:
    """What owns it is the money, and is counted."""
    assert converted(payment_intent(**fields)) == Ignored(reason)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"invoice": "in_1"}, id="before basil"),
        pytest.param({"invoice": {"id": "in_1"}}, id="the same, expanded"),
        pytest.param({"payment_details": {"order_reference": "in_1"}}, id="since clover"),
    ],
)
def test_an_intent_of_an_invoice_says_that_both_are_one_order(fields: Json) -> None:
    """So a refund, which names the intent only, finds the invoice."""
    assert converted(payment_intent(**fields)) == Link(
        "owned by an invoice", orders=("in_1", "pi_9", "ch_1")
    )


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"invoice": None}, id="no invoice"),
        pytest.param({"invoice": ""}, id="an empty invoice"),
        pytest.param({"payment_details": None}, id="no payment details"),
        pytest.param({"payment_details": {"order_reference": None}}, id="no order reference"),
        pytest.param({"payment_details": {"order_reference": "ORD-9"}}, id="the shop's own order"),
    ],
)
def test_an_intent_nobody_owns_is_a_purchase(fields: Json) -> None:
    """The shop may set a reference of its own."""
    assert purchase_of(payment_intent(**fields)).transaction_id == "pi_9"


@pytest.mark.parametrize(
    ("fields", "money"),
    [
        pytest.param({"amount": 3000}, Money("USD", Decimal("20.00")), id="received, not asked"),
        pytest.param(
            {"amount_received": None}, Money("USD", Decimal("20.00")), id="received is left out"
        ),
        pytest.param(
            {"currency": "jpy", "amount_received": 500}, Money("JPY", Decimal(500)), id="yen"
        ),
        pytest.param(
            {
                "amount_details": {
                    "tip": {},
                    "tax": {"total_tax_amount": 300},
                    "shipping": {"amount": 200},
                }
            },
            Money("USD", Decimal("20.00"), Decimal("3.00"), Decimal("2.00")),
            id="tax and shipping, since clover",
        ),
        pytest.param({"amount_details": {"tip": {}}}, Money("USD", Decimal("20.00")), id="a tip"),
        pytest.param(
            {"amount_details": {"tax": None, "shipping": {"amount": None}}},
            Money("USD", Decimal("20.00")),
            id="parts that are null",
        ),
    ],
)
def test_the_money_is_what_was_received(fields: Json, money: Money) -> None:
    """Split where the shop told Stripe."""
    assert money == purchase_of(payment_intent(**fields)).money


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        pytest.param(
            {"amount_received": -1}, "data.object.amount_received: negative", id="negative"
        ),
        pytest.param(
            {"amount_received": 19.99},
            "data.object.amount_received: expected a whole number of minor units, e.g. 1250",
            id="a float",
        ),
        pytest.param(
            {"amount": "2000"},
            "data.object.amount: expected a whole number of minor units, e.g. 1250",
            id="a text",
        ),
        pytest.param(
            {"currency": "btc"},
            "data.object.currency: not an active ISO 4217 currency",
            id="an unknown currency",
        ),
        pytest.param(
            {"amount_details": {"tax": {"total_tax_amount": 2001}}},
            "data.object.amount_received: less than its tax and shipping",
            id="more tax than money",
        ),
        pytest.param(
            {"amount_details": {"tax": {"total_tax_amount": -1}}},
            "data.object.amount_details.tax: negative",
            id="a negative tax",
        ),
        pytest.param(
            {"object": "charge"}, "data.object.object: not payment_intent", id="another object"
        ),
        pytest.param(
            {"id": None}, "data.object.id: expected text of 1 to 255 characters", id="no id"
        ),
    ],
)
def test_an_intent_that_cannot_be_read_is_unusable(fields: Json, problem: str) -> None:
    """The path is named and the value is not."""
    with pytest.raises(UnusableError) as caught:
        converted(payment_intent(**fields))

    assert problem == str(caught.value)


@pytest.mark.parametrize(
    ("fields", "transaction_id"),
    [
        pytest.param({"metadata": {"order_id": "ORD-9"}}, "ORD-9", id="the shop's own"),
        pytest.param({"metadata": []}, "pi_9", id="metadata that is a list"),
    ],
)
def test_the_transaction_id_follows_the_same_rule_as_a_sessions(
    fields: Json, transaction_id: str
) -> None:
    """So that two events about one order meet in the ledger."""
    assert transaction_id == purchase_of(payment_intent(**fields)).transaction_id
