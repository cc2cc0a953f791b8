"""What goes wrong with a store, and where: a seam around it that only tests have."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from shared.errors import UnavailableError
from shared.stores.document import Change, ConflictError, Database, Document, Name
from shared.stores.stores import Stores
from tests.support.moments import moments_of
from tools.changed import replace

Hook = Callable[[str], Awaitable[None]]
"""Is told `before load`, `after load`, `before begin` and so on, and may fail, wait, or end the
process."""


class KilledError(BaseException):
    """The process is gone: nothing of ours catches this, so nothing is given back."""


class _Seam:
    """A database that calls a hook before and after each read and commit."""

    def __init__(self, inner: Database, hook: Hook) -> None:
        self._inner = inner
        self._hook = hook

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a database has
        """Return what does not go wrong."""
        return getattr(self._inner, name)

    async def read(self, names: Sequence[Name]) -> list[Document]:
        """Read, with the hook around it."""
        await self._hook("before load")
        documents = await self._inner.read(names)
        await self._hook("after load")
        return documents

    async def commit(self, changes: Sequence[Change]) -> list[Any]:
        """Commit, with the hook around it."""
        (moment, *_) = moments_of(changes)
        await self._hook(f"before {moment}")
        versions = await self._inner.commit(changes)
        await self._hook(f"after {moment}")
        return versions


def with_faults(stores: Stores, hook: Hook) -> Stores:
    """Return stores that go wrong as a hook says."""
    return replace(stores, database=cast("Database", _Seam(stores.database, hook)))


async def healthy(moment: str) -> None:
    """Do no harm."""


def killed(at: str) -> Hook:
    """Return what ends the process at a moment."""

    async def hook(moment: str) -> None:
        if moment == at:
            raise KilledError(at)

    return hook


def down(*moments: str) -> Hook:
    """Return a store that is out of reach, at these moments or, where none is given, at all."""

    async def hook(moment: str) -> None:
        if moment in moments or (not moments and moment.startswith("before")):
            raise UnavailableError(f"STORE: away {moment}")

    return hook


def down_from(first: str) -> Hook:
    """Return a store that goes away at a moment and stays away."""
    away = False

    async def hook(moment: str) -> None:
        nonlocal away
        away = away or moment == first
        if away:
            raise UnavailableError(f"STORE: away {moment}")

    return hook


def flapping(moments: Sequence[str]) -> Hook:
    """Return a store of which every other operation fails, beginning with the first of these."""
    seen = 0

    async def hook(moment: str) -> None:
        nonlocal seen
        if moment in moments:
            seen += 1
            if seen % 2:
                raise UnavailableError(f"STORE: away {moment}")

    return hook


def slow(seconds: float, *moments: str) -> Hook:
    """Return a store that takes its time, at these moments or, where none is given, always."""

    async def hook(moment: str) -> None:
        if moment in moments or (not moments and moment.startswith("before")):
            await asyncio.sleep(seconds)

    return hook


def lost_then_away() -> Hook:
    """Return a store that makes the begin, loses its answer, and is away for the next read."""
    left = ["after begin", "before load"]

    async def hook(moment: str) -> None:
        if left and moment == left[0]:
            left.pop(0)
            raise UnavailableError("STORE: away") if moment == "before load" else ConflictError

    return hook


def overtaken(*moments: str) -> Hook:
    """Return a store at which somebody else comes in between, once at each of these moments.

    After a commit that is one that was made and whose answer was lost, as Firestore's own client
    finds it when it makes the same commit once more.
    """
    left = list(moments)

    async def hook(moment: str) -> None:
        if moment in left:
            left.remove(moment)
            raise ConflictError

    return hook
