"""Counts what a process asks of its store: at the door, where each request passes once."""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from shared.stores.firestore.database import FirestoreDatabase
from shared.stores.sqlite.database import SqliteDatabase
from shared.stores.unit import Alone

ROUND_TRIPS: Final = "round trips"
READ: Final = "documents read"
WRITTEN: Final = "documents written"
CONFLICTS: Final = "conflicts"
WAITED: Final = "seconds waited"
COUNTED: Final = (ROUND_TRIPS, READ, WRITTEN, CONFLICTS, WAITED)
"""What is counted. A round trip of SQLite's is a transaction. A conflict is a change that had to
begin again, and what was waited lies between its first try and its last."""

Count = Callable[[str, float], None]
Method = Callable[..., Awaitable[Any]]


@contextmanager
def counted(count: Count) -> Iterator[None]:
    """Count what both stores of this process are asked for as long as the block runs.

    Args:
        count: Called with one of `COUNTED`, and how much more of it there is.
    """
    wrapped: tuple[tuple[type, str, Callable[[Method], Method]], ...] = (
        (FirestoreDatabase, "read", _trip(count, READ)),
        (FirestoreDatabase, "query", _trip(count, READ)),
        (FirestoreDatabase, "commit", _trip(count, WRITTEN)),
        (SqliteDatabase, "read", _trip(count, READ)),
        (SqliteDatabase, "ask", _trip(count, READ)),
        (SqliteDatabase, "commit", _trip(count, WRITTEN)),
        (SqliteDatabase, "_patiently", _tries(count)),
        (Alone, "__call__", _tries(count)),
    )
    inner = [getattr(kind, name) for kind, name, _ in wrapped]
    for (kind, name, wrap), method in zip(wrapped, inner, strict=True):
        setattr(kind, name, wrap(method))
    try:
        yield
    finally:
        for (kind, name, _), method in zip(wrapped, inner, strict=True):
            setattr(kind, name, method)


def _trip(count: Count, what: str) -> Callable[[Method], Method]:
    def wrap(method: Method) -> Method:
        async def run(self: object, *asked: object) -> Any:  # noqa: ANN401 - any method
            count(ROUND_TRIPS, 1)
            found = await method(self, *asked)
            count(what, len(found))
            return found

        return run

    return wrap


def _tries(count: Count) -> Callable[[Method], Method]:
    def wrap(method: Method) -> Method:
        async def run(self: object, work: Callable[..., Any]) -> Any:  # noqa: ANN401 - any method
            began: list[float] = []

            def tried(*given: object) -> Any:  # noqa: ANN401 - what `work` returns
                began.append(time.perf_counter())
                return work(*given)

            try:
                return await method(self, tried)
            finally:
                if len(began) > 1:
                    count(CONFLICTS, len(began) - 1)
                    count(WAITED, began[-1] - began[0])

        return run

    return wrap
