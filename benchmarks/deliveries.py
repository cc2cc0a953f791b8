"""Signed deliveries made in advance: paid orders, and what each other function is sent first."""

import json
import time
from collections.abc import Mapping
from typing import Final

from benchmarks.session import UNREAD
from tools.changed import replace
from tools.traffic.kinds import make
from tools.traffic.request import Request
from tools.traffic.sales import Visit, plain_visit

SECRET: Final = "whsec_benchmark"
CAPTURE_SECRET: Final = "whsec_Y2FwdHVyZS1zZWNyZXQtb2YtdGhlLWJlbmNobWFyaw=="
COSTS: Final = "item_id,unit_cost,currency\nmug,4.00,EUR\n"
"""The catalogue of `data_enrichment`."""

_MARK: Final = "ORDERxNUMBER"
_KINDS: Final[Mapping[str, str]] = {
    "subscription_renewal": "renewal",
    "data_enrichment": "enrichment",
    "offline_event": "sale",
    "context_capture": "capture",
}


class Deliveries:
    """Makes deliveries; no two are of the same order."""

    def __init__(self) -> None:
        self._made = 0
        now = int(time.time())
        self._paid = make("stripe.checkout", _MARK, visit=_visit(now), now=now)
        event = json.loads(self._paid.body)
        event["id"] = f"evt_{_MARK}"
        event["data"]["object"] |= UNREAD
        self._template = json.dumps(event, indent=2).encode()

    def make(self, count: int) -> list[Request]:
        """Make deliveries, signed now."""
        now = int(time.time())
        return [self._next(now) for _ in range(count)]

    def first(self, function: str) -> Request:
        """Make what a function is sent first: the webhook a paid order, each other its own kind."""
        now = int(time.time())
        if (kind := _KINDS.get(function)) is None:
            return self._next(now)
        return make(kind, "first", visit=_visit(now), now=now).signed(CAPTURE_SECRET, now=now)

    def _next(self, now: int) -> Request:
        self._made += 1
        body = self._template.replace(_MARK.encode(), b"Nr%010d" % self._made)
        return replace(self._paid, body=body).signed(SECRET, now=now)


def _visit(now: int) -> Visit:
    return plain_visit("1170316824.1700000000", now - 60, now - 30, "granted")
