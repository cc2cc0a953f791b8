"""BigQuery's REST interface on loopback: jobs that run for real, on tables of DuckDB.

Asked for a token as well, so that Google's client goes its whole way: credentials from a file, a
job, its result. What a query says is BigQuery's own SQL, which sqlglot translates.
"""

import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import duckdb
import sqlglot
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tools.ports import HOST

Json = dict[str, Any]

_V2: Final = "/bigquery/v2/projects/{project}"
_TYPES: Final = {"BIGINT": "INTEGER", "HUGEINT": "INTEGER", "DOUBLE": "FLOAT"}


@dataclass
class BigQueryServer:
    """Serves while its context is open.

    Attributes:
        refusal: The status and the reason that everything asked ends with instead; None for none.
        jobs: The configuration of every query that was asked.
        url: Where it listens.
    """

    refusal: tuple[int, str] | None = None
    jobs: list[Json] = field(default_factory=list)
    url: str = ""
    _database: duckdb.DuckDBPyConnection = field(default_factory=lambda: duckdb.connect(":memory:"))
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Listen."""
        app = web.Application()
        app.router.add_post("/token", self._token)
        app.router.add_post(f"{_V2}/jobs", self._insert)
        app.router.add_get(f"{_V2}/queries/{{job}}", self._results)
        app.router.add_get(f"{_V2}/datasets/{{dataset}}/tables", self._tables)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self.url = f"http://{HOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
        self._database.close()

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

    def credentials(self, folder: Path) -> Path:
        """Write a service account's key whose tokens come from here; return its file."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        account = {
            "type": "service_account",
            "client_email": "connector@shop.example",
            "private_key": pem.decode(),
            "token_uri": f"{self.url}/token",
        }
        file = folder / "credentials.json"
        file.write_text(json.dumps(account))
        return file

    async def _token(self, _: web.Request) -> web.Response:
        return web.json_response({"access_token": "t", "expires_in": 3600, "token_type": "Bearer"})

    async def _tables(self, request: web.Request) -> web.Response:
        if self.refusal is not None:
            return _refused(*self.refusal)
        project, dataset = request.match_info["project"], request.match_info["dataset"]
        names = self._names(project, dataset)
        if not names:
            return _refused(404, "notFound")
        told = [
            {"tableReference": {"projectId": project, "datasetId": dataset, "tableId": name}}
            for name in names
        ]
        return web.json_response({"tables": told, "totalItems": len(told)})

    async def _insert(self, request: web.Request) -> web.Response:
        assert request.headers["authorization"] == "Bearer t"
        job: Json = await request.json()
        job["jobReference"]["location"] = "EU"
        self.jobs.append(job["configuration"]["query"])
        return web.json_response({**job, "id": "j", "status": {"state": "DONE"}})

    async def _results(self, request: web.Request) -> web.Response:
        if self.refusal is not None:
            return _refused(*self.refusal)
        try:
            found = await asyncio.to_thread(self._run, self.jobs[-1])
        except duckdb.CatalogException:
            return _refused(404, "notFound")
        except duckdb.Error:
            return _refused(400, "invalidQuery")
        job = request.match_info["job"]
        reference = {"projectId": request.match_info["project"], "jobId": job, "location": "EU"}
        return web.json_response({"jobComplete": True, "jobReference": reference, **found})

    def _run(self, query: Json) -> Json:
        text: str = query["query"]
        for parameter in query.get("queryParameters", []):
            told = [value["value"] for value in parameter["parameterValue"]["arrayValues"]]
            quoted = ", ".join("'" + value.replace("'", "\\'") + "'" for value in told)
            text = text.replace(f"IN UNNEST(@{parameter['name']})", f"IN ({quoted})")
        text = re.sub(r"`([^`]+)\.([^`.]+)\.([^`.]+)\*`", self._wildcard, text)
        (translated,) = sqlglot.transpile(text, read="bigquery", write="duckdb")
        cursor = self._database.cursor().execute(translated)
        fields = [
            {"name": name, "type": _TYPES.get(str(kind), "STRING")}
            for name, kind, *_ in cursor.description or []
        ]
        rows = [
            {"f": [{"v": None if value is None else str(value)} for value in row]}
            for row in cursor.fetchall()
        ]
        return {"schema": {"fields": fields}, "rows": rows, "totalRows": str(len(rows))}

    def _wildcard(self, found: re.Match[str]) -> str:
        """Return what a table with a wildcard stands for: `_TABLE_SUFFIX` tells which one."""
        project, dataset, prefix = found.groups()
        tables = [name for name in self._names(project, dataset) if name.startswith(prefix)]
        each = (
            f"SELECT *, '{name.removeprefix(prefix)}' AS _TABLE_SUFFIX "  # noqa: S608 - a test's
            f"FROM `{project}`.`{dataset}`.`{name}`"
            for name in tables
        )
        return f"({' UNION ALL '.join(each)})"

    def _names(self, project: str, dataset: str) -> list[str]:
        query = (
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_catalog = ? AND table_schema = ? ORDER BY table_name"
        )
        return [name for (name,) in self._database.execute(query, [project, dataset]).fetchall()]

    def _projects(self) -> set[str]:
        found = self._database.execute("SELECT database_name FROM duckdb_databases()")
        return {name for (name,) in found.fetchall()}


def _refused(status: int, reason: str) -> web.Response:
    message = "jane@example.com may not"
    error = {"code": status, "message": message, "errors": [{"reason": reason, "message": message}]}
    return web.json_response({"error": error}, status=status)
