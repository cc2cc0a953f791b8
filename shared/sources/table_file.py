"""Rows in a file, CSV or JSON lines: read whole, and again once the file has changed."""

import asyncio
import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from shared.errors import MisconfiguredError, UnavailableError
from shared.sources.protocol import Row

# The file lies in memory, some five times its size: beyond this a database is the place for it.
MAX_BYTES: Final = 32 * 1024 * 1024
_Read = Callable[[Path], Iterator[Row]]


class TableFile:
    """Rows of a file.

    Args:
        path: The file.
        key: The column that rows are found by.
        setting: Which setting names the file, for errors.
        read: Reads its rows: `csv_rows` or `json_rows`.
    """

    def __init__(self, path: str, key: str, setting: str, read: _Read) -> None:
        self._path = Path(path)
        self._key = key
        self._setting = setting
        self._read = read
        self._seen: tuple[int, int] | None = None
        self._rows: Mapping[str, list[Row]] = {}
        self._lock = asyncio.Lock()

    async def rows(self, keys: Sequence[str]) -> Mapping[str, Sequence[Row]]:
        """Return the rows of each key. Raises as `Source.rows`."""
        async with self._lock:
            await asyncio.to_thread(self._refresh)
        return {key: self._rows[key] for key in keys if key in self._rows}

    async def close(self) -> None:
        """Forget the rows."""
        self._seen, self._rows = None, {}

    def _refresh(self) -> None:
        try:
            status = self._path.stat()
            seen = (status.st_mtime_ns, status.st_size)
            if seen == self._seen:
                return
            if status.st_size > MAX_BYTES:
                raise MisconfiguredError(f"{self._setting}: the file is too large; use a database")
            found: dict[str, list[Row]] = {}
            for row in self._read(self._path):
                if key := row.get(self._key, "").strip():
                    found.setdefault(key, []).append(row)
        except FileNotFoundError:
            raise MisconfiguredError(f"{self._setting}: no such file") from None
        except OSError as error:
            raise UnavailableError(f"{self._setting}: {type(error).__name__}") from None
        except (csv.Error, msgspec.MsgspecError, UnicodeError) as error:
            raise MisconfiguredError(f"{self._setting}: {type(error).__name__}") from None
        self._seen, self._rows = seen, found


def csv_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a CSV file whose first line names the columns."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines, strict=True):
            yield {name: value for name, value in row.items() if isinstance(value, str) and name}


def json_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a file with a JSON object on each line; numbers keep their digits."""
    with path.open("rb") as lines:
        for line in lines:
            if line.strip():
                yield row_of(msgspec.json.decode(line, type=dict[str, msgspec.Raw]))


def row_of(fields: Mapping[str, msgspec.Raw]) -> Row:
    """Return a JSON object's texts and numbers, as text."""
    return {
        name: msgspec.json.decode(raw, type=str) if raw.startswith(b'"') else raw.decode("utf-8")
        for name, field in fields.items()
        if (raw := bytes(field).strip()) and raw[:1] in b'"-0123456789'
    }
