"""Paddle Billing: which event is the money, how much, and whose."""

from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.consent import Choice
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType, Source
from shared.domain.event import DomainEvent, Link
from shared.domain.money import Money
from shared.domain.refund import Refund, Reversal
from shared.errors import MalformedError, UnusableError
from shared.providers.minor_units import CURRENCIES as ALL_CURRENCIES
from shared.providers.paddle import PaddleOptions, map_event, parse
from shared.providers.paddle.amounts import CURRENCIES, EXPONENTS
from tests.support.builders import CLIENT_ID, SESSION_ID
from tests.support.paddle_json import Json, adjustment, event, totals, transaction, verified
from tests.support.strategies import JSON

OPTIONS = PaddleOptions()
GA = {"ga_client_id": CLIENT_ID, "ga_session_id": str(SESSION_ID)}


def domain_event(envelope: Json, options: PaddleOptions = OPTIONS) -> DomainEvent:
    """Return what an event means."""
    (notification,) = parse(verified(envelope))
    return map_event(notification, options)


def purchase(options: PaddleOptions = OPTIONS, **fields: Any) -> Conversion:  # noqa: ANN401 - JSON
    """Return the purchase of a transaction."""
    found = domain_event(event(transaction(**fields)), options)
    assert isinstance(found, Conversion)
    return found


def details(*lines: Json, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return the details of a transaction."""
    return {"totals": totals(2000, 200, 360, **fields), "line_items": list(lines)}


def test_a_purchase_is_told_whole() -> None:
    """Value is subtotal less discount; the items add up to it."""
    found = purchase(custom_data={**GA, "order_id": "ORD-9"}, discount_id="dsc_1")

    assert found.kind is Kind.PURCHASE
    assert found.money == Money("EUR", Decimal("21.60"), Decimal("3.60"))
    assert found.money.net == Decimal(18) == sum(i.price * i.quantity for i in found.items)
    assert [(i.item_id, i.item_name, i.discount) for i in found.items] == [
        ("pro_1", "Pro plan", Decimal(1))
    ]
    assert (found.transaction_id, found.business_key) == ("txn_1", "txn_1")
    assert found.references == ("txn_1", "inv_1")
    assert (found.customer_references, found.customer_ref) == (("ctm_1",), "ctm_1")
    assert (found.context.client_id, found.context.session_id) == (CLIENT_ID, SESSION_ID)
    assert found.coupon == "dsc_1"
    assert found.occurred_at.isoformat() == "2026-11-23T11:59:55.123456+00:00"
    assert found.source == Source("paddle", "evt_1", "transaction.completed")
    assert found.notes == ()


def test_without_an_id_of_the_shops_it_is_the_transactions() -> None:
    """As a refund names it."""
    assert purchase().transaction_id == "txn_1"


@pytest.mark.parametrize(
    ("origin", "subscription", "mode", "wanted"),
    [
        ("web", None, "automatic", PurchaseType.ONE_TIME),
        ("web", "sub_1", "automatic", PurchaseType.START),
        ("api", "sub_1", "automatic", PurchaseType.START),
        ("api", None, "manual", PurchaseType.INVOICE),
        ("subscription_recurring", "sub_1", "automatic", PurchaseType.RENEWAL),
        ("subscription_recurring", "sub_1", "manual", PurchaseType.RENEWAL),
        ("subscription_update", "sub_1", "automatic", PurchaseType.UPDATE),
        ("subscription_charge", "sub_1", "automatic", PurchaseType.USAGE),
        ("of_the_future", "sub_1", "automatic", None),
        (None, None, None, None),
    ],
)
def test_its_origin_says_which_kind_of_purchase_it_is(
    origin: str | None, subscription: str | None, mode: str | None, wanted: PurchaseType | None
) -> None:
    """Only where the buyer was there does the session count."""
    found = purchase(
        origin=origin, subscription_id=subscription, collection_mode=mode, custom_data=GA
    )

    assert found.purchase_type is wanted
    assert (found.context.session_id == SESSION_ID) is found.joins_session
    assert found.context.client_id == CLIENT_ID
    assert ("sub_1" in found.customer_references) is (subscription is not None)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "paid"}, "not completed"),
        (
            {"details": {"totals": totals(-2000, 0, 0)}},
            "a negative total: credit for the customer, no money",
        ),
        ({"details": {"totals": totals(0, 0, 0)}}, "zero amount"),
        ({"details": {"totals": totals(200, 200, 0)}}, "zero amount"),
        (
            {"details": details(grand_total="0", credit="2160")},
            "paid from the customer's credit: counted when that was paid",
        ),
    ],
)
def test_what_moves_no_money_is_no_purchase(fields: Json, reason: str) -> None:
    """Nor what was paid before. Its refund is none either."""
    uncounted = () if reason == "not completed" else ("txn_1",)

    assert domain_event(event(transaction(**fields))) == Ignored(reason, uncounted=uncounted)


@pytest.mark.parametrize(
    "kind",
    ["transaction.paid", "transaction.created", "subscription.updated", "TRANSACTION.COMPLETED"],
)
def test_other_types_are_ignored(kind: str) -> None:
    """`transaction.paid` tells the same money."""
    found = domain_event(event(transaction(), kind))

    assert found == Ignored("event type is not the source of any money")


@pytest.mark.parametrize("kind", ["adjustment.created", "adjustment.updated"])
def test_an_approved_refund_is_one_under_its_own_id(kind: str) -> None:
    """Created approved or approved later: the same key."""
    found = domain_event(event(adjustment(), kind))

    assert isinstance(found, Refund)
    assert found.refund_id == "adj_1"
    assert found.money == Money("EUR", Decimal("10.80"), Decimal("1.80"))
    assert (found.references, found.fallback_transaction_id) == (("txn_1",), "txn_1")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "pending_approval"}, "not approved"),
        ({"status": "rejected"}, "not approved"),
        ({"action": "credit"}, "no money went back to the customer"),
        ({"action": "chargeback_reverse"}, "disputes are not sent"),
        ({"action": "chargeback", "status": "reversed"}, "disputes are not sent"),
        ({"action": "chargeback_warning"}, "no money went back to the customer"),
        ({"action": "chargeback"}, "disputes are not sent"),
        ({"totals": {"total": "0"}}, "zero amount"),
    ],
)
def test_other_adjustments_are_ignored(fields: Json, reason: str) -> None:
    """A credit stays with the shop."""
    found = domain_event(event(adjustment(**fields), "adjustment.updated"))

    assert found == Ignored(reason)


@pytest.mark.parametrize("action", ["refund", "chargeback"])
@pytest.mark.parametrize("reversals", ["ledger", "purchase"])
def test_a_reversed_adjustment_takes_its_own_refund_back(
    action: str, reversals: Literal["ledger", "purchase"]
) -> None:
    """Under the same id, so that it is found; as a purchase by choice only."""
    options = PaddleOptions(disputes=True, reversals=reversals)
    found = domain_event(
        event(adjustment(action=action, status="reversed"), "adjustment.updated"), options
    )

    assert isinstance(found, Reversal)
    assert (found.refund_id, found.references) == ("adj_1", ("txn_1",))
    assert found.money == Money("EUR", Decimal("10.80"), Decimal("1.80"))
    assert found.sent_as_purchase == (reversals == "purchase")


def test_a_chargeback_that_was_won_is_put_on_record() -> None:
    """It does not name the chargeback, so that nothing is sent for it."""
    options = PaddleOptions(disputes=True, reversals="purchase")
    found = domain_event(
        event(adjustment(id="adj_2", action="chargeback_reverse"), "adjustment.created"), options
    )

    assert isinstance(found, Reversal)
    assert (found.refund_id, found.sent_as_purchase) == ("adj_2", False)
    assert found.reason == "the payment's chargeback was reversed"


def test_a_chargeback_is_a_refund_where_the_operator_wants_it() -> None:
    """The money is gone."""
    raw = event(adjustment(action="chargeback"), "adjustment.created")

    assert isinstance(domain_event(raw, PaddleOptions(disputes=True)), Refund)


@pytest.mark.parametrize(
    ("choice", "line", "wanted"),
    [
        ("product", {}, "pro_1"),
        ("price", {}, "pri_1"),
        ("product", {"product": None}, "pri_1"),
        ("price", {"price_id": None}, "pro_1"),
        ("product", {"product": None, "price_id": None}, None),
    ],
)
def test_an_items_id_is_the_operators_choice(choice: str, line: Json, wanted: str | None) -> None:
    """Or the next best; what has neither is unnamed."""
    raw = transaction()["details"]["line_items"][0] | line
    options = PaddleOptions(item_id=choice)  # type: ignore[arg-type]
    (item,) = purchase(options, details=details(raw)).items

    assert item.item_id == wanted
    assert item.item_name or item.item_id


@pytest.mark.parametrize(
    ("lines", "prices", "notes"),
    [
        ([], [], 0),
        ([(1800, 0, 3)], [("6", 3)], 0),
        ([(2000, 200, 7)], [("2.571429", 7)], 0),
        ([(2000, 200, 700_000)], [("0.000026", 700_000)], 0),
        ([(1700, 0, 1), (100, 0, 1)], [("17", 1), ("1", 1)], 0),
        ([(2000, 0, 1), (-200, 0, 1)], [("20", 1)], 1),
        ([(1700, 0, 1)], [("17", 1)], 1),
        ([(1800, 0, 1), (0, 0, 0)], [("18", 1)], 0),
    ],
)
def test_items_add_up_or_a_note_says_not(
    lines: list[tuple[int, int, int]], prices: list[tuple[str, int]], notes: int
) -> None:
    """A price of six decimals stands for the line's exact amount, or the lot is one."""
    raw = [{"quantity": q, "price_id": "p", "totals": totals(s, d, 0)} for s, d, q in lines]
    found = purchase(details=details(*raw))
    collapsed = [("18", 1)] if lines == [(2000, 200, 700_000)] else prices

    assert [(i.price, int(i.quantity)) for i in found.items] == [
        (Decimal(p), q) for p, q in collapsed
    ]
    assert found.notes == ("data.details.line_items: do not add up to the value",) * notes


def test_more_lines_than_ga4_takes_become_one() -> None:
    """So that the sum stays."""
    line = {"quantity": 1, "price_id": "p", "totals": totals(9, 0, 0)}
    found = purchase(details=details(*[line] * 200) | {"totals": totals(1809, 0, 0)})
    more = purchase(details=details(*[line] * 201) | {"totals": totals(1809, 0, 0)})

    assert (len(found.items), len(more.items)) == (200, 200)
    assert more.items[-1].item_id == "further_items"
    assert sum(i.price * i.quantity for i in more.items) == Decimal("18.09")


@pytest.mark.parametrize(
    ("currency", "wanted"), [("JPY", "2160"), ("KRW", "2160"), ("CLP", "2160"), ("VND", "2160")]
)
def test_some_currencies_have_no_minor_units(currency: str, wanted: str) -> None:
    """Never divided by a hundred."""
    money = purchase(currency_code=currency).money

    assert money is not None
    assert (money.currency, money.total) == (currency, Decimal(wanted))


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"id": None}, "data.id: expected text of 1 to 255 characters"),
        ({"currency_code": None}, "data.currency_code: missing"),
        ({"currency_code": "XXX"}, "data.currency_code: not an active ISO 4217 currency"),
        (
            {"currency_code": "ISK"},
            "data.currency_code: not a currency whose decimals at Paddle are known",
        ),
        ({"details": None}, "data.details: expected an object"),
        ({"details": {}}, "data.details.totals: missing, expected an object"),
        (
            {"details": {"totals": totals(2000, 0, 0, total=2000)}},
            'data.details.totals.total: expected an amount in minor units as text, e.g. "1250"',
        ),
        (
            {"details": {"totals": totals(2000, 0, 0, total="20.00")}},
            'data.details.totals.total: expected an amount in minor units as text, e.g. "1250"',
        ),
        (
            {"details": {"totals": totals(0, 0, 5, total="1")}},
            "data.details.totals.total: less than its tax",
        ),
        (
            {"details": {"totals": totals(10**14, 0, 0)}},
            "data.details.totals.total: more than 1000000000000 minor units",
        ),
        (
            {"currency_code": "ISK", "details": {"totals": totals(10**14, 0, -5)}},
            (
                "data.currency_code: not a currency whose decimals at Paddle are known;"
                " data.details.totals.total: more than 1000000000000 minor units;"
                " data.details.totals.tax: negative"
            ),
        ),
        (
            {"id": None, "currency_code": "ISK", "details": {"totals": {"total": 5}}},
            (
                "data.id: expected text of 1 to 255 characters;"
                " data.details.totals.total: expected an amount in minor units as text,"
                ' e.g. "1250";'
                " data.details.totals.subtotal: missing, expected an amount in minor units as text,"
                ' e.g. "1250";'
                " data.currency_code: not a currency whose decimals at Paddle are known"
            ),
        ),
    ],
)
def test_a_bad_field_of_a_transaction_is_named(fields: Json, wanted: str) -> None:
    """And never with its value."""
    with pytest.raises(UnusableError) as caught:
        domain_event(event(transaction(**fields)))

    assert str(caught.value) == wanted


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"transaction_id": None}, "data.transaction_id: expected text of 1 to 255 characters"),
        ({"totals": {"total": "5", "tax": "6"}}, "data.totals.total: less than its tax"),
        ({"totals": {"total": "-5"}}, "data.totals.total: negative"),
        ({"currency_code": "ZZZ"}, "data.currency_code: not an active ISO 4217 currency"),
        (
            {"currency_code": "ZZZ", "totals": {"total": "-5", "tax": "-6"}},
            (
                "data.currency_code: not an active ISO 4217 currency; data.totals.total: negative;"
                " data.totals.tax: negative"
            ),
        ),
    ],
)
def test_a_bad_field_of_a_refund_is_named(fields: Json, wanted: str) -> None:
    """A refund is money too."""
    with pytest.raises(UnusableError) as caught:
        domain_event(event(adjustment(**fields), "adjustment.updated"))

    assert str(caught.value) == wanted


@pytest.mark.parametrize("field", ["event_id", "event_type", "occurred_at", "data"])
def test_what_has_no_envelope_is_malformed(field: str) -> None:
    """There is nothing to record."""
    raw = {name: value for name, value in event(transaction()).items() if name != field}

    with pytest.raises(MalformedError, match=field):
        parse(verified(raw))


@pytest.mark.parametrize("at", ["now", 5, None, "2026-11-23T11:00:00", "0001-01-01T00:00:00+05:00"])
def test_an_event_of_no_known_time_is_malformed(at: object) -> None:
    """Nobody knows when the money moved."""
    with pytest.raises(MalformedError, match=r"^occurred_at: "):
        parse(verified(event(transaction(), occurred_at=at)))


@pytest.mark.parametrize(
    ("fields", "live"),
    [
        ({}, True),
        ({"event_id": "ntfsimevt_1"}, False),
        ({"notification_id": "ntfsimntf_1"}, False),
        ({"notification_id": None}, True),
    ],
)
def test_a_simulated_event_is_not_live(fields: Json, *, live: bool) -> None:
    """The sandbox has secrets of its own; the simulator has not."""
    (found,) = parse(verified(event(transaction(), **fields)))

    assert found.live is live


def test_custom_data_never_costs_the_payment() -> None:
    """What cannot be believed is left out and named."""
    custom = {"ga_client_id": [5], "order_id": "null", "theme": {"dark": True}}
    found = purchase(PaddleOptions(buyer_transaction_ids=True), custom_data=custom)

    assert found.notes == (
        "data.custom_data.ga_client_id: not a string",
        "data.custom_data.order_id: blank or a placeholder",
    )


@pytest.mark.parametrize(
    ("origin", "options", "wanted"),
    [
        ("web", PaddleOptions(), "txn_1"),
        ("web", PaddleOptions(buyer_transaction_ids=True), "ORD-9"),
        ("subscription_recurring", PaddleOptions(buyer_transaction_ids=True), "txn_1"),
        ("subscription_update", PaddleOptions(buyer_transaction_ids=True), "txn_1"),
    ],
)
def test_an_id_of_custom_data_is_a_key_only_where_it_is_this_orders_own(
    origin: str, options: PaddleOptions, wanted: str
) -> None:
    """Buyers can write it, and renewals inherit that of the first transaction."""
    found = purchase(options, origin=origin, custom_data={"order_id": "ORD-9"})

    assert found.transaction_id == wanted
    assert "ORD-9" not in found.references or wanted == "ORD-9"


def test_what_credit_paid_is_not_counted_again() -> None:
    """Tax and items follow in proportion; with `credit_paid` all of it counts."""
    half = transaction()["details"]
    half["totals"] |= {"grand_total": "1080", "credit": "1080"}

    found = purchase(details=half)

    assert found.money == Money("EUR", Decimal("10.80"), Decimal("1.80"))
    assert found.money.net == sum(item.price * item.quantity for item in found.items)
    assert purchase(PaddleOptions(credit_paid=True), details=half).money == Money(
        "EUR", Decimal("21.60"), Decimal("3.60")
    )


def test_a_purchase_happened_when_its_money_was_taken() -> None:
    """Paddle completes a transaction some minutes later."""
    payments = [
        {"status": "error", "captured_at": None},
        {"status": "captured", "captured_at": "2026-11-23T11:50:00Z"},
    ]

    found = purchase(payments=payments)

    assert found.occurred_at.isoformat() == "2026-11-23T11:50:00+00:00"


@pytest.mark.parametrize("answer", [False, True, 0, 1, None, {}, [], "no", {"granted": False}])
def test_an_answer_in_custom_data_that_is_no_clear_grant_is_a_denial(answer: object) -> None:
    """Paddle passes on whatever type the shop's page gave it."""
    found = purchase(custom_data={"ga_consent_analytics": answer})

    assert found.context.consent.analytics is Choice.DENIED


def test_an_update_brings_no_money_but_the_buyers_consent() -> None:
    """It may be denied after the payment."""
    document = transaction(custom_data={"ga_consent_analytics": "denied"})

    link = domain_event(event(document, "transaction.updated"))

    assert isinstance(link, Link)
    assert link.customer_references == ("txn_1",)
    assert link.context.consent.analytics is Choice.DENIED


@pytest.mark.parametrize(
    "fields",
    [
        {"details": details({"totals": totals(1, 0, 0), "quantity": -1})},
        {"payments": "of another shape"},
        {"customer_id": 5},
    ],
)
def test_a_field_beside_the_money_never_costs_the_payment(fields: Json) -> None:
    """It is left out and named."""
    found = purchase(**fields)

    assert found.money == Money("EUR", Decimal("21.60"), Decimal("3.60"))
    assert found.notes


MINOR = st.integers(0, 10**9)


@given(net=MINOR, discount=MINOR, tax=MINOR, currency=st.sampled_from(sorted(CURRENCIES)))
def test_the_parts_of_the_money_sum_to_it(net: int, discount: int, tax: int, currency: str) -> None:
    """Value is subtotal less discount, exactly."""
    raw = transaction(
        currency_code=currency, details={"totals": totals(net + discount, discount, tax)}
    )
    found = domain_event(event(raw))
    if net + tax == 0:
        assert found == Ignored("zero amount", uncounted=("txn_1",))
        return
    assert isinstance(found, Conversion)
    assert found.money is not None
    places = 0 if currency in EXPONENTS.zero else 2
    assert found.money.net == Decimal(net).scaleb(-places)
    assert found.money.total == Decimal(net + tax).scaleb(-places)


def test_the_table_is_of_active_currencies() -> None:
    """As the sheet counts them."""
    assert CURRENCIES < ALL_CURRENCIES
    assert sorted(EXPONENTS.zero) == ["CLP", "JPY", "KRW", "VND"]


@given(
    subject=st.sampled_from(
        [("transaction.completed", transaction()), ("adjustment.updated", adjustment())]
    ),
    changes=st.dictionaries(st.sampled_from([*transaction(), *adjustment()]), JSON, max_size=4),
    missing=st.sets(st.sampled_from([*transaction(), *adjustment()]), max_size=3),
)
def test_whatever_stands_there_it_means_something_or_is_unusable(
    subject: tuple[str, Json], changes: Json, missing: set[str]
) -> None:
    """No other error, for any JSON in any field."""
    kind, whole = subject
    changed = {name: value for name, value in {**whole, **changes}.items() if name not in missing}
    try:
        found = domain_event(event(changed, kind))
    except UnusableError:
        return
    assert isinstance(found, Conversion | Refund | Ignored)


@given(JSON | st.binary())
def test_whatever_is_signed_it_is_an_event_or_malformed(document: object) -> None:
    """Reading is total."""
    with pytest.raises(MalformedError):
        parse(verified(document))
