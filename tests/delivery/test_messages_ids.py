"""Messages of the shop's own under one transaction id: the same payment, or another one."""

import json
from typing import Any

import pytest

from shared.messages.envelope import Message
from shared.outcome import Result
from tests.support.loop import in_a_loop
from tests.support.shop import Shop


def sale(event_id: str, total: str = "8", **fields: Any) -> bytes:  # noqa: ANN401 - JSON
    """Return a billing event about the order `A`.

    Args:
        event_id: The message's own id.
        total: What was charged.
        fields: What is different.
    """
    return json.dumps(
        {
            "schema": "billing-event/1",
            "event_id": event_id,
            "type": "purchase",
            "occurred_at": "2026-11-23T11:59:00Z",
            "provider": "shop",
            "transaction_id": "A",
            "money": {"currency": "EUR", "total": total},
            **fields,
        }
    ).encode()


async def taken(shop: Shop, *messages: bytes) -> list[tuple[Result, str | None]]:
    """Push messages; return how each ended, and under which transaction id."""
    renewals = shop.renewals()
    outcomes = [await renewals.handle(Message(data, f"m-{at}")) for at, data in enumerate(messages)]
    return [(outcome.result, outcome.transaction_id) for outcome in outcomes]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(sale("e1"), sale("e2", "5"), id="another amount"),
        pytest.param(sale("e1", customer_id="c1"), sale("e2", customer_id="c2"), id="customer"),
        pytest.param(sale("e1", account="a1"), sale("e2", account="a2"), id="account"),
        pytest.param(sale("e1"), sale("e2", "5", provider="till"), id="another provider"),
    ],
)
@in_a_loop
async def test_another_payment_is_sent_under_its_event_id(
    shop: Shop, first: bytes, second: bytes
) -> None:
    """However often either comes."""
    assert await taken(shop, first, second, first, second) == [
        (Result.DELIVERED, "A"),
        (Result.DELIVERED, "e2"),
        (Result.DUPLICATE, "A"),
        (Result.DUPLICATE, "e2"),
    ]


@in_a_loop
async def test_the_same_payment_is_a_duplicate(shop: Shop) -> None:
    """A message that is published again may have another event id."""
    assert await taken(shop, sale("e1"), sale("e2")) == [
        (Result.DELIVERED, "A"),
        (Result.DUPLICATE, "A"),
    ]


@in_a_loop
async def test_a_refund_is_the_one_of_its_own_account(shop: Shop) -> None:
    """Both accounts know it as `A`."""
    refund = {"type": "refund", "transaction_id": None, "original_transaction_id": "A"}
    messages = (sale("e1", account="a1"), sale("e2", "5", account="a2"))

    outcomes = await taken(shop, *messages, sale("e3", "5", account="a2", **refund))

    assert outcomes[-1] == (Result.DELIVERED, "e2")
