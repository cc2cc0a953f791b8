"""BigQuery, read-only, through Google's own client in a thread."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from shared.google_cloud.errors import silence, translate_errors

if TYPE_CHECKING:
    from google.api_core.retry import Retry
    from google.cloud.bigquery import Client

T = TypeVar("T")
Row = Mapping[str, Any]
Parameter = str | Sequence[str]
_CLIENT: Final = "google.cloud.bigquery"


class BigQuery:
    """Asks for rows and for names of tables; making one opens and imports nothing.

    Args:
        project: Whose jobs the queries are, and who pays for them.
        seconds: How long an answer may take.
        max_bytes: A query that would read more is refused before it reads anything.
    """

    def __init__(self, project: str, *, seconds: float, max_bytes: int) -> None:
        self._project = project
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._client: Client | None = None

    async def rows(
        self, query: str, parameters: Mapping[str, Parameter], read: Callable[[Row], T]
    ) -> list[T]:
        """Return what a query finds.

        Args:
            query: SQL that only reads; names in it are ours or the settings'.
            parameters: Texts and arrays of texts, by name.
            read: Makes of a row what is kept of it.

        Raises:
            UnavailableError: BigQuery is out of reach or overloaded.
            MisconfiguredError: There is no such table or column, or it may not be read.
        """
        return await self._in_a_thread(lambda client: self._query(client, query, parameters, read))

    async def tables(self, dataset: str) -> Sequence[str]:
        """Return the names of a dataset's tables.

        Args:
            dataset: `PROJECT.DATASET`.

        Raises:
            UnavailableError: As `rows`.
            MisconfiguredError: There is no such dataset, or it may not be read.
        """
        return await self._in_a_thread(lambda client: self._list(client, dataset))

    async def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            self._client.close()  # type: ignore[no-untyped-call]
            self._client = None

    async def _in_a_thread(self, ask: "Callable[[Client], T]") -> T:
        with translate_errors("BigQuery"):
            async with asyncio.timeout(self._seconds + 1):
                return await asyncio.to_thread(lambda: ask(self._connected()))

    def _connected(self) -> "Client":
        from google.cloud import bigquery  # noqa: PLC0415 - import cost

        if self._client is None:
            self._client = bigquery.Client(project=self._project)
            silence(_CLIENT)
        return self._client

    def _query(
        self,
        client: "Client",
        query: str,
        parameters: Mapping[str, Parameter],
        read: Callable[[Row], T],
    ) -> list[T]:
        from google.cloud import bigquery  # noqa: PLC0415 - import cost

        config = bigquery.QueryJobConfig(
            query_parameters=[
                bigquery.ScalarQueryParameter(name, "STRING", value)
                if isinstance(value, str)
                else bigquery.ArrayQueryParameter(name, "STRING", list(value))
                for name, value in parameters.items()
            ],
            maximum_bytes_billed=self._max_bytes,
            job_timeout_ms=int(self._seconds * 1000),  # else it goes on when nobody waits for it
        )
        retry = self._retry()
        job = client.query(
            query, job_config=config, retry=retry, job_retry=None, timeout=self._seconds
        )
        found = job.result(retry=retry, job_retry=None, timeout=self._seconds)
        return [read(dict(row.items())) for row in found]

    def _list(self, client: "Client", dataset: str) -> Sequence[str]:
        found = client.list_tables(dataset, retry=self._retry(), timeout=self._seconds)
        return [table.table_id for table in found]

    def _retry(self) -> "Retry":
        """By itself the client would go on for ten minutes, in a thread that nobody can stop."""
        from google.cloud import bigquery  # noqa: PLC0415 - import cost

        return bigquery.DEFAULT_RETRY.with_timeout(self._seconds)
