"""One Firestore database: reads and conditional commits, each one round trip.

A commit is atomic over all its documents, and each write holds only as long as its document is as
it was read. Who comes too late reads again. No lock is held over a round trip, as a transaction
of Firestore's would (docs/decisions/0020-firestore-by-preconditions.md).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from shared.deadline import give_up_at
from shared.google_cloud.errors import silence, translate_errors
from shared.stores.document import AT_COMMIT, Change, ConflictError, Document, Fields, Name
from shared.stores.entry import Entry
from shared.stores.firestore import ledger_lists as lists
from shared.stores.ledger_fields import entry
from shared.stores.query import Query
from shared.stores.stats import Stats
from shared.stores.stores import Stores, utc_now

if TYPE_CHECKING:
    from google.api_core.retry import AsyncRetry
    from google.cloud.firestore_v1 import AsyncClient, DocumentSnapshot
    from google.cloud.firestore_v1.async_query import AsyncQuery

_LONGEST_PAUSE_SECONDS: Final = 0.5
_CLIENT: Final = "google.cloud.firestore"


class FirestoreDatabase:
    """A database, reached through Google's own client. Nothing is opened before it is needed.

    Args:
        project: The project's id.
        database: The database's id.
        emulator: `host:port` of Google's emulator: neither TLS nor credentials.
        patience_seconds: How long one change may take, all its tries together.
    """

    def __init__(
        self, project: str, database: str, emulator: str | None, patience_seconds: float
    ) -> None:
        self._project = project
        self._database = database
        self._emulator = emulator
        self._patience_seconds = patience_seconds
        self._client: AsyncClient | None = None

    @property
    def patience_seconds(self) -> float:
        """See `Database.patience_seconds`."""
        return self._patience_seconds

    async def read(self, names: Sequence[Name]) -> list[Document]:
        """See `Database.read`.

        Raises:
            UnavailableError: Firestore is out of reach.
            MisconfiguredError: There is no such database, or this function may not use it.
        """
        found = {}
        async with self._within_patience() as client:
            wanted = [client.collection(collection).document(name) for collection, name in names]
            async for snapshot in client.get_all(
                wanted, retry=self._again(), timeout=self._patience_seconds
            ):
                if snapshot.exists:
                    document = _document(snapshot)
                    found[document.collection, document.name] = document
        return [found.get(name) or Document(*name) for name in names]

    async def commit(self, changes: Sequence[Change]) -> list[datetime]:
        """See `Database.commit`. Raises as `read`, too."""
        from google.api_core import exceptions  # noqa: PLC0415 - import cost

        async with self._within_patience() as client:
            batch = client.batch()
            for change in changes:
                document = change.document
                reference = client.collection(document.collection).document(document.name)
                if document.version is None:
                    batch.create(reference, _stamped(change.fields or {}))
                    continue
                unchanged = client.write_option(last_update_time=document.version)
                if change.fields is None:
                    batch.delete(reference, option=unchanged)
                else:
                    batch.update(reference, _update(document, change.fields), option=unchanged)
            try:
                results = await batch.commit(retry=self._again(), timeout=self._patience_seconds)
            # A missing database is NotFound as well: the read that follows says so again.
            except (exceptions.AlreadyExists, exceptions.FailedPrecondition, exceptions.NotFound):
                raise ConflictError from None
        return [result.update_time for result in results]

    async def query(
        self, collection: str, build: Callable[["AsyncQuery"], "AsyncQuery"]
    ) -> list[Document]:
        """Return the documents a query finds, each with the fields it asks for. Raises as `read`.

        Args:
            collection: One of `COLLECTIONS`.
            build: Makes the query out of that for everything.
        """
        from google.cloud.firestore_v1.async_query import AsyncQuery  # noqa: PLC0415 - import cost

        async with self._within_patience() as client:
            asked = build(AsyncQuery(client.collection(collection)))
            snapshots = asked.stream(retry=self._again(), timeout=self._patience_seconds)
            return [_document(snapshot) async for snapshot in snapshots]

    async def entries(self, query: Query, *, now: datetime) -> AsyncIterator[Entry]:
        """See `Database.entries`."""
        async for document in lists.newest(self.query, query):
            if document.alive(now) and query.matches(found := entry(document)):
                yield found

    async def stats(self, since: datetime, until: datetime, *, now: datetime) -> Stats:
        """See `Database.stats`."""
        return await lists.stats(self.query, since, until, now)

    async def withheld(self, names: Sequence[str], *, now: datetime) -> Sequence[Entry]:
        """See `Database.withheld`."""
        return await lists.withheld(self.query, names, now)

    async def mentioning(self, names: Sequence[str], *, now: datetime) -> Sequence[Entry]:
        """See `Database.mentioning`."""
        return await lists.mentioning(self.query, names, now)

    async def keeping(
        self, names: Sequence[str], *, now: datetime, most: int
    ) -> Sequence[Document]:
        """See `Database.keeping`."""
        return await lists.keeping(self.query, names, now, most)

    async def due(self, *, now: datetime, most: int) -> Sequence[Document]:
        """See `Database.due`."""
        return await lists.due(self.query, now, most)

    async def close(self) -> None:
        """Close the connection; the next use opens it again."""
        client, self._client = self._client, None
        if client is not None:
            await client._firestore_api.transport.close()  # noqa: SLF001 - AsyncClient.close() is not a coroutine and closes nothing

    @asynccontextmanager
    async def _within_patience(self) -> AsyncIterator["AsyncClient"]:
        with translate_errors("Firestore"):
            # Its import may take seconds on a cold start, which is not Firestore's time.
            client = self._connected()
            async with asyncio.timeout_at(give_up_at(self._patience_seconds)):
                yield client

    def _connected(self) -> "AsyncClient":
        if self._client is None:
            from google.cloud.firestore_v1 import AsyncClient  # noqa: PLC0415 - import cost

            silence(_CLIENT)
            credentials = None
            if self._emulator is not None:
                from google.auth.credentials import (  # noqa: PLC0415 - import cost
                    AnonymousCredentials,
                )

                credentials = AnonymousCredentials()  # type: ignore[no-untyped-call]
            client = AsyncClient(self._project, credentials, self._database)
            # The client would read it from the environment: here the settings alone decide.
            client._emulator_host = self._emulator  # noqa: SLF001
            self._client = client
        return self._client

    def _again(self) -> "AsyncRetry":
        """Return when the same call is made once more: where nobody knows that it was refused."""
        from google.api_core import exceptions, retry  # noqa: PLC0415 - import cost

        return retry.AsyncRetry(
            predicate=retry.if_exception_type(
                exceptions.Aborted,
                exceptions.InternalServerError,
                exceptions.ResourceExhausted,
                exceptions.ServiceUnavailable,
                exceptions.Unknown,
            ),
            initial=0.05,
            maximum=_LONGEST_PAUSE_SECONDS,
            timeout=self._patience_seconds,
        )


def _document(snapshot: "DocumentSnapshot[Any]") -> Document:
    fields: dict[str, Any] = snapshot.to_dict() or {}
    collection = snapshot.reference.parent.id
    return Document(collection, snapshot.id, fields, snapshot.update_time)


def _update(document: Document, fields: Fields) -> dict[str, Any]:
    """Return what makes a document hold these fields and no others."""
    from google.cloud.firestore_v1 import DELETE_FIELD  # noqa: PLC0415 - import cost

    gone = dict.fromkeys(document.fields.keys() - fields.keys(), DELETE_FIELD)
    return {**_stamped(fields), **gone}


def _stamped(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields as Firestore takes them: with its own name for the moment of the commit."""
    from google.cloud.firestore_v1 import SERVER_TIMESTAMP  # noqa: PLC0415 - import cost

    return {
        name: SERVER_TIMESTAMP
        if value is AT_COMMIT
        else _stamped(value)
        if isinstance(value, Mapping)
        else value
        for name, value in fields.items()
    }


def firestore_stores(
    project: str,
    database: str,
    emulator: str | None = None,
    *,
    patience_seconds: float = 5.0,
    clock: Callable[[], datetime] = utc_now,
) -> Stores:
    """Return the stores of one database, over one connection; nothing is opened yet.

    Args:
        project: The project's id.
        database: The database's id, in Native mode.
        emulator: `host:port` of Google's emulator.
        patience_seconds: How long one change may take, all its tries together.
        clock: The current time, UTC: what has expired is not there.
    """
    return Stores(FirestoreDatabase(project, database, emulator, patience_seconds), clock)
