"""The time that `--from` and `--to` name."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from shared.reconciliation.span import CHARGEBEE_KEPT, KEPT, SHOPIFY_KEPT, Span
from shared.stores.retention import Retention
from tools.errors import UsageError


@dataclass(frozen=True, slots=True)
class Memory:
    """How far back there is something to compare.

    Attributes:
        whose: Who remembers, and what, in words.
        kept: For how long.
        listed_after: How long something may take to be listed: what is younger is not compared.
    """

    whose: str
    kept: timedelta
    listed_after: timedelta = timedelta(0)


STRIPES: Final = Memory("Stripe keeps events", KEPT)
SHOPIFYS: Final = Memory("Shopify shows orders", SHOPIFY_KEPT)
CHARGEBEES: Final = Memory("Chargebee keeps events", CHARGEBEE_KEPT)


def ledgers(retention: Retention) -> Memory:
    """Return how far back the ledger goes."""
    return Memory("the ledger keeps entries", retention.ledger)


def read_span(start: str, end: str | None, memory: Memory, *, now: datetime) -> Span:
    """Return the span that `--from` and `--to` name.

    Args:
        start: A day (its midnight, UTC) or a time with its zone.
        end: The same; None is now.
        memory: How far back there is something to compare.
        now: The current time, UTC.

    Raises:
        UsageError: A text is no time, or nobody remembers it.
    """
    first = _moment("--from", start)
    complete = now - memory.listed_after
    last = complete if end is None else min(_moment("--to", end), complete)
    if first < now and first >= complete:
        hours = memory.listed_after.total_seconds() / 3600
        raise UsageError(f"--from: what happened is listed only after up to {hours:.0f} hours")
    if first >= last:
        raise UsageError("--from is not before --to and now")
    if now - first > memory.kept:
        raise UsageError(f"--from: {memory.whose} for {memory.kept.days} days")
    return Span(first, last)


def _moment(option: str, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} takes a day or a time such as 2026-11-23T12:00:00Z") from None
    if found.tzinfo is None:
        if len(text) > len("2026-11-23"):
            raise UsageError(f"{option}: a time needs its zone, such as 2026-11-23T12:00:00Z")
        found = found.replace(tzinfo=UTC)
    return found.astimezone(UTC)
