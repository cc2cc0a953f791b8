"""Tables of DuckDB that answer BigQuery's SQL, which sqlglot translates."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import duckdb
import sqlglot

_WILDCARD: Final = re.compile(r"`([^`]+)\.([^`.]+)\.([^`.]+)\*`")


@dataclass
class Warehouse:
    """Projects, datasets and tables in memory."""

    _database: duckdb.DuckDBPyConnection = field(default_factory=lambda: duckdb.connect(":memory:"))

    def table(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Make a table.

        Args:
            name: `PROJECT.DATASET.TABLE`.
            columns: With their types, as DuckDB has them.
            rows: What is in it.
        """
        project, dataset, table = name.split(".")
        if project not in self._projects():
            self._database.execute(f"ATTACH ':memory:' AS \"{project}\"")
        self._database.execute(f'CREATE SCHEMA IF NOT EXISTS "{project}"."{dataset}"')
        whole = f'"{project}"."{dataset}"."{table}"'
        self._database.execute(f"CREATE TABLE {whole} ({', '.join(columns)})")
        if rows:
            marks = ", ".join("?" * len(columns))
            self._database.executemany(f"INSERT INTO {whole} VALUES ({marks})", rows)  # noqa: S608 - a test's

    def tables(self, project: str, dataset: str) -> list[str]:
        """Return the names of a dataset's tables."""
        query = (
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_catalog = ? AND table_schema = ? ORDER BY table_name"
        )
        found = self._database.cursor().execute(query, [project, dataset])
        return [name for (name,) in found.fetchall()]

    def answer(
        self, query: str, parameters: Mapping[str, str | Sequence[str]]
    ) -> tuple[Mapping[str, str], list[Mapping[str, Any]]]:
        """Return the types of the columns and the rows that a query finds.

        Args:
            query: BigQuery's SQL.
            parameters: Texts and arrays of texts, by name.

        Raises:
            duckdb.Error: It is wrong, or a table is not there.
        """
        for name, value in parameters.items():
            if isinstance(value, str):
                query = query.replace(f"@{name}", _quoted(value))
            else:
                quoted = ", ".join(map(_quoted, value))
                query = query.replace(f"IN UNNEST(@{name})", f"IN ({quoted})")
        query = _WILDCARD.sub(self._all_of, query)
        (translated,) = sqlglot.transpile(query, read="bigquery", write="duckdb")
        # BigQuery's NUMERIC has nine decimals, DuckDB's three unless told otherwise.
        exact = translated.replace("AS DECIMAL)", "AS DECIMAL(38, 9))")
        cursor = self._database.cursor().execute(exact)
        types = {name: str(kind) for name, kind, *_ in cursor.description or []}
        return types, [dict(zip(types, row, strict=True)) for row in cursor.fetchall()]

    def close(self) -> None:
        """Forget everything."""
        self._database.close()

    def _all_of(self, found: re.Match[str]) -> str:
        """Return what a table with a wildcard stands for: `_TABLE_SUFFIX` tells which one."""
        project, dataset, prefix = found.groups()
        each = (
            f"SELECT *, '{name.removeprefix(prefix)}' AS _TABLE_SUFFIX "  # noqa: S608 - a test's
            f"FROM `{project}`.`{dataset}`.`{name}`"
            for name in self.tables(project, dataset)
            if name.startswith(prefix)
        )
        return f"({' UNION ALL '.join(each)})"

    def _projects(self) -> set[str]:
        found = self._database.execute("SELECT database_name FROM duckdb_databases()")
        return {name for (name,) in found.fetchall()}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "\\'") + "'"
