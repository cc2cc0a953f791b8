"""An order is its purchase and its refunds; whatever stands in it, its outcome is clear."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.conversion import Conversion, Ignored, PurchaseType
from shared.domain.event import DomainEvent
from shared.domain.refund import Refund
from shared.errors import MalformedError, UnusableError
from shared.providers.woocommerce.events import is_ping, metadata_of, parse
from shared.providers.woocommerce.mapping import map_event
from shared.providers.woocommerce.options import WooCommerceOptions
from shared.webhooks.delivery import Delivery
from tests.providers.woocommerce.orders import ORDER, delivery, order


def meanings(body: object, **headers: str) -> list[DomainEvent]:
    """Return what each event of a delivery means."""
    events = parse(delivery(body, **headers))
    return [map_event(event, WooCommerceOptions()) for event in events]


def purchase(**fields: Any) -> Conversion:  # noqa: ANN401 - JSON
    """Return the purchase of an order with some fields changed."""
    found = meanings(order(**fields))[0]
    assert isinstance(found, Conversion)
    return found


@pytest.mark.parametrize("number", [2**31, 2**53 + 1, 2**63 - 1, "1101", "9007199254740993"])
def test_an_orders_id_is_exact_however_large_it_is(number: int | str) -> None:
    """With high-performance order storage ids are those of a table of their own."""
    found = purchase(id=number)

    assert (found.transaction_id, found.payment_id) == (str(number), f"woocommerce:{number}")
    assert found.references == (str(number),)


def test_a_customer_is_never_taken_for_an_order() -> None:
    """Both are numbered from 1."""
    assert purchase(id=7).customer_ref == "customer_7"
    assert purchase(customer_id=0).customer_ref is None
    assert purchase(customer_id="7").customer_ref is None


def test_two_orders_of_one_second_are_two_events() -> None:
    """WooCommerce makes the id of a delivery from the webhook and the second."""
    one, other = parse(delivery(order())), parse(delivery(order(id=1102)))
    changed = parse(delivery(order(date_modified_gmt="2026-11-23T12:01:00")))

    ids = {events[0].source.event_id for events in (one, other, changed)}
    assert len(ids) == 3


def test_the_time_in_the_body_says_how_old_a_delivery_is() -> None:
    """No time is signed."""
    (event,) = parse(delivery(order()))

    assert event.signed_at == datetime(2026, 11, 23, 11, 59, 57, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, PurchaseType.ONE_TIME),
        ({"created_via": "subscription"}, PurchaseType.RENEWAL),
        ({"meta_data": [{"key": "_subscription_renewal", "value": 55}]}, PurchaseType.RENEWAL),
        ({"meta_data": [{"key": "_subscription_switch", "value": "55"}]}, PurchaseType.UPDATE),
    ],
)
def test_a_subscriptions_own_orders_are_renewals(
    fields: dict[str, Any], kind: PurchaseType
) -> None:
    """By how it was made, or by what the plugin wrote into it."""
    assert purchase(**fields).purchase_type is kind


def test_a_refund_is_told_with_each_later_change_and_has_one_id() -> None:
    """Its sign is not trusted, and it belongs to its order."""
    body = order(refunds=[{"id": 2001, "total": "-10.00"}, {"id": "2002", "total": 5}])

    _, first, second = meanings(body)

    assert isinstance(first, Refund)
    assert isinstance(second, Refund)
    assert (first.refund_id, first.money.total, first.references) == (
        "2001",
        Decimal("10.00"),
        ("1101",),
    )
    assert (second.refund_id, second.money.total) == ("2002", Decimal(5))


@pytest.mark.parametrize("refunds", [[], None])
def test_marked_as_refunded_without_an_entry_is_refunded_in_full(refunds: list[Any] | None) -> None:
    """A shop may switch off the entry that WooCommerce makes. An entry that is there says more."""
    bought, refund = meanings(order(status="refunded", refunds=refunds))
    _, named = meanings(order(status="refunded", refunds=[{"id": 5, "total": "-27.60"}]))

    assert isinstance(bought, Conversion)
    assert isinstance(refund, Refund)
    assert isinstance(named, Refund)
    assert refund.money.total == named.money.total == Decimal("27.60")
    assert (refund.refund_id, named.refund_id) == ("1101", "5")


def test_an_order_of_the_apis_first_version_is_paid() -> None:
    """It has no time in UTC of its payment, but one in UTC of its change."""
    body = {name: value for name, value in ORDER.items() if not name.endswith("_gmt")}
    local = {"date_paid": "2026-11-23T13:00:00", "date_modified": "2026-11-23T11:59:57"}
    found, refund = meanings({**body, **local, "refunds": [{"id": 5, "total": "-1"}]})

    assert isinstance(found, Conversion)
    assert isinstance(refund, Refund)
    assert found.occurred_at == datetime(2026, 11, 23, 11, 59, 57, tzinfo=UTC)
    assert any("API version" in note for note in found.notes)


def test_the_legacy_api_is_named() -> None:
    """Its orders stand one level deeper. Ignored, they would be lost in silence."""
    with pytest.raises(UnusableError, match="API version"):
        meanings({"order": {"id": 1101, "status": "processing"}})


def test_an_amount_that_is_empty_is_none() -> None:
    """And not a reason to lose the payment."""
    found = purchase(total_tax="", shipping_total="")

    assert found.money is not None
    assert (found.money.tax, found.money.shipping) == (None, None)
    assert found.money.net == Decimal("27.60")


@pytest.mark.parametrize(
    ("line", "item_id"),
    [
        ({"sku": 77}, "77"),
        ({"sku": "", "variation_id": "0", "product_id": "9"}, "9"),
        ({"sku": None, "variation_id": 4, "quantity": None}, "4"),
    ],
)
def test_numbers_and_texts_stand_for_each_other_in_a_line(
    line: dict[str, Any], item_id: str
) -> None:
    """Plugins write what they like; an order without items says less."""
    (item,) = purchase(line_items=[{"total": "18.00", "quantity": 1, **line}]).items

    assert (item.item_id, item.price) == (item_id, Decimal(18))


def test_a_refund_that_cannot_be_read_names_its_place() -> None:
    """And neither the order nor the other refunds are lost with it."""
    body = order(refunds=[{"id": 2001, "total": "x"}, {"id": 2002, "total": "-1.00"}, None])
    events = parse(delivery(body))

    assert isinstance(map_event(events[0], WooCommerceOptions()), Conversion)
    assert isinstance(map_event(events[2], WooCommerceOptions()), Refund)
    for event, path in ((events[1], "refunds[0].total"), (events[3], "refunds[2]")):
        with pytest.raises(UnusableError) as caught:
            map_event(event, WooCommerceOptions())
        assert caught.value.path == path


def test_an_order_of_long_ago_is_no_payment_of_today() -> None:
    """When connectors are switched on, or an old order gets a note, its payment is no news."""
    (found,) = meanings(order(date_paid_gmt="2026-09-20T10:00:00"))

    assert isinstance(found, Ignored)
    assert "60 days" in found.reason
    assert purchase(date_paid_gmt="2026-09-25T12:00:00").occurred_at.month == 9


def test_a_webhook_whose_user_may_not_read_orders_says_so() -> None:
    """WooCommerce then sends an error in the order's place, signed."""
    error = {"code": "woocommerce_rest_cannot_view", "message": "Sorry", "data": {"status": 401}}

    with pytest.raises(UnusableError, match="may not read orders"):
        meanings(error)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"total": None}, "total"),
        ({"total": ""}, "total"),
        ({"total": True}, "total"),
        ({"total": "12,50"}, "total"),
        ({"total": "-1"}, "total"),
        ({"total": "Infinity"}, "total"),
        ({"total": "1e13"}, "total"),
        ({"total": "0.000000000000000000001"}, "total"),
        ({"total_tax": "x"}, "total_tax"),
        ({"shipping_total": "-1.00"}, "shipping_total"),
        ({"total": "9.00"}, "total"),
        ({"currency": None}, "currency"),
        ({"currency": "eur!"}, "currency"),
        ({"currency": 978}, "currency"),
        ({"id": 0}, "id"),
        ({"id": -5}, "id"),
        ({"id": "x"}, "id"),
        ({"id": None}, "id"),
        ({"id": 10**30}, "id"),
        ({"status": 5}, "status"),
    ],
)
def test_money_that_cannot_be_read_names_its_field(fields: dict[str, Any], path: str) -> None:
    """By its path in the body."""
    with pytest.raises(UnusableError) as caught:
        meanings(order(**fields))

    assert path in [place for place, _ in caught.value.faults]


_ANYTHING: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", " ", "NaN", "-Infinity", "-0", "9.99", "EUR", "0", "processing"])
    | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(
    fields=st.dictionaries(
        st.sampled_from([*sorted(ORDER), "fee_lines", "coupon_lines"]), _ANYTHING, max_size=4
    ),
    refunds=st.lists(
        _ANYTHING | st.fixed_dictionaries({"id": _ANYTHING, "total": _ANYTHING}), max_size=3
    ),
)
def test_whatever_an_order_holds_its_outcome_is_clear(
    fields: dict[str, Any], refunds: list[Any]
) -> None:
    """Each event of it is money, ignored with a reason, or names the field that is wrong."""
    for event in parse(delivery(order(**{"refunds": refunds, **fields}))):
        metadata_of(event)
        try:
            found = map_event(event, WooCommerceOptions())
        except UnusableError as error:
            problem = error.problem
        else:
            problem = found.reason if isinstance(found, Ignored) else "money"
            money = found.money if isinstance(found, Conversion | Refund) else None
            assert money is None or (money.total > 0 and money.net >= 0)
        assert problem


@pytest.mark.parametrize("body", [b"", b"[]", b"5", b"\xff", b"{"])
def test_what_is_no_object_is_malformed(body: bytes) -> None:
    """And nothing of it is stored."""
    with pytest.raises(MalformedError):
        parse(delivery(body))


@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [
        (b"webhook_id=1", (), True),
        (b"webhook_id=9223372036854775807", (), True),
        (b"webhook_id=1", (("x-wc-webhook-signature", "x"),), False),
        (b"webhook_id=", (), False),
        (b"webhook_id=1&id=5", (), False),
        (b"webhook_id=1\n", (), False),
        (b"webhook_id=-1", (), False),
        (b'{"id": 1101}', (), False),
        (b"", (), False),
    ],
)
def test_a_ping_is_a_form_with_one_number_and_nothing_else(
    body: bytes, headers: tuple[tuple[str, str], ...], *, expected: bool
) -> None:
    """Everything else has to be signed."""
    assert is_ping(Delivery(headers, body)) is expected
