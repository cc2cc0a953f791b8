"""Rows in a table of an SQLite file, looked up read-only."""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from shared.errors import MisconfiguredError, UnavailableError
from shared.sources.protocol import Row

_TIMEOUT_SECONDS: Final = 3.0
_AT_ONCE: Final = 500  # parameters of one statement


class SqliteTable:
    """Rows of one table.

    Args:
        path: The database's file.
        table: Its table.
        key: The column that rows are found by; an index on it is the operator's to make.
        setting: Which setting names the file, for errors.
    """

    def __init__(self, path: str, table: str, key: str, setting: str) -> None:
        self._uri = f"{Path(path).absolute().as_uri()}?mode=ro"
        self._table = table
        self._key = key
        self._setting = setting

    async def rows(self, keys: Sequence[str]) -> Mapping[str, Sequence[Row]]:
        """Return the rows of each key. Raises as `Source.rows`."""
        return await asyncio.to_thread(self._look_up, list(dict.fromkeys(keys)))

    async def close(self) -> None:
        """Do nothing: a connection lives as long as its look-up."""

    def _look_up(self, keys: list[str]) -> Mapping[str, Sequence[Row]]:
        found: dict[str, list[Row]] = {}
        try:
            with closing(
                sqlite3.connect(self._uri, uri=True, timeout=_TIMEOUT_SECONDS)
            ) as connection:
                connection.row_factory = sqlite3.Row
                for start in range(0, len(keys), _AT_ONCE):
                    some = keys[start : start + _AT_ONCE]
                    marks = ", ".join("?" * len(some))
                    # Both names are ours; what is looked up is a parameter.
                    query = f'SELECT * FROM "{self._table}" WHERE "{self._key}" IN ({marks})'  # noqa: S608
                    for row in connection.execute(query, some):
                        texts = {n: str(row[n]) for n in row.keys() if row[n] is not None}  # noqa: SIM118 - a Row is no dict
                        found.setdefault(texts[self._key], []).append(texts)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise UnavailableError(f"{self._setting}: the database is busy") from None
            raise MisconfiguredError(
                f"{self._setting}: no table {self._table} with a column {self._key}"
            ) from None
        except sqlite3.DatabaseError as error:
            raise MisconfiguredError(f"{self._setting}: {type(error).__name__}") from None
        return found
