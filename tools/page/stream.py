"""What one open page is sent: the newest rows, and then whatever changes, some times a second."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import msgspec

from tools.page.journal import Journal

MOST_SHOWN: Final = 500
"""So many rows stand in the page's document."""

_BATCH_SECONDS: Final = 0.1
_TOTALS_SECONDS: Final = 0.5
_SILENCE_SECONDS: Final = 15.0
_SILENCE: Final = b": still here\n\n"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; see `Row.matches`.

    Attributes:
        order: Part of an order's or event's id, in any letters.
        provider: A provider; empty: any.
        outcome: An outcome; empty: any.
    """

    order: str = ""
    provider: str = ""
    outcome: str = ""

    def filter(self) -> dict[str, str]:
        """The same as arguments of `Journal.rows` and `Row.matches`."""
        return {
            "order": self.order.strip().lower(),
            "provider": self.provider,
            "outcome": self.outcome,
        }


class Stream:
    """The messages of one open page. It watches the journal while they are asked for.

    Args:
        journal: Where the rows are.
        wanted: Which of them.
        state: What else the page shows, as JSON.
    """

    def __init__(self, journal: Journal, wanted: Wanted, state: Callable[[], Any]) -> None:
        self._journal = journal
        self._filter = wanted.filter()
        self._state = state
        self._wake = asyncio.Event()
        self._changed: dict[str, None] = {}
        self._is_new = True

    def changed(self, row: str) -> None:
        """See `Watcher.changed`."""
        self._changed[row] = None
        if len(self._changed) > self._journal.most:
            self._changed, self._is_new = {}, True  # a reader so slow begins again
        self._wake.set()

    def forgotten(self) -> None:
        """See `Watcher.forgotten`."""
        self._changed, self._is_new = {}, True
        self._wake.set()

    async def messages(self) -> AsyncGenerator[bytes, None]:
        """Yield messages of a `text/event-stream`, for ever."""
        self._journal.watchers.add(self)
        totals, totals_at, spoke_at = b"", 0.0, 0.0
        try:
            while True:
                now = time.monotonic()
                if self._is_new or self._changed:
                    yield _message("rows", msgspec.json.encode(self._rows()))
                    spoke_at = now
                if now - totals_at >= _TOTALS_SECONDS:
                    totals_at, latest = now, msgspec.json.encode(self._totals())
                    if latest != totals:
                        totals, spoke_at = latest, now
                        yield _message("totals", totals)
                if now - spoke_at >= _SILENCE_SECONDS:
                    spoke_at = now
                    yield _SILENCE
                await self._pause()
        finally:
            self._journal.watchers.discard(self)

    async def _pause(self) -> None:
        """Wait for a change, no longer than the totals may be old; and for what comes with it."""
        try:
            await asyncio.wait_for(self._wake.wait(), _TOTALS_SECONDS)
            await asyncio.sleep(_BATCH_SECONDS)
        except TimeoutError:
            return
        self._wake.clear()

    def _rows(self) -> dict[str, Any]:
        """The newest rows that are wanted, or those that changed and the ids of those gone."""
        if self._is_new:
            self._is_new, self._changed = False, {}
            rows = list(islice(self._journal.rows(**self._filter), MOST_SHOWN))
            return {"all": True, "rows": [row.shown() for row in reversed(rows)], "gone": []}
        changed, self._changed = self._changed, {}
        found = {name: self._journal.find(name) for name in changed}
        rows = [row for row in found.values() if row is not None and row.matches(**self._filter)]
        shown = {row.id for row in rows}
        rows.sort(key=lambda row: row.number)
        return {
            "all": False,
            "rows": [row.shown() for row in rows[-MOST_SHOWN:]],
            "gone": [name for name in found if name not in shown],
        }

    def _totals(self) -> dict[str, Any]:
        journal = self._journal
        matching = len(journal)
        if any(self._filter.values()):
            matching = sum(1 for _ in journal.rows(**self._filter))
        return {
            **journal.totals.shown(time.time()),
            "kept": len(journal),
            "matching": matching,
            "alone": not journal.follows,
            **journal.choices(),
            **self._state(),
        }


def _message(event: str, document: bytes) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (event.encode(), document)
