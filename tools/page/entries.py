"""The ledger behind the page: read where a log line names an entry, and where a person looks."""

import asyncio
import time
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

from shared.errors import ConnectorError
from shared.stores.entry import Entry
from tools.page.journal import Journal

if TYPE_CHECKING:
    from shared.stores.ledger import Ledger

_PAUSE_SECONDS: Final = 0.1
_PATIENCE_SECONDS: Final = 2.0
_MOST_AT_ONCE: Final = 200


class Entries:
    """Reads entries for a journal.

    Attributes:
        ledger: Where they are; without one there is nothing to read.
        problem: Why the ledger cannot be read just now; empty where it can.
    """

    def __init__(self, journal: Journal) -> None:
        self.ledger: Ledger | None = None
        self.problem = ""
        self._journal = journal

    async def keep_up(self) -> None:
        """Read what the journal wants, some times a second, until cancelled."""
        while True:
            await asyncio.sleep(_PAUSE_SECONDS)
            self._journal.look_for_alone(time.time())
            wanted = list(islice(self._journal.wanted, _MOST_AT_ONCE))
            if not wanted or self.ledger is None:
                continue
            for key in wanted:
                # Before it is read: what is settled meanwhile is wanted again.
                self._journal.wanted.pop(key, None)
            for entry in await self.read(wanted):
                if entry is not None:
                    self._journal.settle(entry)
            if self.problem:
                self._journal.wanted.update(dict.fromkeys(wanted))
                await asyncio.sleep(_PATIENCE_SECONDS)

    async def read(self, keys: Sequence[str]) -> list[Entry | None]:
        """Return entries in the order of their keys; None of those that are not there.

        Where the ledger cannot be read, `problem` says why.
        """
        if self.ledger is None or not keys:
            return [None] * len(keys)
        try:
            found = await self.ledger.find_all(keys)
        except ConnectorError as error:
            self.problem = str(error)
            return [None] * len(keys)
        self.problem = ""
        return found

    async def close(self) -> None:
        """Let go of the ledger."""
        if self.ledger is not None:
            await self.ledger.close()
