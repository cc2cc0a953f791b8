"""Server events and enrichment orders, as their senders publish them."""

from typing import Any

from tests.support.builders import CLIENT_ID, SESSION_ID

Json = dict[str, Any]


def server_event(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a lead of a browser's, in its session.

    Args:
        fields: What is different.
    """
    return {
        "schema": "server-event/1",
        "event_id": "sev_1",
        "occurred_at": "2026-11-23T11:59:55Z",
        "name": "generate_lead",
        "money": {"currency": "EUR", "total": "500.00"},
        "params": {"lead_source": "phone"},
        "analytics": {"client_id": CLIENT_ID, "session_id": SESSION_ID, "session_number": 3},
        "references": ["L-77"],
        **fields,
    }


def kiosk_sale(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a sale at a kiosk, whose buyer nobody knows.

    Args:
        fields: What is different.
    """
    return server_event(
        **{
            "event_id": "sev_2",
            "name": "purchase",
            "transaction_id": "KIOSK-1",
            "money": {"currency": "EUR", "total": "12.00", "tax": "2.00"},
            "items": [{"item_id": "mug", "price": "10.00", "item_brand": "Clay"}],
            "params": None,
            "analytics": None,
            "references": [],
            "device_id": "kiosk-7",
            "device": {"category": "smart tv", "brand": "Elo"},
            "user_location": {"country_id": "DE", "region_id": "DE-BE", "city": "Berlin"},
            **fields,
        }
    )


def enrichment(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return an order of 21 EUR that is to be enriched.

    Args:
        fields: What is different.
    """
    return {
        "schema": "order-enrichment/1",
        "event_id": "evt_1",
        "occurred_at": "2026-11-23T11:59:55Z",
        "transaction_id": "ORD-9",
        "currency": "EUR",
        "items": [
            {"item_id": "mug", "quantity": 2, "price": "9.00"},
            {"item_id": "tea", "quantity": "1", "price": "3.00"},
        ],
        "customer_ref": "cust_1",
        "analytics": {"client_id": CLIENT_ID},
        **fields,
    }
