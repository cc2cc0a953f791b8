"""JSON Schemas of the messages, made from their types, each with one example."""

import json
import sys
from pathlib import Path
from typing import Any, Final

import msgspec

from shared.messages.billing_event import BillingEvent
from shared.messages.order_enrichment import OrderEnrichment
from shared.messages.server_event import ServerEvent

FOLDER: Final = Path(__file__).resolve().parent.parent / "shared" / "messages" / "schemas"

_ANALYTICS: Final = {"client_id": "1234567890.1764000000", "consent": {"analytics": "granted"}}
TYPES: Final[dict[str, tuple[type, dict[str, Any]]]] = {
    "billing-event/1": (
        BillingEvent,
        {
            "schema": "billing-event/1",
            "event_id": "evt-2026-11-0042",
            "type": "subscription.renewed",
            "occurred_at": "2026-11-23T11:59:55Z",
            "provider": "internal",
            "transaction_id": "INV-2026-0042",
            "subscription_id": "sub-7",
            "renewal_number": 7,
            "money": {"currency": "EUR", "total": "22.60", "tax": "3.60"},
            "items": [{"item_id": "plan-pro", "item_name": "Pro", "price": "19.00"}],
            "customer_id": "c-77",
            "analytics": _ANALYTICS,
        },
    ),
    "order-enrichment/1": (
        OrderEnrichment,
        {
            "schema": "order-enrichment/1",
            "event_id": "evt-2026-11-0043",
            "occurred_at": "2026-11-23T11:59:55Z",
            "transaction_id": "ORD-9",
            "currency": "EUR",
            "items": [{"item_id": "mug", "quantity": 2, "price": "9.00"}],
            "fees": "0.75",
            "customer_ref": "c-77",
            "analytics": _ANALYTICS,
        },
    ),
    "server-event/1": (
        ServerEvent,
        {
            "schema": "server-event/1",
            "event_id": "crm-2026-11-0044",
            "occurred_at": "2026-11-23T11:59:55Z",
            "name": "close_convert_lead",
            "provider": "crm",
            "money": {"currency": "EUR", "total": "500.00"},
            "params": {"lead_source": "phone"},
            "user_properties": {"tier": "gold"},
            "references": ["L-77"],
            "customer_ref": "c-77",
            "user_location": {"country_id": "DE", "region_id": "DE-BE"},
            "user_data": {"hash": True, "email_address": "jane@example.com"},
        },
    ),
}
"""Schema → its type, and an example that is a message."""


def schema_of(name: str) -> str:
    """Return a message's JSON Schema as its file holds it.

    Args:
        name: e.g. `billing-event/1`.
    """
    shape, example = TYPES[name]
    made = msgspec.json.schema(shape)
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "examples": [example],
        **made,
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def file_of(name: str) -> Path:
    """Return where a message's schema is."""
    return FOLDER / f"{name.replace('/', '-')}.json"


def main() -> int:
    """Write every schema again."""
    for name in TYPES:
        file_of(name).write_text(schema_of(name), encoding="utf-8")
        sys.stdout.write(f"{file_of(name).name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
