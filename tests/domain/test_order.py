"""Orders and contexts as records: they outlive the process that wrote them, and its version."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.context import Context
from shared.domain.item import Item
from shared.domain.money import Money
from shared.domain.order import Order
from shared.domain.records import decode_context, decode_order, encode
from tests.support.builders import EUR_18, IN_SESSION, NOW
from tests.support.strategies import IDS, MOMENTS, PLAIN_TEXT, contexts, moneys

DECIMALS = st.decimals(0, 10**12, allow_nan=False, allow_infinity=False)
ITEMS = st.builds(
    Item,
    DECIMALS,
    DECIMALS,
    st.none() | IDS,
    st.none() | PLAIN_TEXT,
    st.none() | DECIMALS,
    st.none() | PLAIN_TEXT,
    st.none() | PLAIN_TEXT,
)
ORDERS = st.builds(
    Order,
    PLAIN_TEXT,
    moneys(),
    st.lists(ITEMS, max_size=3).map(tuple),
    contexts(),
    MOMENTS,
    st.none() | IDS,
)
# Written by the first version that remembered orders.
OLD_ORDER = (
    b'{"transaction_id":"ORD-9","money":{"currency":"EUR","total":"27.60","tax":"4.60",'
    b'"shipping":"5.00"},"items":[{"price":"9.00","quantity":"2","item_id":"sku_1"}],'
    b'"context":{"client_id":"1234567890.1763900000","session_id":1795433400,'
    b'"session_number":3,"consent":{"analytics":null}},"occurred_at":"2026-11-23T12:00:00Z"}'
)


@given(ORDERS)
def test_an_order_comes_back_as_it_was(order: Order) -> None:
    """Money digit by digit, times to the microsecond."""
    assert repr(order) == repr(decode_order(encode(order)))


@given(contexts())
def test_a_context_comes_back_as_it_was(context: Context) -> None:
    """What is unknown stays unknown."""
    assert context == decode_context(encode(context))


def test_an_order_of_an_older_version_is_still_read() -> None:
    """It is kept for 400 days; fields that came since have their defaults."""
    item = Item(Decimal("9.00"), Decimal(2), "sku_1")

    assert Order("ORD-9", EUR_18, (item,), IN_SESSION, NOW) == decode_order(OLD_ORDER)


def test_a_field_of_a_newer_version_does_no_harm() -> None:
    """Two versions share the store while one replaces the other."""
    newer = OLD_ORDER.replace(b'{"transaction_id"', b'{"loyalty":{"points":3},"transaction_id"')

    assert decode_order(OLD_ORDER) == decode_order(newer)


@given(st.binary())
def test_a_record_of_another_shape_is_refused(record: bytes) -> None:
    """No order is made of what was not understood."""
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        decode_order(record)


def test_money_is_written_as_text() -> None:
    """A JSON number would be a float to whoever reads it."""
    order = Order("ORD-9", Money("JPY", Decimal(1000)), (), Context(), NOW)

    assert b'"total":"1000"' in encode(order)
