"""What a shop's own systems send: billing events, orders to enrich, server events.

Each with a usual value for everything but its time and its browser. Whoever makes one gives those,
and whatever else is to differ, as fields.
"""

from typing import Any, Final

from tools.traffic.request import Json

_ITEM: Final = {"item_id": "sku_1", "item_name": "Mug", "price": "9.00", "quantity": 2}


def billing_event(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a purchase of 27.60 EUR: 18.00 of goods, 4.60 of tax, 5.00 of shipping.

    Args:
        fields: What is different.
    """
    return {
        "schema": "billing-event/1",
        "event_id": "bev_1",
        "type": "purchase",
        "provider": "internal",
        "transaction_id": "ORD-9",
        "money": {"currency": "EUR", "total": "27.60", "tax": "4.60", "shipping": "5.00"},
        "items": [_ITEM],
        "customer_id": "cust_1",
        **fields,
    }


def renewal(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return the renewal of a subscription, of the same money.

    Args:
        fields: What is different.
    """
    usual = {
        "event_id": "bev_2",
        "type": "subscription.renewed",
        "transaction_id": "INV-2",
        "subscription_id": "sub_1",
        "renewal_number": 7,
    }
    return billing_event(**{**usual, **fields})


def refund(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a refund of 10.80 EUR of the purchase.

    Args:
        fields: What is different.
    """
    usual = {
        "event_id": "bev_3",
        "type": "refund",
        "transaction_id": None,
        "original_transaction_id": "ORD-9",
        "money": {"currency": "EUR", "total": "10.80"},
        "items": None,
    }
    return billing_event(**{**usual, **fields})


def server_event(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a lead.

    Args:
        fields: What is different.
    """
    return {
        "schema": "server-event/1",
        "event_id": "sev_1",
        "name": "generate_lead",
        "money": {"currency": "EUR", "total": "500.00"},
        "params": {"lead_source": "phone"},
        "references": ["L-77"],
        **fields,
    }


def kiosk_sale(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a sale at a kiosk, whose buyer nobody knows.

    Args:
        fields: What is different.
    """
    usual = {
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
    }
    return server_event(**{**usual, **fields})


def enrichment(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return an order of 21 EUR that is to be enriched.

    Args:
        fields: What is different.
    """
    return {
        "schema": "order-enrichment/1",
        "event_id": "evt_1",
        "transaction_id": "ORD-9",
        "currency": "EUR",
        "items": [
            {"item_id": "mug", "quantity": 2, "price": "9.00"},
            {"item_id": "tea", "quantity": "1", "price": "3.00"},
        ],
        "customer_ref": "cust_1",
        **fields,
    }
