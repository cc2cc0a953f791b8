"""What the ledger in Firestore says of many entries at once: one read per document it looks at.

Every query goes by one field, so none needs a composite index; what else is asked for is filtered
here. That reads more than it returns, once in a while, and costs every claim nothing.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from shared.stores.document import LEDGER, Document
from shared.stores.entry import Entry, State
from shared.stores.ledger_fields import entry
from shared.stores.query import MOST_MENTIONING, RELEASED_AT_ONCE, Query
from shared.stores.stats import Kind, Stats

if TYPE_CHECKING:
    from google.cloud.firestore_v1.async_query import AsyncQuery

_PAGE: Final = 200
_MOST_VALUES: Final = 30
"""Of `array_contains_any`: https://firebase.google.com/docs/firestore/query-data/queries."""

_COUNTED: Final = (
    "state",
    "attribution",
    "context_source",
    "consent_analytics",
    "late_hours",
    "created_at",
    "expires_at",
)


Build = Callable[["AsyncQuery"], "AsyncQuery"]
Ask = Callable[[str, Build], Awaitable[list[Document]]]
"""`FirestoreDatabase.query`."""


async def newest(ask: Ask, query: Query, only: Sequence[str] = ()) -> AsyncIterator[Document]:
    """Yield the entries of a query's time, those that were made last first, page by page.

    Args:
        ask: Asks the database.
        query: Only `since` and `until` are looked at.
        only: The fields that are needed; none for all.
    """
    build = partial(_page, query, only, None)
    while True:
        found = await ask(LEDGER, build)
        for document in found:
            yield document
        if len(found) < _PAGE:
            return
        build = partial(_page, query, only, found[-1])


async def stats(ask: Ask, since: datetime, until: datetime, now: datetime) -> Stats:
    """See `Ledger.stats`."""
    counts: Counter[Kind] = Counter()
    async for document in newest(ask, Query(since=since, until=until), _COUNTED):
        was = document.fields
        if document.alive(now) and was["state"] != State.IGNORED:
            kind = Kind.of(
                was["state"],
                was["attribution"],
                was["context_source"],
                was["consent_analytics"],
                late=was["late_hours"] is not None,
            )
            counts[kind] += 1
    return Stats(dict(counts))


async def withheld(ask: Ask, keys: Sequence[str], now: datetime) -> Sequence[Entry]:
    """See `Database.withheld`."""
    there = [
        document
        for document in await _any_of(ask, _waiting, keys)
        if document.fields["state"] == State.WITHHELD and document.fields["expires_at"] >= now
    ]
    oldest = sorted(there, key=lambda document: (document.fields["created_at"], document.name))
    return [entry(document) for document in oldest[:RELEASED_AT_ONCE]]


async def mentioning(ask: Ask, names: Sequence[str], now: datetime) -> Sequence[Entry]:
    """See `Database.mentioning`."""
    found = await _any_of(ask, _about, names)
    there = [document for document in found if document.alive(now)]
    newest = sorted(
        there, key=lambda document: (document.fields["created_at"], document.name), reverse=True
    )
    return [entry(document) for document in newest[:MOST_MENTIONING]]


async def keeping(ask: Ask, names: Sequence[str], now: datetime, most: int) -> Sequence[Document]:
    """See `Database.keeping`."""
    there = [
        document
        for document in await _any_of(ask, _about, names)
        if document.alive(now)
        and (document.fields["replay"] is not None or document.fields["state"] == State.CLAIMED)
    ]
    there.sort(key=lambda document: (document.fields["created_at"], document.name), reverse=True)
    return there[:most]


async def due(ask: Ask, now: datetime, most: int) -> Sequence[Document]:
    """See `Database.due`."""
    found = await ask(LEDGER, partial(_due, now, most))
    return [
        document
        for document in found
        if document.alive(now) and document.fields["state"] == State.ACCEPTED
    ]


async def _any_of(
    ask: Ask, having: Callable[[Sequence[str], "AsyncQuery"], "AsyncQuery"], values: Sequence[str]
) -> list[Document]:
    """Return the entries whose list has any of some values, each once."""
    found: dict[str, Document] = {}
    for first in range(0, len(values), _MOST_VALUES):
        build = partial(having, values[first : first + _MOST_VALUES])
        found |= {document.name: document for document in await ask(LEDGER, build)}
    return list(found.values())


def _page(
    query: Query, only: Sequence[str], last: Document | None, asked: "AsyncQuery"
) -> "AsyncQuery":
    asked = asked.order_by("created_at", "DESCENDING").order_by("__name__", "DESCENDING")
    if query.since is not None:
        asked = asked.where(filter=_condition("created_at", ">=", query.since))
    if query.until is not None:
        asked = asked.where(filter=_condition("created_at", "<", query.until))
    if only:
        asked = asked.select(only)
    if last is not None:
        place = {"created_at": last.fields["created_at"], "__name__": last.name}
        asked = asked.start_after(place)
    return asked.limit(_PAGE)


def _waiting(some: Sequence[str], asked: "AsyncQuery") -> "AsyncQuery":
    return asked.where(filter=_condition("waits_for", "array_contains_any", list(some)))


def _about(some: Sequence[str], asked: "AsyncQuery") -> "AsyncQuery":
    asked = asked.where(filter=_condition("mentions", "array_contains_any", list(some)))
    return asked.limit(MOST_MENTIONING)


def _due(now: datetime, most: int, asked: "AsyncQuery") -> "AsyncQuery":
    asked = asked.where(filter=_condition("check_at", "<=", now))
    return asked.order_by("check_at").limit(most)


def _condition(field: str, operator: str, value: object) -> Any:  # noqa: ANN401 - Google's
    from google.cloud.firestore_v1.base_query import FieldFilter  # noqa: PLC0415 - import cost

    return FieldFilter(field, operator, value)
