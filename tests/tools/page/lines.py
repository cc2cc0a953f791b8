"""Log lines as functions write them, and a journal that hears them."""

import json
from datetime import UTC, datetime
from itertools import count
from typing import Any

from shared.observability import log
from shared.observability.log import LogFields, Severity
from tools.events import CollectedEvent
from tools.page.journal import Journal

AT = 1_795_000_000.0
_NUMBERS = count(1)


class Watching:
    """Notes what it is called with.

    Attributes:
        rows: The ids of rows that changed.
        times_forgotten: How many times all was forgotten.
    """

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.times_forgotten = 0

    def changed(self, row: str) -> None:
        """Note the row."""
        self.rows.append(row)

    def forgotten(self) -> None:
        """Note that all is forgotten."""
        self.times_forgotten += 1


def line(event: str, **fields: Any) -> bytes:  # noqa: ANN401 - LogFields
    """Return a line exactly as `log` writes it."""
    written: list[bytes] = []
    before, log.OUTPUTS[:] = list(log.OUTPUTS), [written.append]
    try:
        log.log(event, Severity.INFO, **LogFields(**fields))  # type: ignore[typeddict-item]
    finally:
        log.OUTPUTS[:] = before
    return written[0].removesuffix(b"\n")


def delivered(order: str, **fields: Any) -> list[bytes]:  # noqa: ANN401 - LogFields
    """Return the lines of a delivery that became a purchase; `fields` differ in both."""
    both = {
        "delivery": f"abc-{next(_NUMBERS)}",
        "provider": "stripe",
        "event_type": "checkout.session.completed",
        "source_event": f"evt_{order}",
        "outcome": "delivered",
        **fields,
    }
    event = {
        "name": "purchase",
        "transaction_id": order,
        "entry": f"entry-{order}",
        "attribution": "session",
        "consent": "granted",
    }
    return [
        line("event", **{**event, **both}),
        line("request", **both, function="payment_webhook", status=200, duration_ms=2.5),
    ]


def refused(outcome: str, status: int, **fields: Any) -> bytes:  # noqa: ANN401 - LogFields
    """Return the line of a request that ended in an error."""
    usual = {"delivery": f"abc-{next(_NUMBERS)}", "function": "payment_webhook", "duration_ms": 1.0}
    return line("request", **{**usual, "outcome": outcome, "status": status, **fields})


def collected(*events: object, at: float = AT) -> CollectedEvent:
    """Return a request to GA4."""
    return CollectedEvent.of(
        json.dumps({"client_id": "1170316824.1700000000", "events": list(events)}).encode(),
        received_at=datetime.fromtimestamp(at, UTC),
        path="/mp/collect",
        measurement_id="G-LOCAL00001",
        api_secret="s3cr3t-s3cr3t",
    )


def purchase(order: str, value: float = 18, currency: str = "EUR", **params: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a purchase as GA4 is sent it."""
    given = {"transaction_id": order, "value": value, "currency": currency, **params}
    return {"name": "purchase", "params": given}


def shown(journal: Journal, **wanted: str) -> list[dict[str, Any]]:
    """Return the rows as the page shows them, newest first."""
    return [row.shown() for row in journal.rows(**wanted)]
