"""Shopify over HTTPS: orders that were paid, and their refunds."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.consent import Choice
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType, Source
from shared.domain.event import DomainEvent, Link
from shared.domain.money import Money
from shared.domain.refund import Refund
from shared.errors import MalformedError, UnusableError
from shared.providers.shopify import ShopifyOptions, map_event, parse
from shared.providers.shopify.fields import attributes as attributes_of
from shared.webhooks.delivery import VerifiedDelivery
from tests.support.builders import CLIENT_ID, SESSION_ID
from tests.support.shopify_json import (
    HEADERS,
    Json,
    inclusive,
    line,
    money_set,
    moved,
    order,
    refund,
    refund_line,
    verified,
)
from tests.support.strategies import JSON

OPTIONS = ShopifyOptions()
ORDER = "820982911946154508"
EUR_18 = Money("EUR", Decimal("27.60"), Decimal("4.60"), Decimal("5.00"))


def domain_event(
    document: object, topic: str = "orders/paid", options: ShopifyOptions = OPTIONS
) -> DomainEvent:
    """Return what a delivery means."""
    (event,) = parse(verified(document, topic))
    return map_event(event, options)


def purchase(document: object, options: ShopifyOptions = OPTIONS) -> Conversion:
    """Return the purchase of an order."""
    found = domain_event(document, options=options)
    assert isinstance(found, Conversion)
    return found


def refunded(**fields: Any) -> Refund:  # noqa: ANN401 - JSON
    """Return what `refunds/create` told."""
    found = domain_event(refund(**fields), "refunds/create")
    assert isinstance(found, Refund)
    return found


def attributes(**values: object) -> list[Json]:
    """Return `note_attributes`."""
    return [{"name": name, "value": value} for name, value in values.items()]


def test_a_purchase_is_told_whole() -> None:
    """Ids are numbers in its JSON, and texts everywhere else."""
    notes = attributes(ga_client_id=CLIENT_ID, ga_session_id=str(SESSION_ID), gift="yes")
    found = purchase(order(note_attributes=notes))

    assert (found.kind, found.purchase_type) == (Kind.PURCHASE, PurchaseType.ONE_TIME)
    assert (found.transaction_id, found.business_key) == (ORDER, ORDER)
    assert found.money == EUR_18
    assert found.money.net == sum(i.price * i.quantity for i in found.items)
    assert [(i.item_id, i.item_name, i.variant, i.discount) for i in found.items] == [
        ("MUG-1", "Mug", "red", Decimal(1))
    ]
    assert found.references == (ORDER,)
    assert (found.customer_references, found.customer_ref) == (
        ("1110987654321", "ck_1"),
        "1110987654321",
    )
    assert (found.context.client_id, found.context.session_id) == (CLIENT_ID, SESSION_ID)
    assert found.coupon == "TEN"
    assert found.occurred_at.isoformat() == "2026-11-23T11:59:57.877042+00:00"
    assert found.source == Source("shopify", "ev-1", "orders/paid")
    assert found.notes == ()


@pytest.mark.parametrize("document", [order(), inclusive()], ids=["exclusive", "inclusive"])
def test_inclusive_and_exclusive_tax_are_the_same_money(document: Json) -> None:
    """And the same items."""
    found = purchase(document)

    assert found.money == EUR_18
    assert [(i.price, int(i.quantity)) for i in found.items] == [(Decimal(9), 2)]


def test_without_the_shipping_lines_inclusive_tax_is_shared() -> None:
    """In proportion to what was paid: here exactly as it was."""
    raw = inclusive()
    del raw["shipping_lines"]

    assert purchase(raw).money == EUR_18


def test_shipping_that_was_discounted_is_what_was_paid_for_it() -> None:
    """`total_shipping_price_set` is before discounts."""
    raw = order(total_price="22.60", total_shipping_price_set=money_set("5.00"))
    money = purchase(raw).money

    assert money is not None
    assert (money.net, money.shipping) == (Decimal(18), Decimal(0))


def test_a_tip_is_value_and_a_duty_is_tax() -> None:
    """GA4 leaves out tax and shipping, and nothing else; the items say so."""
    raw = order(
        total_price="32.60", total_tip_received="3.00", original_total_duties_set=money_set("2.00")
    )
    found = purchase(raw)

    assert found.money == Money("EUR", Decimal("32.60"), Decimal("6.60"), Decimal("5.00"))
    assert found.notes == ("line_items: do not add up to the value",)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"financial_status": "pending"}, "not paid"),
        ({"financial_status": "voided"}, "not paid"),
    ],
)
def test_what_was_not_paid_is_no_purchase(fields: Json, reason: str) -> None:
    """The topic's header is not signed; the order says itself whether it is paid."""
    assert domain_event(order(**fields)) == Ignored(reason)


def test_an_order_of_nothing_is_no_purchase_and_its_refund_none_either() -> None:
    """Its id is remembered for that."""
    raw = order(total_price="0.00", subtotal_price="0.00", total_tax="0.00")

    assert domain_event(raw) == Ignored("zero amount", uncounted=(ORDER,))


def test_an_order_that_does_not_say_whether_it_is_paid_is_unusable() -> None:
    """The topic is not signed, so it proves nothing."""
    document = order()
    del document["financial_status"]

    with pytest.raises(UnusableError, match=r"^financial_status: missing"):
        domain_event(document)


DRAFT = {
    "id": 72885271,
    "name": "#D1",
    "status": "completed",
    "order_id": 820982911946154508,
    "currency": "EUR",
    "total_price": "27.60",
    "invoice_url": "https://shop.example/invoices/1",
}


@pytest.mark.parametrize(
    ("document", "topic"),
    [
        pytest.param(DRAFT, "orders/paid", id="a draft order"),
        pytest.param(
            order(admin_graphql_api_id="gid://shopify/DraftOrder/72885271"),
            "orders/paid",
            id="one that says so",
        ),
        pytest.param(refund(), "orders/paid", id="a refund as an order"),
        pytest.param(order(), "refunds/create", id="an order as a refund"),
        pytest.param(
            order(order_id=1, transactions=[moved("27.60")]), "refunds/create", id="a likely one"
        ),
        pytest.param(
            refund(admin_graphql_api_id="gid://shopify/Return/1"), "refunds/create", id="a return"
        ),
        pytest.param(refund(), "orders/updated", id="a refund as an update"),
    ],
)
def test_the_body_decides_what_it_is(document: Json, topic: str) -> None:
    """Anybody may write another topic above what Shopify signed."""
    found = domain_event(document, topic)

    assert isinstance(found, Ignored)
    assert found.reason.startswith("the body is no ")


@pytest.mark.parametrize(
    ("document", "made"),
    [
        (order(), "2026-11-23T11:59:52+00:00"),
        (order(updated_at="2026-11-25T00:00:00Z"), "2026-11-25T00:00:00+00:00"),
        (order(updated_at="later", created_at=None), "2026-11-23T11:59:50+00:00"),
        (refund(), "2026-11-23T11:59:50+00:00"),
        (refund(processed_at="2008-01-10T11:00:00-05:00"), "2026-11-23T11:59:50+00:00"),
        (refund(processed_at=7, created_at={}), None),
    ],
)
def test_a_body_says_when_it_was_made(document: Json, made: str | None) -> None:
    """When what it shows was last changed: an old order that is paid now is new."""
    (event,) = parse(verified(document, "orders/paid"))

    assert event.signed_at == (made and datetime.fromisoformat(made))


@pytest.mark.parametrize("topic", ["orders/create", "checkouts/create", "x"])
def test_other_topics_are_ignored(topic: str) -> None:
    """They tell of the same money, or of none."""
    assert domain_event(order(), topic) == Ignored("event type is not the source of any money")


def test_an_id_that_buyers_can_write_is_none_unless_the_operator_says_so() -> None:
    """By the names the operator chose."""
    document = order(note_attributes=attributes(order_id="ORD-9"))
    trusting = ShopifyOptions(buyer_transaction_ids=True)

    assert purchase(document).transaction_id == ORDER
    assert "ORD-9" not in purchase(document).references
    assert purchase(document, trusting).transaction_id == "ORD-9"
    assert purchase(document, trusting).references[-1] == "ORD-9"
    other = ShopifyOptions(buyer_transaction_ids=True, transaction_id_keys=("x",))
    assert purchase(document, other).transaction_id == ORDER


def test_an_update_brings_no_money_but_the_buyers_consent() -> None:
    """It may be denied after the payment."""
    denied = order(note_attributes=attributes(ga_consent_analytics="denied"))

    link = domain_event(denied, "orders/updated")

    assert isinstance(link, Link)
    assert link.customer_references == (ORDER,)
    assert link.context.consent.analytics is Choice.DENIED


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b'[{"name": "ga_consent_analytics", "value": false}]', id="false"),
        pytest.param(
            b'[{"name": "ga_consent_analytics", "value": {"granted": 1}}]', id="an object"
        ),
        pytest.param(b'[{"name": "ga_consent_analytics"}]', id="no value"),
        pytest.param(
            b'[{"name": "ga_consent_analytics", "value": "denied"},'
            b' {"name": "x", "value": "\xff"}]',
            id="a broken character elsewhere",
        ),
        pytest.param(
            b'[{"name": "x\\ud800", "value": "y"},'
            b' {"name": "ga_consent_analytics", "value": "no"}]',
            id="a broken name",
        ),
        pytest.param(
            b'[{"name": "ga_consent_analytics", "value": "denied"},'
            b' {"name": "ga_consent_analytics", "value": "granted"}]',
            id="two answers",
        ),
        pytest.param(b'[{"name": "ga_consent_analytics"', id="no JSON"),
    ],
)
def test_an_attribute_that_is_no_clear_grant_is_a_denial(raw: bytes) -> None:
    """In whatever type, and whatever stands beside it."""
    assert attributes_of(msgspec.Raw(raw)).context().consent.analytics is Choice.DENIED


def test_an_order_of_a_subscription_contract_is_a_renewal() -> None:
    """Nobody was in the shop."""
    document = order(source_name="subscription_contract_checkout_one")

    assert purchase(document).purchase_type is PurchaseType.RENEWAL


@pytest.mark.parametrize(
    ("fields", "options", "value"),
    [
        ({"current_total_price": "15.60", "current_subtotal_price": "8.00"}, {}, "8.00"),
        ({"current_total_price": "27.60"}, {}, "18.00"),
        (
            {
                "current_total_price": "16.80",
                "refunds": [{"id": 5, "transactions": [moved("10.80")]}],
            },
            {},
            "18.00",
        ),
        ({"payment_gateway_names": ["visa", "gift_card"]}, {}, "18.00"),
        ({"payment_gateway_names": ["visa", "shopify_store_credit"]}, {}, "18.00"),
        ({"payment_gateway_names": ["shopify_store_credit"]}, {"store_credit": True}, "18.00"),
        (
            {
                "payment_gateway_names": ["visa", "shopify_store_credit"],
                "transactions": [
                    moved("13.80", kind="sale", gateway="shopify_store_credit"),
                    moved("13.80", kind="sale", gateway="visa"),
                ],
            },
            {},
            "9.00",
        ),
        ({"line_items": [line(), line(price="5.00", gift_card=True)]}, {}, "10.00"),
        (
            {"line_items": [line(), line(price="5.00", gift_card=True)]},
            {"gift_cards": "sale"},
            "18.00",
        ),
    ],
)
def test_the_value_is_what_was_collected_for_goods(fields: Json, options: Json, value: str) -> None:
    """Edits before the payment count; stored value counts once; credit collects nothing."""
    found = purchase(order(**fields), ShopifyOptions(**options))

    assert found.money is not None
    assert found.money.net == Decimal(value)


@pytest.mark.parametrize(
    ("fields", "options", "reason"),
    [
        (
            {"payment_gateway_names": ["shopify_store_credit"]},
            {},
            "paid with store credit: nothing was collected",
        ),
        (
            {"payment_gateway_names": ["gift_card"]},
            {"gift_cards": "sale"},
            "paid with gift cards: counted when they were sold",
        ),
    ],
)
def test_what_collects_nothing_is_ignored(fields: Json, options: Json, reason: str) -> None:
    """Its money was counted before, or never; its refund is left out too."""
    found = domain_event(order(**fields), options=ShopifyOptions(**options))

    assert found == Ignored(reason, uncounted=(ORDER,))


def test_a_refund_to_store_credit_is_no_refund() -> None:
    """The money stays in the shop."""
    document = refund(transactions=[moved("10.80", gateway="shopify_store_credit")])

    assert domain_event(document, "refunds/create") == Ignored(
        "given back as credit: no money left the shop"
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"line_items": [line(price="-1")]},
        {"line_items": [line(sku={"of": "another shape"})]},
        {"line_items": "of another shape"},
        {"customer": 5},
        {"discount_codes": [{"code": 5}]},
        {"subtotal_price": None},
        {"subtotal_price": "30.00"},
        {"processed_at": None, "created_at": None},
        {"processed_at": "2026-11-23"},
        {"processed_at": "0001-01-01T00:00:00+05:00"},
    ],
)
def test_a_field_beside_the_money_never_costs_the_payment(fields: Json) -> None:
    """It is left out; what is certain is counted."""
    found = purchase(order(**fields))

    assert found.money is not None
    assert (found.money.total, found.money.net) == (Decimal("27.60"), Decimal("18.00"))


_DENIED = tuple(
    f"note_attributes.ga_consent_{name}: neither granted nor denied"
    for name in ("analytics", "ad_user_data", "ad_personalization", "ad_storage")
)


@pytest.mark.parametrize(
    ("raw", "notes"),
    [
        (None, ()),
        ([], ()),
        ({"ga_client_id": "x"}, ()),
        ("", ("note_attributes: not an object",)),
        ("text", ("note_attributes: not an object", *_DENIED)),
        ([5, {"name": 5}, {"value": "x"}], _DENIED),
        (attributes(ga_client_id=5), ("note_attributes.ga_client_id: not a string",)),
    ],
)
def test_attributes_never_cost_the_payment(raw: object, notes: tuple[str, ...]) -> None:
    """What cannot be believed is left out and named."""
    assert purchase(order(note_attributes=raw)).notes == notes


@pytest.mark.parametrize(
    ("choice", "fields", "wanted"),
    [
        ("sku", {}, "MUG-1"),
        ("variant", {}, "34"),
        ("product", {}, "63"),
        ("sku", {"sku": ""}, "34"),
        ("sku", {"sku": None, "variant_id": None}, "63"),
        ("product", {"product_id": None}, "MUG-1"),
        ("sku", {"sku": None, "variant_id": None, "product_id": None, "title": None}, None),
    ],
)
def test_an_items_id_is_the_operators_choice(choice: str, fields: Json, wanted: str | None) -> None:
    """Or the next best; what has none is unnamed."""
    options = ShopifyOptions(item_id=choice)  # type: ignore[arg-type]
    (item,) = purchase(order(line_items=[line(**fields)]), options).items

    assert item.item_id == wanted
    assert item.item_id or item.item_name == "unnamed"


def test_without_allocations_the_lines_own_discount_counts() -> None:
    """As older versions of the API write it."""
    raw = line(discount_allocations=None, total_discount="2.00")

    assert purchase(order(line_items=[raw])).notes == ()


def test_a_refund_is_split_where_its_lines_add_up() -> None:
    """The plain amounts of its lines are floats, and never read."""
    found = refunded()

    assert found.refund_id == "929361464"
    assert found.money == Money("EUR", Decimal("10.80"), Decimal("1.80"), Decimal(0))
    assert [(i.item_id, i.price, int(i.quantity)) for i in found.items] == [
        ("MUG-1", Decimal(9), 1)
    ]
    assert (found.references, found.fallback_transaction_id) == ((ORDER,), ORDER)
    assert found.occurred_at.isoformat() == "2026-11-23T11:59:50+00:00"


def shipping_refund(amount: str, tax: str) -> list[Json]:
    """Return the adjustment that pays shipping back."""
    return [{"kind": "shipping_refund", "amount": amount, "tax_amount": tax}]


@pytest.mark.parametrize(
    ("fields", "money", "price"),
    [
        pytest.param(
            {"refund_line_items": [refund_line("10.80", "1.80")]},
            Money("EUR", Decimal("10.80"), Decimal("1.80"), Decimal(0)),
            "9",
            id="tax in the prices",
        ),
        pytest.param(
            {
                "transactions": [moved("16.80")],
                "order_adjustments": shipping_refund("-5.00", "-1.00"),
            },
            Money("EUR", Decimal("16.80"), Decimal("2.80"), Decimal(5)),
            "9",
            id="with shipping",
        ),
        pytest.param(
            {
                "transactions": [moved("16.80")],
                "refund_line_items": [refund_line("10.80", "1.80")],
                "order_adjustments": shipping_refund("-6.00", "-1.00"),
            },
            Money("EUR", Decimal("16.80"), Decimal("2.80"), Decimal(5)),
            "9",
            id="with shipping, tax in the prices",
        ),
        pytest.param(
            {"transactions": [moved("5.00")]},
            Money("EUR", Decimal("5.00")),
            None,
            id="less than the lines",
        ),
        pytest.param(
            {"refund_line_items": [], "transactions": [moved("3.00")]},
            Money("EUR", Decimal("3.00")),
            None,
            id="no lines",
        ),
        pytest.param(
            {"transactions": [moved("4.00"), moved("6.80", status="pending")]},
            Money("EUR", Decimal("10.80"), Decimal("1.80"), Decimal(0)),
            "9",
            id="to two cards, one on its way",
        ),
        pytest.param(
            {"transactions": [moved("10.80", currency="USD")]},
            Money("EUR", Decimal("10.80"), Decimal("1.80"), Decimal(0)),
            "9",
            id="in the buyer's currency",
        ),
    ],
)
def test_what_does_not_add_up_is_left_to_the_order(
    fields: Json, money: Money, price: str | None
) -> None:
    """Then tax and shipping follow from the purchase, in proportion."""
    found = refunded(**fields)

    assert found.money == money
    assert [item.price for item in found.items] == ([Decimal(price)] if price else [])


@pytest.mark.parametrize(
    ("transactions", "reason"),
    [
        ([], "no money went back"),
        (None, "no money went back"),
        ([moved("5.00", kind="sale")], "no money went back"),
        ([moved("5.00", status="failure")], "no money went back"),
        ([moved("5.00", status="error")], "no money went back"),
        ([moved("0.00")], "zero amount"),
    ],
)
def test_goods_may_come_back_without_money(transactions: object, reason: str) -> None:
    """A restock, or a refund that failed."""
    assert domain_event(refund(transactions=transactions), "refunds/create") == Ignored(reason)


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"id": "x"}, "id: expected a whole number from 1 to 9223372036854775807"),
        ({"id": 0}, "id: expected a whole number from 1 to 9223372036854775807"),
        ({"currency": None}, "currency: missing"),
        ({"currency": "XXX"}, "currency: not an active ISO 4217 currency"),
        (
            {"total_price": 27.6},
            'total_price: expected an amount in major units as text, e.g. "12.50"',
        ),
        ({"total_price": "-1.00"}, "total_price: negative"),
        ({"total_tax": "-1"}, "total_tax: negative"),
        (
            {"currency": "XXX", "total_price": "-1.00", "total_tax": "-1"},
            (
                "currency: not an active ISO 4217 currency; total_price: negative;"
                " total_tax: negative"
            ),
        ),
        (
            {"id": "x", "currency": "XXX", "total_tip_received": "-1", "name": 7},
            (
                "id: expected a whole number from 1 to 9223372036854775807;"
                " currency: not an active ISO 4217 currency; total_tip_received: negative;"
                " name: expected text of at most 255 characters"
            ),
        ),
        (
            {"financial_status": None, "currency": "XXX"},
            (
                "financial_status: missing: nothing else says whether it is paid;"
                " currency: not an active ISO 4217 currency"
            ),
        ),
    ],
)
def test_a_bad_field_of_an_order_is_named(fields: Json, wanted: str) -> None:
    """And never with its value."""
    with pytest.raises(UnusableError) as caught:
        domain_event(order(**fields))

    assert str(caught.value) == wanted


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"order_id": None}, "order_id: missing"),
        (
            {"order_id": None, "transactions": [moved("-5.00", currency="XXX"), moved("-1")]},
            (
                "order_id: missing; transactions[0].amount: negative;"
                " transactions[0].currency: not an active ISO 4217 currency;"
                " transactions[1].amount: negative"
            ),
        ),
        ({"transactions": [moved("-5.00")]}, "transactions[0].amount: negative"),
        ({"transactions": [moved("1", currency=None)]}, "transactions[0].currency: missing"),
        (
            {"transactions": [moved("1"), moved("1", currency="USD")], "refund_line_items": []},
            "transactions[1].currency: another than the first one's",
        ),
    ],
)
def test_a_bad_field_of_a_refund_is_named(fields: Json, wanted: str) -> None:
    """Two currencies in one refund have no sum."""
    with pytest.raises(UnusableError) as caught:
        domain_event(refund(**fields), "refunds/create")

    assert str(caught.value) == wanted


@pytest.mark.parametrize("missing", ["x-shopify-topic", "x-shopify-event-id"])
def test_without_topic_or_id_it_is_malformed(missing: str) -> None:
    """Nobody knows what the body is; the webhook's id does where the event's is missing."""
    gone = {missing, "x-shopify-webhook-id"}
    rest = tuple(pair for pair in HEADERS if pair[0] not in gone)

    with pytest.raises(MalformedError, match=f"^{missing}: header missing$"):
        parse(VerifiedDelivery("shopify", b"{}", rest))


def test_the_webhooks_id_stands_in_for_the_events() -> None:
    """Older versions of the API send only that."""
    rest = tuple(pair for pair in HEADERS if pair[0] != "x-shopify-event-id")
    (event,) = parse(VerifiedDelivery("shopify", b"{}", rest))

    assert event.source.event_id == "wh-1"


@pytest.mark.parametrize("value", ["now", "", "2026-11-23T11:59:57", "0001-01-01T00:00:00+05:00"])
def test_an_odd_time_in_a_header_costs_nothing(value: str) -> None:
    """The order tells its own."""
    headers = (*HEADERS[:3], ("x-shopify-triggered-at", value))
    (event,) = parse(VerifiedDelivery("shopify", b"{}", headers))

    assert event.created_at.year == 1970


@pytest.mark.parametrize(
    ("document", "live"),
    [
        (order(), True),
        (order(test=True), False),
        (order(test=1), True),
        (refund(), True),
        (refund(transactions=[moved("1", test=True)]), False),
        (refund(transactions=[None, 5]), True),
        (refund(transactions={}), True),
    ],
)
def test_a_test_order_is_not_live(document: Json, *, live: bool) -> None:
    """Nor is the refund of one."""
    (event,) = parse(verified(document))

    assert event.live is live


CENTS = st.integers(0, 10**8)


def major(cents: int) -> str:
    """Return cents as Shopify writes them."""
    return f"{Decimal(cents).scaleb(-2):f}"


@given(goods=CENTS, goods_tax=CENTS, shipping=CENTS, shipping_tax=CENTS, included=st.booleans())
def test_the_parts_of_the_money_sum_to_it(
    goods: int, goods_tax: int, shipping: int, shipping_tax: int, *, included: bool
) -> None:
    """Value is what the goods cost, however the prices were given."""
    total = goods + goods_tax + shipping + shipping_tax
    raw = order(
        taxes_included=included,
        total_price=major(total),
        subtotal_price=major(goods + (goods_tax if included else 0)),
        total_tax=major(goods_tax + shipping_tax),
        shipping_lines=[{"tax_lines": [{"price": major(shipping_tax)}]}],
        line_items=[],
    )
    found = domain_event(raw)
    if total == 0:
        assert found == Ignored("zero amount", uncounted=(ORDER,))
        return
    assert isinstance(found, Conversion)
    assert found.money is not None
    assert found.money.net == Decimal(goods).scaleb(-2)
    assert found.money.shipping == Decimal(shipping).scaleb(-2)
    assert found.money.total == Decimal(total).scaleb(-2)


@given(
    subject=st.sampled_from([("orders/paid", order()), ("refunds/create", refund())]),
    changes=st.dictionaries(st.sampled_from([*order(), *refund()]), JSON, max_size=4),
    missing=st.sets(st.sampled_from([*order(), *refund()]), max_size=3),
)
def test_whatever_stands_there_it_means_something_or_is_unusable(
    subject: tuple[str, Json], changes: Json, missing: set[str]
) -> None:
    """No other error, for any JSON in any field."""
    topic, whole = subject
    changed = {name: value for name, value in {**whole, **changes}.items() if name not in missing}
    try:
        found = domain_event(changed, topic)
    except UnusableError:
        return
    assert isinstance(found, Conversion | Refund | Ignored)


@given(st.lists(JSON))
def test_any_attributes_at_all_leave_the_payment_alone(raw: object) -> None:
    """The shop's own pages write them."""
    assert purchase(order(note_attributes=raw)).money == EUR_18


@given(
    st.binary().filter(lambda body: not body.lstrip().startswith(b"{"))
    | JSON.filter(lambda value: not isinstance(value, dict))
)
def test_whatever_is_signed_it_is_an_object_or_malformed(document: object) -> None:
    """Reading is total."""
    with pytest.raises(MalformedError):
        parse(verified(document))
