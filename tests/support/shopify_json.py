"""Shopify's orders and refunds of the tests' time."""

import json
from typing import Any, Final

from shared.webhooks.delivery import VerifiedDelivery
from tools.traffic import shopify_objects
from tools.traffic.request import Json
from tools.traffic.shopify_objects import line, money_set, moved, refund_line

__all__ = [
    "HEADERS",
    "Json",
    "inclusive",
    "line",
    "money_set",
    "moved",
    "order",
    "refund",
    "refund_line",
    "verified",
]

HEADERS = (
    ("x-shopify-topic", "orders/paid"),
    ("x-shopify-event-id", "ev-1"),
    ("x-shopify-webhook-id", "wh-1"),
    ("x-shopify-triggered-at", "2026-11-23T11:59:57.877041743Z"),
)


_PROCESSED: Final = "2026-11-23T12:59:50+01:00"


def order(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return an order of ten seconds ago; `fields` differ."""
    times = {"processed_at": _PROCESSED, "created_at": "2026-11-23T12:59:52+01:00"}
    return shopify_objects.order(**{**times, **fields})


def inclusive(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return the same order in a shop whose prices contain the tax.

    Args:
        fields: What is different.
    """
    given = {
        "taxes_included": True,
        "subtotal_price": "21.60",
        "total_shipping_price_set": money_set("6.00"),
        "shipping_lines": [{"price": "6.00", "tax_lines": [{"price": "1.00"}]}],
        "line_items": [line(price="12.00", discount_allocations=[{"amount": "2.40"}])],
    }
    return order(**{**given, **fields})


def refund(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a refund of ten seconds ago; `fields` differ."""
    times = {"processed_at": _PROCESSED, "created_at": _PROCESSED}
    return shopify_objects.refund(**{**times, **fields})


def verified(document: object, topic: str = "orders/paid") -> VerifiedDelivery:
    """Return a delivery whose signature was already checked."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return VerifiedDelivery("shopify", body, (("x-shopify-topic", topic), *HEADERS[1:]))
