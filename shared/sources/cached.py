"""Rows of a distant place, kept for a while: what is known, and what is not."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from shared.sources.protocol import Row, Source

KEEP_SECONDS: Final = 300.0
MAX_KEYS: Final = 20_000


class Cached:
    """Keeps the rows of the keys asked for last.

    Args:
        source: The distant place.
        clock: Monotonic seconds.
        most: How many keys are kept at most.
    """

    def __init__(self, source: Source, clock: Callable[[], float], *, most: int = MAX_KEYS) -> None:
        self._source = source
        self._clock = clock
        self._most = most
        self._kept: OrderedDict[str, tuple[float, Sequence[Row]]] = OrderedDict()

    async def rows(self, keys: Sequence[str]) -> Mapping[str, Sequence[Row]]:
        """Return the rows of each key, at most five minutes old. Raises as `Source.rows`."""
        now = self._clock()
        fresh = {
            key: kept[1]
            for key in keys
            if (kept := self._kept.get(key)) is not None and now - kept[0] < KEEP_SECONDS
        }
        missing = [key for key in dict.fromkeys(keys) if key not in fresh]
        if missing:
            found = await self._source.rows(missing)
            for key in missing:
                rows = found.get(key, ())
                fresh[key] = rows
                self._kept[key] = (now, rows)
                self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return fresh

    async def close(self) -> None:
        """Let go of the place and of what is kept."""
        self._kept.clear()
        await self._source.close()
