"""Paddle's events of the tests' time."""

import json
from typing import Any

from shared.webhooks.delivery import VerifiedDelivery
from tools.traffic import paddle_objects
from tools.traffic.paddle_objects import adjustment, totals, transaction
from tools.traffic.request import Json

__all__ = ["Json", "adjustment", "event", "totals", "transaction", "verified"]


def event(
    data: object,
    kind: str = "transaction.completed",
    **fields: Any,  # noqa: ANN401 - JSON
) -> Json:
    """Return an event of five seconds ago around an entity; `fields` differ."""
    when = {"occurred_at": "2026-11-23T11:59:55.123456Z"}
    return paddle_objects.event(data, kind, **{**when, **fields})


def verified(document: object) -> VerifiedDelivery:
    """Return a delivery whose signature was already checked."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return VerifiedDelivery("paddle", body)
