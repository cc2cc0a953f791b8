"""A payment that grew: its sizes arrive in any order, and the largest is what is counted."""

import itertools
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support import shopify_json
from tests.support.loop import in_a_loop
from tests.support.places import ROOT
from tests.support.posting import post
from tests.support.shop import Shop

CASES: Final = ROOT / "tests/golden/cases"
SIZES: Final = ("10.00", "20.00", "30.00")
Json = dict[str, Any]


def _shopify(size: str) -> tuple[Json, Mapping[str, str]]:
    fields = {"total_price": size, "subtotal_price": size, "total_tax": "0.00", "tax_lines": []}
    body = shopify_json.order(**fields, shipping_lines=[], line_items=[])
    return body, {"x-shopify-topic": "orders/paid", "x-shopify-event-id": size}


def _woocommerce(size: str) -> tuple[Json, Mapping[str, str]]:
    case = CASES / "woocommerce/edited-after-it-was-paid"
    body = json.loads((case / "request.json").read_text())[0]
    body |= {"total": size, "total_tax": "0.00", "shipping_total": "0.00", "shipping_tax": "0.00"}
    body |= {"line_items": [], "shipping_lines": [], "fee_lines": [], "refunds": []}
    headers = json.loads((case / "headers.json").read_text())["headers"]
    return body, headers if isinstance(headers, dict) else headers[0]


def _mollie(size: str) -> tuple[Json, Mapping[str, str]]:
    body = json.loads((CASES / "mollie/captured-in-part/request.json").read_text())
    amounts = {name: {"value": value, "currency": "EUR"} for name, value in _captured(size)}
    body["_embedded"]["entity"] |= amounts
    return {**body, "id": f"event_{size}"}, {}


def _captured(size: str) -> tuple[tuple[str, str], ...]:
    return ("amount", SIZES[-1]), ("amountCaptured", size)


@pytest.mark.parametrize("provider", ["shopify", "woocommerce", "mollie"])
@in_a_loop
async def test_the_largest_size_is_counted_once(tmp_path: Path, provider: str) -> None:
    """A smaller size that comes later is no money, whatever came between."""
    bodies: dict[str, Callable[[str], tuple[Json, Mapping[str, str]]]] = {
        "shopify": _shopify,
        "woocommerce": _woocommerce,
        "mollie": _mollie,
    }
    wrong = {}
    for order in sorted(set(itertools.permutations((*SIZES, SIZES[1])))):
        folder = tmp_path / "-".join(order)
        folder.mkdir()
        entry = {provider: {"secret": f"file:{folder}/{provider}"}}
        shop = Shop(folder, PAYMENT_PROVIDERS=json.dumps(entry))
        for size in order:
            await post(shop, provider, *bodies[provider](size))
        values = [body["events"][0]["params"]["value"] for body in shop.ga4.bodies]
        if sum(map(Decimal, map(str, values))) != Decimal(SIZES[-1]):
            wrong[order] = values
        await shop.payments.sender.stores.ledger.close()

    assert wrong == {}


@pytest.mark.parametrize("provider", ["shopify", "woocommerce", "mollie"])
@in_a_loop
async def test_what_a_guests_order_grew_by_is_the_same_guests(
    tmp_path: Path, provider: str
) -> None:
    """Nobody knows the buyer, who is one person all the same."""
    shop = _shop(tmp_path, provider)
    for size in SIZES:
        body, headers = {"shopify": _shopify, "woocommerce": _woocommerce, "mollie": _mollie}[
            provider
        ](size)
        await post(shop, provider, _of_a_guest(body), headers)

    assert [len(shop.ga4.bodies), len(_clients(shop))] == [3, 1]


@in_a_loop
async def test_each_capture_of_a_guests_payment_is_the_same_guests(tmp_path: Path) -> None:
    """The authorisation says nothing of the buyer."""
    shop = _shop(tmp_path, "adyen", capture="manual")
    for body in json.loads((CASES / "adyen/captured-by-hand/request.json").read_text()):
        body["notificationItems"][0]["NotificationRequestItem"]["additionalData"] = {}
        await post(shop, "adyen", body, {})

    names = [body["events"][0]["name"] for body in shop.ga4.bodies]
    assert [names, len(_clients(shop))] == [["purchase", "purchase", "refund"], 1]


@in_a_loop
async def test_the_purchase_for_a_reversed_refund_is_the_same_guests(tmp_path: Path) -> None:
    """It makes good what GA4 has taken from that guest."""
    shop = _shop(tmp_path, "mollie", reversals="purchase")
    await post(shop, "mollie", _of_a_guest(_mollie(SIZES[-1])[0]), {})
    amount = {"value": SIZES[-1], "currency": "EUR"}
    for state in ("refunded", "failed"):
        body = _mollie(SIZES[-1])[0]
        payment = body["_embedded"]["entity"]["id"]
        refund = {"id": "re_1", "paymentId": payment, "amount": amount, "status": state}
        event = {"id": f"event_{state}", "type": f"refund.{state}"}
        await post(shop, "mollie", {**body, **event, "_embedded": {"entity": refund}}, {})

    names = [body["events"][0]["name"] for body in shop.ga4.bodies]
    assert [names, len(_clients(shop))] == [["purchase", "refund", "purchase"], 1]


def _shop(folder: Path, provider: str, **options: str) -> Shop:
    entry = {provider: {"secret": f"file:{folder}/{provider}", **options}}
    return Shop(folder, PAYMENT_PROVIDERS=json.dumps(entry))


def _of_a_guest(body: Json) -> Json:
    """Return an order or a payment without anything that says who bought."""
    entity = body.get("_embedded", {}).get("entity", body)
    for name in ("customer", "customer_id", "customerId", "subscriptionId"):
        entity.pop(name, None)
    for name in ("metadata", "meta_data", "note_attributes"):
        entity[name] = {} if name == "metadata" else []
    return body


def _clients(shop: Shop) -> set[str]:
    return {body["client_id"] for body in shop.ga4.bodies}
