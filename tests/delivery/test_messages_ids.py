"""Messages of the shop's own under one transaction id: the same payment, or another one."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from shared.messages.envelope import Message
from shared.outcome import Result
from tests.support.loop import in_a_loop
from tests.support.posting import post
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


ADYEN: Final[dict[str, Any]] = {
    "pspReference": "PSP1",
    "eventCode": "AUTHORISATION",
    "eventDate": "2026-11-23T12:59:00+01:00",
    "success": "true",
    "merchantAccountCode": "ShopECOM",
    "merchantReference": "A",
    "amount": {"value": 800, "currency": "EUR"},
}


@pytest.mark.parametrize("account", [None, "ShopECOM"])
@pytest.mark.parametrize("is_webhook_first", [True, False])
@in_a_loop
async def test_a_message_about_an_order_of_adyen_counts_once_with_its_webhook(
    tmp_path: Path,
    is_webhook_first: bool,  # noqa: FBT001
    account: str | None,
) -> None:
    """The account is the shop's own, and a server event cannot name it."""
    shop = Shop(tmp_path, PAYMENT_PROVIDERS=f'{{"adyen": {{"secret": "file:{tmp_path}/adyen"}}}}')
    message = sale("e1", provider="adyen", **({"account": account} if account else {}))
    item = {"NotificationRequestItem": ADYEN}

    for is_webhook in (is_webhook_first, not is_webhook_first):
        if is_webhook:
            await post(shop, "adyen", {"live": "true", "notificationItems": [item]})
        else:
            await taken(shop, message)

    assert [body["events"][0]["params"]["transaction_id"] for body in shop.ga4.bodies] == ["A"]


@in_a_loop
async def test_two_merchant_accounts_with_one_reference_are_two_payments(tmp_path: Path) -> None:
    """The second one has Adyen's own id, and its refund finds it."""
    shop = Shop(tmp_path, PAYMENT_PROVIDERS=f'{{"adyen": {{"secret": "file:{tmp_path}/adyen"}}}}')
    other = {**ADYEN, "merchantAccountCode": "Shop2", "pspReference": "PSP2"}
    refund = {**other, "pspReference": "R1", "originalReference": "PSP2", "eventCode": "REFUND"}
    for each in (ADYEN, other, refund):
        item = {"NotificationRequestItem": each}
        await post(shop, "adyen", {"live": "true", "notificationItems": [item]})

    events = [body["events"][0] for body in shop.ga4.bodies]
    assert [(event["name"], event["params"]["transaction_id"]) for event in events] == [
        ("purchase", "A"),
        ("purchase", "PSP2"),
        ("refund", "PSP2"),
    ]
