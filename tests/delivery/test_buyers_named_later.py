"""An order that is sent again with its buyer: what waited for them is sent, its refunds too."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests.providers.woocommerce.orders import TOPIC, order
from tests.support import shopify_json
from tests.support.builders import CLIENT_ID
from tests.support.loop import in_a_loop
from tests.support.posting import post
from tests.support.shop import Shop

Json = dict[str, Any]
Posted = tuple[Json, Mapping[str, str]]
ENTRIES: Final = [{"id": 2001, "total": "-7.60"}]


def _woocommerce(*, named: bool, refunded: bool) -> list[Posted]:
    """An order as it is now, with its refunds in it."""
    tags = [{"id": 1, "key": "ga_client_id", "value": CLIENT_ID}] if named else []
    body = order(meta_data=tags, customer_id=0, refunds=ENTRIES if refunded else [])
    return [(body, TOPIC)]


def _shopify(*, named: bool, refunded: bool) -> list[Posted]:
    """An order, and a refund of its own."""
    tags = [{"name": "ga_client_id", "value": CLIENT_ID}] if named else []
    body = shopify_json.order(note_attributes=tags)
    body.pop("customer", None)
    paid = (body, {"x-shopify-topic": "orders/paid", "x-shopify-event-id": f"paid-{named}"})
    money = {"kind": "refund", "status": "success", "amount": "4.00", "currency": body["currency"]}
    refund = {"id": 99, "order_id": body["id"], "transactions": [money], "refund_line_items": []}
    topic = {"x-shopify-topic": "refunds/create", "x-shopify-event-id": f"refund-{named}"}
    return [paid, ({**refund, "order_adjustments": []}, topic)] if refunded else [paid]


@pytest.mark.parametrize("refunded_first", [True, False])
@pytest.mark.parametrize(
    ("provider", "deliveries"), [("woocommerce", _woocommerce), ("shopify", _shopify)]
)
@in_a_loop
async def test_the_refund_of_an_order_whose_buyer_was_named_later_is_sent(
    tmp_path: Path,
    provider: str,
    deliveries: Callable[..., list[Posted]],
    refunded_first: bool,  # noqa: FBT001
) -> None:
    """Withheld without a client, both are the buyer's once the order says who that is."""
    entry = {provider: {"secret": f"file:{tmp_path}/{provider}"}}
    shop = Shop(tmp_path, PAYMENT_PROVIDERS=json.dumps(entry), UNATTRIBUTED_EVENTS="withhold")
    first = deliveries(named=False, refunded=refunded_first)
    for body, headers in first:
        await post(shop, provider, body, headers)
    assert shop.ga4.bodies == []

    for body, headers in deliveries(named=True, refunded=True):
        await post(shop, provider, body, headers)

    names = [(body["events"][0]["name"], body["client_id"]) for body in shop.ga4.bodies]
    assert names == [("purchase", CLIENT_ID), ("refund", CLIENT_ID)]
