"""One Firestore database: reads and conditional commits, each one round trip.

A commit is atomic over all its documents, and each write holds only as long as its document is as
it was read. Who comes too late reads again. No lock is held over a round trip, as a transaction
of Firestore's would (docs/decisions/0020-firestore-by-preconditions.md).
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

from shared.deadline import give_up_at
from shared.google_cloud.errors import silence, translate_errors
from shared.stores.firestore.document import Change, ConflictError, Document

if TYPE_CHECKING:
    from google.api_core.retry import AsyncRetry
    from google.cloud.firestore_v1 import AsyncClient, DocumentSnapshot
    from google.cloud.firestore_v1.async_query import AsyncQuery

T = TypeVar("T")
Page = list[Document]

_FIRST_PAUSE_SECONDS: Final = 0.01
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

    async def patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do something until nobody else gets in between.

        Args:
            work: Reads and commits; it begins again after a `ConflictError`.

        Raises:
            UnavailableError: Firestore is out of reach, or too many want the same document.
            MisconfiguredError: There is no such database, or this function may not use it.
        """
        with translate_errors("Firestore"):
            self._connected()  # its import may take seconds on a cold start: no fault of anyone's
            async with asyncio.timeout_at(give_up_at(self._patience_seconds)):
                pause = _FIRST_PAUSE_SECONDS
                while True:
                    try:
                        return await work()
                    except ConflictError:
                        await asyncio.sleep(random.uniform(0, pause))  # noqa: S311 - jitter
                        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def read(self, collection: str, names: Sequence[str]) -> list[Document]:
        """Return documents in the order of their names; those that are not there, too."""
        if not names:
            return []
        client = self._connected()
        found = {}
        wanted = [client.collection(collection).document(name) for name in names]
        async for snapshot in client.get_all(
            wanted, retry=self._again(), timeout=self._patience_seconds
        ):
            if snapshot.exists:
                found[snapshot.id] = _document(collection, snapshot)
        return [found.get(name) or Document(collection, name) for name in names]

    async def query(self, collection: str, build: Callable[["AsyncQuery"], "AsyncQuery"]) -> Page:
        """Return the documents a query finds, each with the fields it asks for.

        Args:
            collection: One of `COLLECTIONS`.
            build: Makes the query out of that for everything.
        """
        from google.cloud.firestore_v1.async_query import AsyncQuery  # noqa: PLC0415 - import cost

        everything = AsyncQuery(self._connected().collection(collection))
        snapshots = build(everything).stream(retry=self._again(), timeout=self._patience_seconds)
        return [_document(collection, snapshot) async for snapshot in snapshots]

    async def commit(self, changes: Sequence[Change]) -> list[datetime]:
        """Make all changes or none; return the new version of each document.

        Raises:
            ConflictError: A document is no longer as it was read, or this very commit was made
                before and its answer lost: who reads again sees which.
        """
        from google.api_core import exceptions  # noqa: PLC0415 - import cost

        client = self._connected()
        batch = client.batch()
        for change in changes:
            document, fields = change.document, dict(change.fields or {})
            reference = client.collection(document.collection).document(document.name)
            if change.whatever:
                batch.set(reference, fields)
            elif document.version is None:
                batch.create(reference, fields)
            else:
                unchanged = client.write_option(last_update_time=document.version)
                if change.fields is None:
                    batch.delete(reference, option=unchanged)
                else:
                    batch.update(reference, fields, option=unchanged)
        try:
            results = await batch.commit(retry=self._again(), timeout=self._patience_seconds)
        # A missing database is NotFound as well: the read that follows says so again.
        except (exceptions.AlreadyExists, exceptions.FailedPrecondition, exceptions.NotFound):
            raise ConflictError from None
        return [result.update_time for result in results]

    async def close(self) -> None:
        """Close the connection; the next use opens it again."""
        client, self._client = self._client, None
        if client is not None:
            await client._firestore_api.transport.close()  # noqa: SLF001 - AsyncClient.close() is not a coroutine and closes nothing

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


def _document(collection: str, snapshot: "DocumentSnapshot[Any]") -> Document:
    fields: dict[str, Any] = snapshot.to_dict() or {}
    return Document(collection, snapshot.id, fields, snapshot.update_time, snapshot.create_time)
