"""Paddle's objects and events as a shop's account gets them; the caller says when."""

from typing import Any

from tools.traffic.request import Json


def totals(subtotal: int, discount: int, tax: int, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return totals that add up, as Paddle writes them: strings of minor units."""
    total = str(subtotal - discount + tax)
    return {
        "subtotal": str(subtotal),
        "discount": str(discount),
        "tax": str(tax),
        "total": total,
        **fields,
    }


def transaction(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a completed transaction of 21.60 EUR: 20.00 of goods, 2.00 off, 3.60 of tax.

    Args:
        fields: What is different.
    """
    return {
        "id": "txn_1",
        "status": "completed",
        "origin": "web",
        "currency_code": "EUR",
        "collection_mode": "automatic",
        "subscription_id": None,
        "customer_id": "ctm_1",
        "invoice_id": "inv_1",
        "discount_id": None,
        "custom_data": None,
        "details": {
            "totals": totals(
                2000, 200, 360, grand_total="2160", credit="0", balance="0", currency_code="EUR"
            ),
            "line_items": [
                {
                    "id": "txnitm_1",
                    "price_id": "pri_1",
                    "quantity": 2,
                    "totals": totals(2000, 200, 360),
                    "unit_totals": totals(1000, 100, 180),
                    "product": {"id": "pro_1", "name": "Pro plan"},
                }
            ],
        },
        **fields,
    }


def adjustment(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return an approved refund of 10.80 EUR.

    Args:
        fields: What is different.
    """
    return {
        "id": "adj_1",
        "action": "refund",
        "status": "approved",
        "transaction_id": "txn_1",
        "subscription_id": None,
        "customer_id": "ctm_1",
        "reason": "not wanted",
        "currency_code": "EUR",
        "items": [{"id": "adjitm_1", "item_id": "txnitm_1", "type": "partial"}],
        "totals": {"subtotal": "900", "tax": "180", "total": "1080", "fee": "0", "earnings": "0"},
        **fields,
    }


def event(
    data: object,
    kind: str = "transaction.completed",
    **fields: Any,  # noqa: ANN401 - JSON
) -> Json:
    """Return an event around an entity."""
    return {
        "event_id": "evt_1",
        "event_type": kind,
        "notification_id": "ntf_1",
        "data": data,
        **fields,
    }
