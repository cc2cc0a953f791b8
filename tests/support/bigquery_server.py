"""BigQuery's REST interface on loopback: jobs that run for real, on tables of SQLite.

Asked for a token as well, so that Google's client goes its whole way: credentials from a file, a
job, its result. What a query says of types, `STRING` and `UNNEST`, is put into SQLite's words.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tools.ports import HOST

Json = dict[str, Any]

_V2: Final = "/bigquery/v2/projects/{project}"
_REASONS: Final = {400: "invalidQuery", 403: "accessDenied", 404: "notFound", 503: "backendError"}


@dataclass
class BigQueryServer:
    """Serves while its context is open.

    Attributes:
        refusal: The status and the reason that every job ends with instead; None for none.
        jobs: The configuration of every query that was asked.
        url: Where it listens.
    """

    refusal: tuple[int, str] | None = None
    jobs: list[Json] = field(default_factory=list)
    url: str = ""
    _database: sqlite3.Connection = field(default_factory=lambda: sqlite3.connect(":memory:"))
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Listen."""
        app = web.Application()
        app.router.add_post("/token", self._token)
        app.router.add_post(f"{_V2}/jobs", self._insert)
        app.router.add_get(f"{_V2}/queries/{{job}}", self._results)
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
            columns: With their types, as SQLite has them.
            rows: What is in it.
        """
        self._database.execute(f"CREATE TABLE `{name}` ({', '.join(columns)})")
        marks = ", ".join("?" * len(columns))
        self._database.executemany(f"INSERT INTO `{name}` VALUES ({marks})", rows)  # noqa: S608 - a test's

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
            found = self._run(self.jobs[-1])
        except sqlite3.OperationalError as error:
            missing = "no such table" in str(error)
            return _refused(404 if missing else 400, "notFound" if missing else "invalidQuery")
        job = request.match_info["job"]
        reference = {"projectId": request.match_info["project"], "jobId": job, "location": "EU"}
        return web.json_response({"jobComplete": True, "jobReference": reference, **found})

    def _run(self, query: Json) -> Json:
        text: str = query["query"].replace(" AS STRING)", " AS TEXT)")
        values: list[str] = []
        for parameter in query.get("queryParameters", []):
            told = [value["value"] for value in parameter["parameterValue"]["arrayValues"]]
            marks = ", ".join("?" * len(told))
            text = text.replace(f"UNNEST(@{parameter['name']})", f"({marks})")
            values += told
        cursor = self._database.execute(text, values)
        fields = [{"name": name, "type": "STRING"} for name, *_ in cursor.description]
        rows = [
            {"f": [{"v": None if value is None else str(value)} for value in row]} for row in cursor
        ]
        return {"schema": {"fields": fields}, "rows": rows, "totalRows": str(len(rows))}


def _refused(status: int, reason: str) -> web.Response:
    message = "jane@example.com may not"
    error = {"code": status, "message": message, "errors": [{"reason": reason, "message": message}]}
    return web.json_response({"error": error}, status=status)
