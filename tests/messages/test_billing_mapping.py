"""What each type of billing event becomes, and with which money."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.context import Context
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.money import Money
from shared.domain.param import DecimalParam, Param
from shared.domain.refund import Refund
from shared.errors import UnusableError
from shared.messages.billing_event import read_billing_event
from shared.messages.billing_mapping import map_billing_event, source_of
from shared.providers.minor_units import CURRENCIES
from tests.support.billing_json import as_json, billing_event, refund, renewal
from tests.support.builders import CLIENT_ID, SESSION_ID
from tools.traffic.request import Json

EUR_18 = Money("EUR", Decimal("27.60"), Decimal("4.60"), Decimal("5.00"))


def domain_event(raw: Json) -> Conversion | Refund | Ignored:
    """Return what a message means."""
    event = read_billing_event(as_json(raw))
    return map_billing_event(event, source_of(event))


def converted(raw: Json) -> Conversion:
    """Return the conversion that a message is."""
    found = domain_event(raw)
    assert isinstance(found, Conversion)
    return found


def refunded(raw: Json) -> Refund:
    """Return the refund that a message is."""
    found = domain_event(raw)
    assert isinstance(found, Refund)
    return found


def of_type(kind: str, **fields: object) -> Json:
    """Return a message of a type, about a subscription."""
    return billing_event(**{"type": kind, "subscription_id": "sub_1", **fields})


def test_a_purchase_is_told_whole() -> None:
    """Money, items, whose it is, and what finds it again."""
    found = converted(billing_event(coupon="TEN", params={"store": "A", "floor": 2}))

    assert found.kind is Kind.PURCHASE
    assert found.purchase_type is PurchaseType.ONE_TIME
    assert (found.transaction_id, found.business_key) == ("ORD-9", "ORD-9")
    assert found.money == EUR_18
    assert found.money.net == sum(item.price * item.quantity for item in found.items)
    assert (found.context.client_id, found.context.session_id) == (CLIENT_ID, SESSION_ID)
    assert found.references == ("ORD-9",)
    assert found.customer_references == ("cust_1",)
    assert found.customer_ref == "cust_1"
    assert found.coupon == "TEN"
    assert found.params == {"store": "A", "floor": 2}
    assert found.occurred_at.isoformat() == "2026-11-23T11:59:55+00:00"
    assert found.notes == ()


def test_a_renewal_is_tied_to_its_subscription_and_to_no_session() -> None:
    """The sign-up's page and session are not the renewal's."""
    found = converted(renewal(analytics={"client_id": CLIENT_ID, "session_id": SESSION_ID}))

    assert found.purchase_type is PurchaseType.RENEWAL
    assert found.business_key == "INV-2"
    assert found.customer_references == ("sub_1", "cust_1")
    assert found.params == {"renewal_number": 7}
    assert (found.context.client_id, found.context.session_id) == (CLIENT_ID, None)


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("purchase", PurchaseType.ONE_TIME),
        ("subscription.started", PurchaseType.START),
        ("subscription.renewed", PurchaseType.RENEWAL),
        ("subscription.updated", PurchaseType.UPDATE),
    ],
)
def test_what_is_about_money_is_a_purchase(kind: str, wanted: PurchaseType) -> None:
    """Renewals must not look like new buyers."""
    found = converted(of_type(kind))

    assert (found.kind, found.purchase_type, found.money) == (Kind.PURCHASE, wanted, EUR_18)


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("subscription.trial_started", Kind.START_TRIAL),
        ("subscription.trial_converted", Kind.TRIAL_CONVERTED),
        ("subscription.cancelled", Kind.CANCELLED),
        ("payment.failed", Kind.PAYMENT_FAILED),
    ],
)
def test_what_is_not_is_a_step_of_its_own(kind: str, wanted: Kind) -> None:
    """Its key is the event's own, and money beside it is another event's."""
    found = converted(of_type(kind, transaction_id=None, money=None, items=None))
    with_money = converted(of_type(kind))

    assert (found.kind, found.money, found.business_key) == (wanted, None, "bev_1")
    assert (found.transaction_id, found.purchase_type, found.notes) == (None, None, ())
    assert with_money.money is None
    assert with_money.notes == (f"money: not given by {kind}, only by the payment's own event",)


def test_a_change_without_money_is_ignored() -> None:
    """A plan may change for nothing."""
    raw = of_type("subscription.updated", money=None)

    assert domain_event(raw) == Ignored("a change without money")


@pytest.mark.parametrize("raw", [billing_event(), renewal(), refund()])
def test_nothing_is_neither_bought_nor_paid_back(raw: Json) -> None:
    """A free order is no revenue."""
    raw["money"] = {"currency": "EUR", "total": "0.00"}

    assert domain_event(raw) == Ignored("zero amount")


def test_a_refund_finds_its_order_by_the_original_id() -> None:
    """What it does not split follows from the order."""
    found = refunded(refund())

    assert found.refund_id == "bev_3"
    assert found.money == Money("EUR", Decimal("10.80"))
    assert found.references == ("ORD-9",)
    assert found.fallback_transaction_id == "ORD-9"


@pytest.mark.parametrize(("own", "wanted"), [("re_1", "re_1"), ("ORD-9", "bev_3"), (None, "bev_3")])
def test_a_refunds_own_id_is_its_key_where_it_has_one(own: str | None, wanted: str) -> None:
    """A correction is a new event about the same money."""
    assert refunded(refund(transaction_id=own)).refund_id == wanted


@pytest.mark.parametrize(
    ("raw", "total", "net"),
    [
        ({"total": "12.34", "tax": "2.06", "shipping": "0"}, "12.34", "10.28"),
        ({"total": "12.34", "tax": "2.06", "tax_included": True}, "12.34", "10.28"),
        ({"total": "10.28", "tax": "2.06", "tax_included": False}, "12.34", "10.28"),
        ({"total": "10", "tax_included": False}, "10", "10"),
        ({"total": "1000", "currency": "JPY"}, "1000", "1000"),
        ({"total": "1.234", "currency": "KWD"}, "1.234", "1.234"),
    ],
)
def test_total_is_what_was_charged_unless_tax_comes_on_top(raw: Json, total: str, net: str) -> None:
    """Inclusive and exclusive tax come out alike."""
    money = converted(billing_event(money={"currency": "eur", **raw})).money

    assert money is not None
    assert (money.total, money.net) == (Decimal(total), Decimal(net))


AMOUNTS = st.integers(0, 10**9)


@given(
    net=AMOUNTS,
    tax=AMOUNTS,
    shipping=AMOUNTS,
    exponent=st.integers(0, 6),
    currency=st.sampled_from(sorted(CURRENCIES)),
    included=st.booleans(),
)
def test_minor_units_are_the_same_money(  # noqa: PLR0913 - all that money has
    net: int, tax: int, shipping: int, exponent: int, currency: str, *, included: bool
) -> None:
    """With the exponent the sender gives, and no table; value, tax and shipping are the total."""
    minor = {"total": net + shipping + (tax if included else 0), "tax": tax, "shipping": shipping}
    major = {name: f"{Decimal(amount).scaleb(-exponent):f}" for name, amount in minor.items()}
    both = {"currency": currency, "tax_included": included}
    by_minor = billing_event(money=None, money_minor={**minor, **both, "exponent": exponent})
    by_major = billing_event(money={**major, **both})
    if net + tax + shipping == 0 or (not included and net + shipping + tax == 0):
        assert domain_event(by_minor) == domain_event(by_major) == Ignored("zero amount")
        return
    money = converted(by_minor).money

    assert money == converted(by_major).money
    assert money is not None
    assert money.net == Decimal(net).scaleb(-exponent)
    assert money.net + (money.tax or 0) + (money.shipping or 0) == money.total


@pytest.mark.parametrize(
    ("item", "note"),
    [
        ({"price": "1"}, "items[0]: neither item_id nor item_name"),
        ({"item_id": "a"}, "items[0]: no price"),
        ({"item_id": "a", "price": "1", "quantity": 0}, "items[0]: no quantity"),
    ],
)
def test_an_item_that_says_too_little_is_left_out_and_named(item: Json, note: str) -> None:
    """It never costs the payment."""
    found = converted(billing_event(items=[item]))

    assert (found.items, found.notes) == ((), (note,))


def test_items_that_do_not_add_up_are_told_and_noted() -> None:
    """The value is the sender's word."""
    found = converted(billing_event(items=[{"item_name": "a", "price": "1", "quantity": "1.5"}]))

    assert found.money == EUR_18
    assert [(item.price, item.quantity) for item in found.items] == [(Decimal(1), Decimal("1.5"))]
    assert found.notes == ("items: do not add up to the value",)


@pytest.mark.parametrize(
    ("analytics", "note"),
    [
        ({"client_id": "undefined"}, "analytics.client_id: blank or a placeholder"),
        ({"client_id": "a@b.c"}, "analytics.client_id: looks like an e-mail address"),
        ({"session_id": "x"}, "analytics.session_id: neither a whole session cookie nor a number"),
        ({"session_id": -5}, "analytics.session_id: "),
        ({"session_id": 10**40}, "analytics.session_id: "),
        ({"session_number": 0}, "analytics.session_number: not a count of sessions"),
        ({"user_id": "a@b.c"}, "analytics.user_id: looks like an e-mail address"),
        ({"user_id": "null"}, "analytics.user_id: blank or a placeholder"),
        ({"user_id": "u" * 257}, "analytics.user_id: longer than 256"),
        ({"app_instance_id": "a" * 31}, "analytics.app_instance_id: not 32 hexadecimal digits"),
        (
            {"captured_at": "0001-01-01T00:00:00+09:00"},
            "analytics.captured_at: no believable time",
        ),
    ],
)
def test_what_of_the_context_cannot_be_believed_is_left_out_and_named(
    analytics: Json, note: str
) -> None:
    """It never costs the payment."""
    found = converted(billing_event(analytics=analytics))

    assert found.notes[0].startswith(note)
    assert found.context == Context()


@pytest.mark.parametrize("name", ["analytics", "ad_user_data", "ad_personalization"])
@pytest.mark.parametrize("answer", ["perhaps", False, True, 0, 1, {}, []])
def test_an_answer_nobody_can_read_denies(name: str, answer: object) -> None:
    """The safe side is not to measure."""
    found = converted(billing_event(analytics={"consent": {name: answer}}))

    assert getattr(found.context.consent, name) == "denied"
    assert found.notes == (f"analytics.consent.{name}: neither granted nor denied",)


@pytest.mark.parametrize(
    ("name", "value", "note"),
    [
        ("1st", "x", "params: a name that GA4 does not take"),
        ("ga_x", "x", "params: a name that GA4 does not take"),
        ("jane@example.com", "x", "params: a name that GA4 does not take"),
        ("mp_source", "x", "params: a name that GA4 does not take"),
        ("x" * 41, "x", "params: a name that GA4 does not take"),
        ("value", 5, "params.value: the event itself says it"),
        ("session_id", 5, "params.session_id: the event itself says it"),
        ("a", None, "params.a: neither a text nor a number GA4 takes"),
        ("a", True, "params.a: neither a text nor a number GA4 takes"),
        ("a", ["x"], "params.a: neither a text nor a number GA4 takes"),
        ("a", "x" * 101, "params.a: neither a text nor a number GA4 takes"),
        ("a", " ", "params.a: neither a text nor a number GA4 takes"),
    ],
)
def test_a_parameter_ga4_would_not_take_is_left_out(name: str, value: object, note: str) -> None:
    """Its name is repeated only where it has the shape of one."""
    found = converted(billing_event(params={name: value}))

    assert (found.params, found.notes) == ({}, (note,))


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("x", "x"),
        (5, 5),
        (-5, -5),
        (1.5, DecimalParam(Decimal("1.5"))),
        (10**20, str(10**20)),
        (1e21, str(10**21)),
        (2.5e-17, "0.000000000000000025"),
        (2**53, str(2**53)),
    ],
)
def test_a_number_is_told_exactly(value: float | str, wanted: Param) -> None:
    """No float comes near it."""
    assert converted(billing_event(params={"a": value})).params == {"a": wanted}


def test_ten_parameters_are_taken() -> None:
    """GA4 takes 25 in all."""
    found = converted(billing_event(params={f"p{n}": n for n in range(12)}))

    assert len(found.params) == 10
    assert found.notes == ("params.p10: more than 10", "params.p11: more than 10")


@given(total=AMOUNTS, tax=AMOUNTS, shipping=AMOUNTS)
def test_no_value_is_ever_negative(total: int, tax: int, shipping: int) -> None:
    """Parts that are more than the whole are nobody's money."""
    raw = {"total": str(total), "tax": str(tax), "shipping": str(shipping), "currency": "EUR"}
    if total < tax + shipping:
        with pytest.raises(UnusableError, match=r"^money\.total: less than its tax and shipping$"):
            domain_event(billing_event(money=raw))
    elif total:
        money = converted(billing_event(money=raw)).money
        assert money is not None
        assert money.net >= 0
