"""A unit of work: what is read once, and one commit of all that follows from it.

An event's whole decision rests on documents that were read together, and what it remembers is
committed together, on condition that they are as they were read. Who comes too late begins again.
"""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Protocol, TypeVar

import msgspec

from shared.deadline import give_up_at
from shared.errors import UnavailableError
from shared.stores.document import Change, ConflictError, Database, Document, Fields, Name

T = TypeVar("T")

_FIRST_PAUSE_SECONDS: Final = 0.005
_LONGEST_PAUSE_SECONDS: Final = 0.5
_PENDING: Final = object()
"""The version of a document that this unit makes."""


def random_name() -> str:
    """Return a name that nobody can guess and nothing else has."""
    return os.urandom(16).hex()


class Act(msgspec.Struct, frozen=True):
    """One piece of work, however often it begins again.

    Attributes:
        name: As `random_name`: who finds it in a document knows its own commit, of which only the
            answer was lost.
        memory: What one try tells the next, under a document's name.
    """

    name: str = msgspec.field(default_factory=random_name)
    memory: dict[str, Any] = msgspec.field(default_factory=dict)


class Seen(msgspec.Struct):
    """A document as its holder saw it last: what spares a read before the next write."""

    document: Document


class Unit:
    """Documents as they were read, and as they will be.

    Args:
        database: Where they are.
        act: What is being done.
    """

    def __init__(self, database: Database, act: Act) -> None:
        self.act = act
        self._database = database
        self._read: dict[Name, Document] = {}
        self._changed: dict[Name, Fields | None] = {}
        self._watched: dict[Name, Seen] = {}
        self._after: list[Callable[[], None]] = []

    async def load(self, names: Sequence[Name]) -> None:
        """Read what is not read yet, in one round trip."""
        missing = [name for name in dict.fromkeys(names) if name not in self._read]
        if missing:
            found = await self._database.read(missing)
            self._read.update(zip(missing, found, strict=True))

    async def read(self, collection: str, names: Sequence[str]) -> list[Document]:
        """Return documents in the order of their names, with what this unit has changed.

        Those that are not there are returned too, without a version.
        """
        found = []
        for name in names:
            whole = (collection, name)
            if whole not in self._read:
                await self.load([(collection, each) for each in names])
            was = self._read[whole]
            found.append(self._current(was) if whole in self._changed else was)
        return found

    def know(self, document: Document) -> None:
        """Take a document for read. If it is no longer so, the commit will say."""
        self._read.setdefault((document.collection, document.name), document)

    def write(self, document: Document, fields: Fields | None) -> None:
        """Say what a document that was read will hold: all of it; None deletes it."""
        self._changed[document.collection, document.name] = fields

    def is_changed(self, document: Document) -> bool:
        """Return whether this unit writes a document anyway."""
        return (document.collection, document.name) in self._changed

    def watch(self, seen: Seen) -> None:
        """Show a holder of a document what it has become, once that is committed."""
        self._watched[seen.document.collection, seen.document.name] = seen

    def then(self, do: Callable[[], None]) -> None:
        """Do something once all this is committed; not where it begins again."""
        self._after.append(do)

    async def commit(self) -> None:
        """Make everything as it will be, in one round trip; none where nothing changes.

        Raises:
            ConflictError: A document that changes is no longer as it was read.
        """
        changes = []
        for name, fields in self._changed.items():
            was = self._read[name]
            # Neither what holds the same as before, nor the end of what never was.
            if was.fields != fields if was.version is not None else fields is not None:
                changes.append(Change(was, fields))
        versions = await self._database.commit(changes) if changes else []
        for change, version in zip(changes, versions, strict=True):
            name = (change.document.collection, change.document.name)
            if name in self._watched and change.fields is not None:
                self._watched[name].document = Document(*name, change.fields, version)
        for do in self._after:
            do()

    def _current(self, was: Document) -> Document:
        fields = self._changed[was.collection, was.name]
        if fields is None:
            return Document(was.collection, was.name)
        return Document(was.collection, was.name, fields, was.version or _PENDING)


class Run(Protocol):
    """Does a piece of work in a unit: one of its own, committed then, or one that others share."""

    async def __call__(self, work: Callable[[Unit], Awaitable[T]], /) -> T:
        """Return what the work returns.

        Raises:
            UnavailableError: The store is out of reach, or too many want the same document.
        """
        ...


class Within(msgspec.Struct, frozen=True):
    """Does work in a unit that others share; the one that made it commits it.

    Attributes:
        unit: The unit.
    """

    unit: Unit

    async def __call__(self, work: Callable[[Unit], Awaitable[T]], /) -> T:
        """See `Run`."""
        return await work(self.unit)


class Alone(msgspec.Struct, frozen=True):
    """Does each work in a unit of its own, and again until nobody else gets in between.

    Attributes:
        database: Where the documents are.
    """

    database: Database

    async def __call__(self, work: Callable[[Unit], Awaitable[T]], /) -> T:
        """See `Run`.

        Args:
            work: Reads and decides; it begins again, in a new unit, after a conflict.
        """
        act, clock = Act(), asyncio.get_running_loop().time
        pause, until = _FIRST_PAUSE_SECONDS, None
        while True:
            unit = Unit(self.database, act)
            try:
                result = await work(unit)
                await unit.commit()
            except ConflictError:
                until = until or give_up_at(self.database.patience_seconds)
                if clock() + pause >= until:
                    raise UnavailableError("STORE: too many want the same document") from None
                await asyncio.sleep(random.uniform(0, pause))  # noqa: S311 - jitter
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            else:
                return result
