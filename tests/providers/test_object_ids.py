"""Ids in objects: every one that people look for, and nothing else, whatever stands there."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.providers.object_ids import object_ids
from tests.support.paddle_json import transaction
from tests.support.shopify_json import order
from tests.support.stripe_json import checkout_session, payment_intent


def found(document: Any, *keys: str) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    """Return the ids in a document."""
    raw = json.dumps(document).encode()
    return object_ids(raw, keys) if keys else object_ids(raw)


def test_an_objects_own_id_comes_first() -> None:
    """Then those of its payment, the shop's own, and its customer's."""
    session = checkout_session(metadata={"order_id": "ORD-9"}, client_reference_id="u-1")

    assert set(found(session)) == {"cs_test_1", "pi_1", "ORD-9", "cus_1", "u-1"}
    assert found(session)[0] == "cs_test_1"
    assert set(found(payment_intent())) == {"pi_9", "ch_1", "cus_1"}


def test_other_providers_write_them_elsewhere() -> None:
    """Paddle's custom data, Shopify's attributes and its name of an order."""
    paddle = transaction(id="txn_1", custom_data={"order_id": "ORD-9"}, subscription_id="sub_1")
    attributes = [{"name": "order_id", "value": "ORD-9"}, {"name": "gift", "value": "for-jane"}]
    shopify = order(id=1001, name="#77", note_attributes=attributes)

    assert {"txn_1", "sub_1", "ORD-9"} <= set(found(paddle))
    assert {"1001", "#77", "77", "ORD-9"} <= set(found(shopify))
    assert "for-jane" not in found(shopify)


def test_the_shop_chooses_the_keys() -> None:
    """As `TRANSACTION_ID_KEYS` says."""
    document = {"id": "x", "metadata": {"basket": "B-1", "order_id": "ORD-9"}}

    assert found(document, "basket") == ("x", "B-1", "ORD-9")
    assert found(document, "other") == ("x", "ORD-9")


def test_an_invoice_names_its_subscription_and_payment() -> None:
    """On every API version, in whatever holds it."""
    invoice = {
        "id": "in_1",
        "parent": {
            "subscription_details": {"subscription": "sub_1", "metadata": {"order_id": "ORD-9"}}
        },
        "payments": {"data": [{"id": "inpay_1", "payment": {"payment_intent": "pi_1"}}]},
        "lines": {"data": [{"id": "il_1", "price": {"id": "price_1"}}]},
        "charge": {"id": "ch_1", "object": "charge"},
    }

    assert set(found(invoice)) == {"in_1", "sub_1", "ORD-9", "pi_1", "ch_1"}


def test_nobodys_data_is_an_id() -> None:
    """Persons, browsers, money and free text are passed over."""
    document = {
        "id": "x",
        "name": "Jane Roe",
        "email": "jane@example.com",
        "receipt_email": "jane@example.com",
        "customer_details": {"email": "jane@example.com", "name": "Jane"},
        "metadata": {"ga_client_id": "1.2", "ga_session_id": "3", "note": "jane@example.com"},
        "amount": 2760,
        "description": "a gift",
    }

    assert found(document) == ("x",)


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"1", b"null", b'{"id": ', b'{"id": {"id": {"id": 1}}}', b'{"id": true}', b"\xff"],
)
def test_what_cannot_be_read_names_nothing(raw: bytes) -> None:
    """It is no reason to fail."""
    assert object_ids(raw) == ()


def test_there_is_an_end() -> None:
    """To the length of an id, to lists, and to depth."""
    deep: dict[str, Any] = {"refund": "re_deep"}
    for _ in range(50):
        deep = {"parent": deep}
    many = [{"refund": f"re_{number}"} for number in range(1_000)]

    assert found({"id": "x" * 256, "refunds": many, **deep}) == tuple(
        f"re_{number}" for number in range(20)
    )
    assert object_ids(b'{"id": ' + b"9" * 65 + b"}") == ()
    assert object_ids(b'{"parent":' * 100_000 + b"1" + b"}" * 100_000) == ()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["id", "data", "x"]), inner)
        ),
    )
)
def test_anything_may_stand_there(document: Any) -> None:  # noqa: ANN401 - JSON
    """Only texts come out."""
    assert all(0 < len(each) <= 255 for each in object_ids(json.dumps(document).encode()))
