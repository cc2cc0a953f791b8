"""Rows of a BigQuery table, found by a key."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shared.google_cloud.bigquery import BigQuery

TIMEOUT_SECONDS: Final = 6.0
MAX_BYTES_BILLED: Final = 10 * 1024**3
"""A look-up that would read more is refused: the table wants clustering by its key."""


class BigQueryRows:
    """Rows of one table.

    Args:
        table: `PROJECT.DATASET.TABLE`, and nothing but a name: it is part of the query.
        key: The column that rows are found by.
        columns: What else is read.
    """

    def __init__(self, table: str, key: str, columns: Sequence[str]) -> None:
        self._table = table
        self._key = key
        self._columns = columns
        self._bigquery = BigQuery(
            table.partition(".")[0], seconds=TIMEOUT_SECONDS, max_bytes=MAX_BYTES_BILLED
        )

    async def rows(self, keys: Sequence[str]) -> Mapping[str, Sequence[Mapping[str, str]]]:
        """Return the rows of each key.

        Args:
            keys: What to look up: a parameter of the query.

        Raises:
            UnavailableError: BigQuery is out of reach or overloaded.
            MisconfiguredError: There is no such table or column, or it may not be read.
        """
        names = ", ".join(f"`{name}`" for name in (self._key, *self._columns))
        # Names are the settings' and ours; what is looked up is a parameter.
        query = f"SELECT {names} FROM `{self._table}` WHERE CAST(`{self._key}` AS STRING) IN UNNEST(@keys)"  # noqa: S608, E501
        found: dict[str, list[Mapping[str, str]]] = {}
        for texts in await self._bigquery.rows(query, {"keys": keys}, _texts):
            found.setdefault(texts[self._key], []).append(texts)
        return found

    async def close(self) -> None:
        """Close the connection."""
        await self._bigquery.close()


def _texts(fields: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in fields.items() if value is not None}
