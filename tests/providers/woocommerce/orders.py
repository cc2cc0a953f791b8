"""A paid order of WooCommerce's, as its webhook carries it."""

import json
from typing import Any, Final

from shared.webhooks.delivery import VerifiedDelivery

ORDER: Final[dict[str, Any]] = {
    "id": 1101,
    "status": "processing",
    "currency": "EUR",
    "total": "27.60",
    "total_tax": "4.60",
    "shipping_total": "5.00",
    "date_created_gmt": "2026-11-23T11:50:00",
    "date_modified_gmt": "2026-11-23T11:59:57",
    "date_paid_gmt": "2026-11-23T11:59:55",
    "customer_id": 7,
    "created_via": "checkout",
    "meta_data": [{"id": 1, "key": "ga_client_id", "value": "1234567890.1763900000"}],
    "line_items": [{"id": 1, "name": "Mug", "quantity": 2, "total": "18.00", "sku": "mug"}],
    "refunds": [],
}
TOPIC: Final = {"x-wc-webhook-topic": "order.updated", "x-wc-webhook-delivery-id": "0f3a"}


def order(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return an order of 27.60 EUR with some fields changed."""
    return {**ORDER, **fields}


def delivery(body: object, **headers: str) -> VerifiedDelivery:
    """Return a delivery whose signature was checked."""
    named = {**TOPIC, **{name.replace("_", "-"): text for name, text in headers.items()}}
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return VerifiedDelivery("woocommerce", raw, tuple(named.items()))
