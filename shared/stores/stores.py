"""Everything that is remembered, in one store."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TypeVar

import msgspec

from shared.changed import replace
from shared.stores.accepted import AcceptedEvents
from shared.stores.contexts import Contexts
from shared.stores.document import LEDGER, REFERENCES, Database
from shared.stores.ledger import Ledger
from shared.stores.orders import Orders
from shared.stores.reference import hashed
from shared.stores.retention import KEPT, STATUS_AFTER, Retention
from shared.stores.unit import Alone, Run, Unit, Within

T = TypeVar("T")


def utc_now() -> datetime:
    """Return the current time, UTC."""
    return datetime.now(UTC)


class Stores(msgspec.Struct, frozen=True, dict=True):
    """Everything that is remembered.

    What is asked of `ledger`, `orders` and `contexts` is read and committed by itself; within
    `together`, with all else that is asked there.

    Attributes:
        database: Where it is.
        clock: The current time, UTC: what has expired is not there.
        retention: How long what is written is kept.
        status_after: How long after a sink took an event its status is looked up first.
        unit: The unit of work that everything belongs to; None where each does by itself.
    """

    database: Database
    clock: Callable[[], datetime] = utc_now
    retention: Retention = KEPT
    status_after: timedelta = STATUS_AFTER
    unit: Unit | None = None

    @cached_property
    def run(self) -> Run:
        """In which unit of work things are done."""
        return Alone(self.database) if self.unit is None else Within(self.unit)

    @property
    def alone(self) -> "Stores":
        """The same, each thing by itself: what others change meanwhile is seen."""
        return replace(self, unit=None)

    @cached_property
    def ledger(self) -> Ledger:
        """Which events were sent."""
        return Ledger(self.database, self.run, self.clock, self.retention.ledger, self.status_after)

    @cached_property
    def accepted(self) -> AcceptedEvents:
        """Which events a sink took and has not said the end of."""
        return AcceptedEvents(self.database, self.run, self.retention.ledger)

    @cached_property
    def orders(self) -> Orders:
        """What purchases leave behind."""
        return Orders(self.run, self.clock, self.retention.orders)

    @cached_property
    def contexts(self) -> Contexts:
        """Whose they are."""
        return Contexts(self.database, self.run, self.clock, self.retention.orders)

    async def together(self, work: Callable[["Stores"], Awaitable[T]]) -> T:
        """Do several things as one: what they ask for is read once, what they change is one commit.

        Args:
            work: Is given these stores. Nothing it changes is there before all of it is; where
                somebody else came in between it begins again, so it does nothing else.

        Raises:
            UnavailableError: The store is out of reach, or too many want the same documents.
        """
        return await self.run(lambda unit: work(replace(self, unit=unit)))

    async def then(self, do: Callable[[], None]) -> None:
        """Do something once all that was changed here is there: say so in the log, for example."""

        async def later(unit: Unit) -> None:
            unit.then(do)

        await self.run(later)

    async def load(self, keys: Sequence[str], references: Sequence[str]) -> None:
        """Read what will be asked for, in one round trip.

        Args:
            keys: The ledger's.
            references: Under which orders and contexts may stand, without their scopes.
        """
        wanted = [(LEDGER, key) for key in keys]
        wanted += [(REFERENCES, name) for name in hashed(references)]
        await self.run(lambda unit: unit.load(wanted))

    async def close(self) -> None:
        """Let go of the store."""
        await self.database.close()
