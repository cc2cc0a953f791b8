"""The function's SQLite file, looked at from outside: not through the code under test."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any


class LedgerFile:
    """A ledger's file; it need not exist yet.

    Attributes:
        path: Where it is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Every entry, oldest first."""
        if not self.path.exists():
            return []
        with self._open() as connection:
            connection.row_factory = sqlite3.Row
            if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                return []  # the function is just making it
            return [dict(row) for row in connection.execute("SELECT * FROM ledger ORDER BY rowid")]

    def about(self, transaction_id: str) -> list[dict[str, Any]]:
        """The entries about one order."""
        return [row for row in self.rows if row["transaction_id"] == transaction_id]

    @property
    def content(self) -> bytes:
        """Every byte of the store, its write-ahead log included."""
        files = sorted(self.path.parent.glob(f"{self.path.name}*"))
        return b"".join(file.read_bytes() for file in files)

    def expire_leases(self) -> None:
        """Let every lease have run out, as after a minute."""
        with self._open() as connection, connection:
            connection.execute("UPDATE ledger SET lease_until = 0 WHERE state = 'claimed'")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=10)) as connection:
            yield connection
