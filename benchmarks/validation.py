"""How many payloads a second are held against GA4's rules, on one core."""

import json
import statistics
import time
from datetime import UTC, datetime
from typing import Any, Final

from shared.ga4.findings import Level
from shared.ga4.validation import validate

TARGET: Final = 30_000
"""Validations a second, for a typical purchase."""

_NOW: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
_SESSION: Final = 1_795_434_000  # twenty minutes earlier
_REPEATS: Final = 9
_ROUNDS: Final = 4_000


def purchase(items: int = 5) -> dict[str, Any]:
    """A typical purchase, as the payment webhook sends it."""
    return {
        "client_id": "1170316824.1795433000",
        "user_id": "customer-000482",
        "timestamp_micros": (_SESSION + 600) * 1_000_000,
        "consent": {"ad_user_data": "GRANTED", "ad_personalization": "DENIED"},
        "user_properties": {"membership": {"value": "gold"}},
        "events": [
            {
                "name": "purchase",
                "params": {
                    "transaction_id": "ORD-2026-000123",
                    "currency": "EUR",
                    "value": 139.5,
                    "tax": 26.5,
                    "shipping": 4.9,
                    "coupon": "AUTUMN",
                    "session_id": str(_SESSION),
                    "engagement_time_msec": 1,
                    "page_location": "https://shop.example/checkout/thanks?step=4",
                    "mp_source": "payment_webhook",
                    "mp_attribution": "session",
                    "items": [
                        {
                            "item_id": f"SKU-{number:05}",
                            "item_name": "Enamel mug, half a litre",
                            "item_brand": "Northwind",
                            "item_category": "Kitchen",
                            "item_variant": "blue",
                            "price": 27.9,
                            "quantity": 1,
                        }
                        for number in range(items)
                    ],
                },
            }
        ],
    }


def run() -> dict[str, Any]:
    """Measure.

    Returns:
        The median of validations a second, the slowest and fastest of the repeats, and the target.

    Raises:
        RuntimeError: If the payload is not one that passes: a failing one would be another measure.
    """
    payload = purchase()
    size = len(json.dumps(payload, separators=(",", ":")))
    findings = validate(payload, now=_NOW, size_bytes=size)
    if any(finding.level is Level.ERROR for finding in findings):
        raise RuntimeError(f"the measured payload has errors: {findings}")
    rates = sorted(_rate(payload, size) for _ in range(_REPEATS))
    return {
        "name": "validation of a purchase with 5 items",
        "unit": "validations/s on one core",
        "median": round(statistics.median(rates)),
        "slowest": round(rates[0]),
        "fastest": round(rates[-1]),
        "target": TARGET,
        "payload_bytes": size,
        "findings": len(findings),
    }


def _rate(payload: dict[str, Any], size: int) -> float:
    # The process's own time: the core may be shared with others.
    started = time.process_time()
    for _ in range(_ROUNDS):
        validate(payload, now=_NOW, size_bytes=size)
    return _ROUNDS / (time.process_time() - started)


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
