"""Rows of a BigQuery table, found by a key, read-only."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from shared.google_faults import faults_of, silence

if TYPE_CHECKING:
    from google.cloud.bigquery import Client

TIMEOUT_SECONDS: Final = 6.0
MAX_BYTES_BILLED: Final = 10 * 1024**3
"""A look-up that would read more is refused: the table wants clustering by its key."""
_CLIENT: Final = "google.cloud.bigquery"


class BigQueryRows:
    """Rows of one table, through Google's own client in a thread.

    Args:
        table: `PROJECT.DATASET.TABLE`, and nothing but a name: it is part of the query.
        key: The column that rows are found by.
        columns: What else is read.
    """

    def __init__(self, table: str, key: str, columns: Sequence[str]) -> None:
        self._table = table
        self._key = key
        self._columns = columns
        self._client: Client | None = None

    async def rows(self, keys: Sequence[str]) -> Mapping[str, Sequence[Mapping[str, str]]]:
        """Return the rows of each key.

        Args:
            keys: What to look up: a parameter of the query.

        Raises:
            UnavailableError: BigQuery is out of reach or overloaded.
            MisconfiguredError: There is no such table or column, or it may not be read.
        """
        with faults_of("BigQuery"):
            async with asyncio.timeout(TIMEOUT_SECONDS + 1):
                return await asyncio.to_thread(self._look_up, list(keys))

    def _look_up(self, keys: list[str]) -> Mapping[str, Sequence[Mapping[str, str]]]:
        from google.cloud import bigquery  # noqa: PLC0415 - import cost

        if self._client is None:
            self._client = bigquery.Client(project=self._table.partition(".")[0])
            silence(_CLIENT)
        names = ", ".join(f"`{name}`" for name in (self._key, *self._columns))
        # Names are the settings' and ours; what is looked up is a parameter.
        query = f"SELECT {names} FROM `{self._table}` WHERE CAST(`{self._key}` AS STRING) IN UNNEST(@keys)"  # noqa: S608, E501
        # By itself the client would go on for ten minutes, in a thread that nobody can stop.
        retry = bigquery.DEFAULT_RETRY.with_timeout(TIMEOUT_SECONDS)
        job = self._client.query(
            query,
            job_config=bigquery.QueryJobConfig(
                query_parameters=[bigquery.ArrayQueryParameter("keys", "STRING", keys)],
                maximum_bytes_billed=MAX_BYTES_BILLED,
            ),
            retry=retry,
            job_retry=None,
            timeout=TIMEOUT_SECONDS,
        )
        found: dict[str, list[Mapping[str, str]]] = {}
        for row in job.result(retry=retry, job_retry=None, timeout=TIMEOUT_SECONDS):
            texts = _texts(dict(row.items()))
            found.setdefault(texts[self._key], []).append(texts)
        return found

    async def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            self._client.close()  # type: ignore[no-untyped-call]
            self._client = None


def _texts(fields: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in fields.items() if value is not None}
