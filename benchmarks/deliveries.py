"""Signed deliveries made in advance: every one a paid order of its own."""

import json
import time
from decimal import Decimal
from typing import Final

from benchmarks.first_deliveries import Delivery
from benchmarks.session import UNREAD
from tools.shop import stripe_events
from tools.shop.currency import CURRENCIES
from tools.shop.order import Order
from tools.shop.visit import plain_visit
from tools.signing import stripe_signature

SECRET: Final = "whsec_benchmark"
_MARK: Final = "ORDERxNUMBER"


class Deliveries:
    """Makes deliveries; no two are of the same order."""

    def __init__(self) -> None:
        self._made = 0
        now = int(time.time())
        order = Order(
            currency=next(c for c in CURRENCIES if c.code == "EUR"),
            items=((1000, 2),),
            discount=200,
            shipping=500,
            tax_rate=Decimal("0.2"),
            tax_included=False,
            placed_at=now,
            key=_MARK,
            customer=f"cus_{_MARK}",
            email="buyer@example.com",
            references={"order_id": f"ORDER-{_MARK}"},
            visit=plain_visit("1170316824.1700000000", now - 60, now - 30, "granted"),
        )
        event = json.loads(stripe_events.checkout_completed(order).body)
        event["id"] = f"evt_{_MARK}"
        event["data"]["object"] |= UNREAD
        self._template = json.dumps(event, indent=2).encode()

    def make(self, count: int) -> list[Delivery]:
        """Make deliveries, signed now."""
        now = int(time.time())
        return [self._next(now) for _ in range(count)]

    def _next(self, now: int) -> Delivery:
        self._made += 1
        body = self._template.replace(_MARK.encode(), b"Nr%010d" % self._made)
        signature = stripe_signature(body, [SECRET], timestamp=now)
        return Delivery(body, {"content-type": "application/json", "stripe-signature": signature})
