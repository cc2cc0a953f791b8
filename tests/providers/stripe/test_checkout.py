"""A Checkout session in payment mode becomes a purchase once it is paid."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given

from shared.domain.context import Context
from shared.domain.conversion import (
    Conversion,
    ForeignReference,
    Ignored,
    Kind,
    PurchaseType,
    Source,
)
from shared.domain.event import DomainEvent, Link
from shared.domain.money import Money
from shared.errors import UnusableError
from shared.providers.minor_units import THREE_DECIMAL, ZERO_DECIMAL
from shared.providers.stripe import StripeOptions, map_event, parse
from tests.support.builders import NOW
from tests.support.strategies import paid_sessions
from tests.support.stripe_json import Json, checkout_session, event, metadata, verified

COMPLETED = "checkout.session.completed"
LATER = "checkout.session.async_payment_succeeded"


def converted(session: Json, kind: str = COMPLETED) -> DomainEvent:
    """Return what an event around a session means."""
    (notification,) = parse(verified(event(session, kind)))
    return map_event(notification, StripeOptions())


def purchase_of(session: Json, kind: str = COMPLETED) -> Conversion:
    """Return the purchase of an event around a session."""
    found = converted(session, kind)
    assert isinstance(found, Conversion)
    return found


def money_of(session: Json) -> Money:
    """Return the money of the purchase of a session."""
    money = purchase_of(session).money
    assert money is not None
    return money


def test_a_paid_session_is_a_purchase() -> None:
    """Every field of it, once."""
    session = checkout_session(
        invoice="in_1",
        client_reference_id="basket-7",
        metadata={"order_id": "ORD-9", "ga_client_id": "1.2", "ga_session_id": "soon"},
        discounts=[{"coupon": "SUMMER", "promotion_code": None}],
    )

    assert purchase_of(session) == Conversion(
        kind=Kind.PURCHASE,
        transaction_id="ORD-9",
        business_key="ORD-9",
        money=Money("EUR", Decimal("27.60"), Decimal("4.60"), Decimal("5.00")),
        occurred_at=NOW.replace(hour=11, minute=59, second=55),
        context=Context(client_id="1.2"),
        source=Source("stripe", "evt_1", "checkout.session.completed"),
        references=("cs_test_1", "pi_1", "in_1", "ORD-9"),
        customer_references=("basket-7", "cus_1"),
        customer_ref="cus_1",
        purchase_type=PurchaseType.ONE_TIME,
        coupon="SUMMER",
        foreign=ForeignReference("basket-7", "cus_1", "cus_1", Context(client_id="1.2")),
        payment_id="stripe:pi_1",
        notes=purchase_of(session).notes,
    )
    assert [note.partition(":")[0] for note in purchase_of(session).notes] == [
        "metadata.ga_session_id"
    ]


def test_both_events_of_one_session_are_the_same_fact() -> None:
    """The ledger tells them apart by nothing, so the money counts once."""
    first, second = purchase_of(checkout_session()), purchase_of(checkout_session(), LATER)

    assert (first.kind, first.business_key) == (second.kind, second.business_key)


@pytest.mark.parametrize("status", ["unpaid", "a status of the future"])
@pytest.mark.parametrize("kind", [COMPLETED, LATER])
def test_a_session_that_is_not_paid_is_remembered_for_its_payment(status: str, kind: str) -> None:
    """Where the money is captured by hand, no later event of the session says so."""
    found = converted(checkout_session(payment_status=status), kind)

    assert isinstance(found, Link)
    assert found.checkout is not None
    assert found.checkout.transaction_id == purchase_of(checkout_session()).transaction_id
    assert found.checkout.money == purchase_of(checkout_session()).money
    assert {"cs_test_1", "pi_1"} <= set(found.checkout.references)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param(
            {"payment_status": "no_payment_required", "amount_total": 0},
            "no payment was required",
            id="no payment required",
        ),
        pytest.param({"mode": "setup"}, "checkout in setup mode: no purchase", id="setup mode"),
        pytest.param(
            {"mode": "jane@example.com"},
            "checkout in unknown mode: no purchase",
            id="a mode nobody knows is not repeated",
        ),
        pytest.param(
            {"amount_total": 0, "total_details": None, "shipping_cost": None},
            "zero amount",
            id="everything for nothing",
        ),
    ],
)
@pytest.mark.parametrize("kind", [COMPLETED, LATER])
def test_a_session_without_money_of_its_own_is_ignored(
    fields: Json, reason: str, kind: str
) -> None:
    """With the reason, for the answer and the log."""
    assert converted(checkout_session(**fields), kind) == Ignored(reason)


@pytest.mark.parametrize("kind", [COMPLETED, LATER])
@pytest.mark.parametrize("status", ["paid", "unpaid", "no_payment_required"])
def test_a_session_in_subscription_mode_keeps_what_its_invoice_lacks(
    kind: str, status: str
) -> None:
    """Whose it is, and which ids are one order's; the money is the invoice."""
    session = checkout_session(
        mode="subscription",
        payment_status=status,
        payment_intent=None,
        invoice={"id": "in_1"},
        subscription="sub_1",
        metadata={"ga_client_id": "1.2", "ga_session_id": "1763900000"},
    )

    assert converted(session, kind) == Link(
        "checkout in subscription mode: no purchase",
        orders=("cs_test_1", "in_1"),
        customer_references=("sub_1", "cus_1", "in_1", "cs_test_1"),
        context=Context(client_id="1.2", session_id=1763900000),
        # Nothing to pay: it begins with a trial.
        trial="sub_1" if status == "no_payment_required" else None,
        occurred_at=NOW - timedelta(seconds=5),
    )


@pytest.mark.parametrize(
    ("fields", "net", "tax", "shipping"),
    [
        pytest.param(
            {
                "amount_total": 2760,
                "total_details": {"amount_tax": 460, "amount_shipping": 500},
                "shipping_cost": {"amount_subtotal": 500, "amount_tax": 100, "amount_total": 600},
            },
            "18.00",
            "4.60",
            "5.00",
            id="exclusive tax, 2 of 10.00, 10 % off, shipping 5.00",
        ),
        pytest.param(
            {
                "amount_total": 2760,
                "total_details": {"amount_tax": 460, "amount_shipping": 600},
                "shipping_cost": {"amount_subtotal": 600, "amount_tax": 100, "amount_total": 600},
            },
            "18.00",
            "4.60",
            "5.00",
            id="inclusive tax, 2 of 12.00, 10 % off, shipping 6.00",
        ),
        pytest.param(
            {
                "amount_total": 2500,
                "total_details": {"amount_tax": 0, "amount_shipping": 500},
                "shipping_cost": None,
            },
            "20.00",
            "0.00",
            "5.00",
            id="shipping without a shipping_cost",
        ),
        pytest.param(
            {
                "amount_total": 2000,
                "total_details": {"amount_tax": 0, "amount_shipping": None},
                "shipping_cost": None,
            },
            "20.00",
            "0.00",
            None,
            id="no shipping at all",
        ),
        pytest.param(
            {"amount_total": 2000, "total_details": None, "shipping_cost": None},
            "20.00",
            None,
            None,
            id="nothing is known of the parts",
        ),
        pytest.param(
            {"amount_total": 500, "total_details": None, "shipping_cost": {"amount_total": 500}},
            "0.00",
            None,
            "5.00",
            id="only shipping was paid",
        ),
    ],
)
def test_value_is_total_less_tax_and_shipping(
    fields: Json, net: str, tax: str | None, shipping: str | None
) -> None:
    """The fact sheet's worked example, 4.3, and what a session may leave out."""
    money = money_of(checkout_session(**fields))

    assert (Decimal(net), tax and Decimal(tax), shipping and Decimal(shipping)) == (
        money.net,
        money.tax,
        money.shipping,
    )


@pytest.mark.parametrize(
    ("currency", "total"),
    [
        ("eur", "5000.00"),
        ("jpy", "500000"),
        ("kwd", "500.000"),
        ("isk", "5000.00"),
        ("ugx", "5000.00"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(currency: str, total: str) -> None:
    """By Stripe's table, not by ISO 4217."""
    session = checkout_session(
        currency=currency, amount_total=500_000, total_details=None, shipping_cost=None
    )

    money = money_of(session)

    assert (currency.upper(), total) == (money.currency, str(money.total))


@given(paid_sessions())
def test_net_tax_and_shipping_always_add_up_to_the_total(session: Json) -> None:
    """Exactly, in every currency, and the total is what was charged."""
    found = converted(session)
    if isinstance(found, Ignored):
        assert session["amount_total"] == 0
        return
    money = money_of(session)
    places = 0 if money.currency in ZERO_DECIMAL else 3 if money.currency in THREE_DECIMAL else 2

    assert money.total.scaleb(places) == session["amount_total"]
    assert money.net + (money.tax or 0) + (money.shipping or 0) == money.total
    assert money.net >= 0


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        pytest.param(
            {"amount_total": -2760}, "data.object.amount_total: negative", id="a negative total"
        ),
        pytest.param(
            {"amount_total": 10**13},
            "data.object.amount_total: more than 1000000000000 minor units",
            id="an absurd total",
        ),
        pytest.param(
            {"amount_total": 10**40},
            "data.object.amount_total: more than 1000000000000 minor units",
            id="a total beyond 64 bits",
        ),
        pytest.param(
            {"amount_total": 27.6},
            "data.object.amount_total: expected a whole number of minor units, e.g. 1250",
            id="a float",
        ),
        pytest.param(
            {"amount_total": "2760"},
            "data.object.amount_total: expected a whole number of minor units, e.g. 1250",
            id="a text",
        ),
        pytest.param(
            {"amount_total": True},
            "data.object.amount_total: expected a whole number of minor units, e.g. 1250",
            id="a bool",
        ),
        pytest.param({"amount_total": None}, "data.object.amount_total: missing", id="a null"),
        pytest.param(
            {"currency": "xyz"},
            "data.object.currency: not an active ISO 4217 currency",
            id="an unknown currency",
        ),
        pytest.param({"currency": None}, "data.object.currency: missing", id="no currency"),
        pytest.param(
            {"currency": 978},
            "data.object.currency: expected an active ISO 4217 currency, e.g. eur",
            id="a currency as a number",
        ),
        pytest.param(
            {"amount_total": 959},
            "data.object.amount_total: less than its tax and shipping",
            id="a cent less than its parts",
        ),
        pytest.param(
            {"amount_total": 500},
            "data.object.amount_total: less than its tax and shipping",
            id="parts larger than the whole",
        ),
        pytest.param(
            {"total_details": {"amount_tax": -1}},
            "data.object.total_details.amount_tax: negative",
            id="a negative tax",
        ),
        pytest.param(
            {"total_details": {"amount_tax": "460"}},
            "data.object.total_details.amount_tax: expected a whole number of minor units,"
            " e.g. 1250",
            id="a tax as a text",
        ),
        pytest.param(
            {"shipping_cost": {"amount_total": 100, "amount_tax": 200}},
            "data.object.shipping_cost: negative",
            id="more tax than shipping",
        ),
        pytest.param(
            {"shipping_cost": {}},
            "data.object.shipping_cost.amount_total: missing, expected a whole number",
            id="a shipping without an amount",
        ),
        pytest.param(
            {"object": "payment_intent"},
            "data.object.object: not checkout.session",
            id="another object",
        ),
        pytest.param(
            {"payment_intent": 5},
            "data.object.payment_intent: expected text or an object",
            id="a reference that is a number",
        ),
    ],
)
def test_money_that_cannot_be_read_is_unusable(fields: Json, problem: str) -> None:
    """The path is named and the value is not; nothing is sent as a guess."""
    with pytest.raises(UnusableError) as caught:
        converted(checkout_session(**fields))

    assert problem == str(caught.value)


@pytest.mark.parametrize(
    ("fields", "transaction_id"),
    [
        pytest.param(
            {"metadata": {"ga_transaction_id": "T", "order_id": "O"}}, "T", id="ga_transaction_id"
        ),
        pytest.param({"metadata": {"order_id": "O"}}, "O", id="order_id"),
        pytest.param({"metadata": {"order": "O"}}, "pi_1", id="the payment intent"),
        pytest.param(
            {"payment_intent": {"id": "pi_2", "object": "payment_intent", "amount": 1}},
            "pi_2",
            id="the payment intent, expanded",
        ),
        pytest.param({"payment_intent": None}, "cs_test_1", id="the session, where no intent is"),
        pytest.param({"metadata": "text"}, "pi_1", id="metadata that is a text"),
        pytest.param({"metadata": None}, "pi_1", id="no metadata"),
        pytest.param({"metadata": {"order_id": 7}}, "7", id="an order id that is a number"),
        pytest.param({"metadata": {"order_id": "x" * 101}}, "pi_1", id="an endless order id"),
    ],
)
def test_the_transaction_id_is_the_shops_own_or_the_payment_intents(
    fields: Json, transaction_id: str
) -> None:
    """The payment intent's is the only id that refunds and disputes carry as well."""
    found = purchase_of(checkout_session(**fields))

    assert (transaction_id, transaction_id) == (found.transaction_id, found.business_key)


def test_the_keys_of_the_transaction_id_are_the_operators_choice() -> None:
    """`TRANSACTION_ID_KEYS`, first hit wins."""
    (notification,) = parse(verified(event(metadata({"order_id": "O", "cart": "C"}))))

    found = map_event(notification, StripeOptions(transaction_id_keys=("basket", "cart")))

    assert isinstance(found, Conversion)
    assert found.transaction_id == "C"


@pytest.mark.parametrize(
    ("discounts", "coupon"),
    [
        pytest.param(None, None, id="null"),
        pytest.param([], None, id="none"),
        pytest.param([{"coupon": "SUMMER", "promotion_code": None}], "SUMMER", id="a coupon's id"),
        pytest.param([{"coupon": None, "promotion_code": "promo_1"}], "promo_1", id="a code's id"),
        pytest.param(
            [{"coupon": "SUMMER", "promotion_code": "promo_1"}], "promo_1", id="the code wins"
        ),
        pytest.param(
            [{"promotion_code": {"id": "promo_1", "code": "HELLO10"}}],
            "HELLO10",
            id="an expanded code: what the customer typed",
        ),
        pytest.param(
            [{"promotion_code": {"id": "promo_1"}}], "promo_1", id="an expanded code without code"
        ),
        pytest.param([{"coupon": {"id": "SUMMER"}}], "SUMMER", id="an expanded coupon"),
        pytest.param(
            [{"source": {"coupon": "SUMMER", "type": "coupon"}}], "SUMMER", id="since clover"
        ),
        pytest.param(
            [{"source": {"coupon": {"id": "SUMMER"}}}], "SUMMER", id="since clover, expanded"
        ),
        pytest.param([{}, {"coupon": "SECOND"}], "SECOND", id="the first that has a name"),
        pytest.param([{"coupon": ""}], None, id="an empty one"),
    ],
)
def test_the_coupon_is_found_in_every_shape_of_a_discount(
    discounts: object, coupon: str | None
) -> None:
    """Stripe moved it once, and shops expand what they like."""
    assert coupon == purchase_of(checkout_session(discounts=discounts)).coupon


@pytest.mark.parametrize(
    ("fields", "customer_ref"),
    [
        pytest.param({"customer": "cus_1"}, "cus_1", id="an id"),
        pytest.param({"customer": {"id": "cus_2", "email": "j@x.de"}}, "cus_2", id="expanded"),
        pytest.param({"customer": None}, None, id="a guest"),
    ],
)
def test_a_customer_is_known_by_an_opaque_id(fields: Json, customer_ref: str | None) -> None:
    """Never by an address."""
    assert customer_ref == purchase_of(checkout_session(**fields)).customer_ref


def test_nothing_of_the_person_is_in_a_conversion() -> None:
    """The event holds an address and a name; what is made of it does not."""
    found = repr(purchase_of(checkout_session()))

    assert "jane" not in found.lower()
    assert "Roe" not in found


def test_the_money_moved_when_the_event_was_made() -> None:
    """`session.created` is when the page was opened, up to a day earlier."""
    found = purchase_of(checkout_session(created=1))

    assert found.occurred_at == NOW.replace(hour=11, minute=59, second=55)


def test_the_shape_of_before_2025_is_read_as_well() -> None:
    """A session of 2022: no shipping_cost, no discounts, other fields besides."""
    session = {
        "id": "cs_old",
        "object": "checkout.session",
        "amount_subtotal": 1500,
        "amount_total": 1785,
        "currency": "eur",
        "customer": "cus_1",
        "metadata": {},
        "mode": "payment",
        "payment_intent": "pi_old",
        "payment_status": "paid",
        "shipping": None,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 285},
    }

    assert ("pi_old", Decimal("15.00")) == (
        purchase_of(session).transaction_id,
        money_of(session).net,
    )
