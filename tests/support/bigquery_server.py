"""BigQuery's REST interface on loopback: jobs that run for real, on tables of DuckDB.

Asked for a token as well, so that Google's client goes its whole way: credentials from a file, a
job, its result.
"""

import asyncio
import functools
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb
import pytest
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support.listening import HttpStandIn
from tests.support.warehouse import Warehouse

Json = dict[str, Any]

_V2: Final = "/bigquery/v2/projects/{project}"
_TYPES: Final = {
    "DECIMAL(38,9)": "NUMERIC",
    "BIGINT": "INTEGER",
    "HUGEINT": "INTEGER",
    "DOUBLE": "FLOAT",
}


@functools.cache
def _private_key() -> str:
    """Return a key in PEM, made once: it takes a tenth of a second."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem.decode()


@dataclass
class BigQueryServer(HttpStandIn):
    """Serves while its context is open.

    Attributes:
        refusal: The status and the reason that everything asked ends with instead; None for none.
        jobs: The configuration of every query that was asked.
        warehouse: What is in it.
    """

    refusal: tuple[int, str] | None = None
    jobs: list[Json] = field(default_factory=list)
    warehouse: Warehouse = field(default_factory=Warehouse)

    def routes(self) -> list[web.RouteDef]:
        """Answer what Google's client asks."""
        return [
            web.post("/token", self._token),
            web.post(f"{_V2}/jobs", self._insert),
            web.get(f"{_V2}/queries/{{job}}", self._results),
            web.get(f"{_V2}/datasets/{{dataset}}/tables", self._tables),
        ]

    async def stop(self) -> None:
        """Stop listening, and close the warehouse."""
        await super().stop()
        self.warehouse.close()

    def credentials(self, folder: Path) -> Path:
        """Write a service account's key whose tokens come from here; return its file."""
        account = {
            "type": "service_account",
            "client_email": "connector@shop.example",
            "private_key": _private_key(),
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
        names = self.warehouse.tables(project, dataset)
        if not names:
            return _refused(404, "notFound")
        tables = [
            {"tableReference": {"projectId": project, "datasetId": dataset, "tableId": name}}
            for name in names
        ]
        return web.json_response({"tables": tables, "totalItems": len(tables)})

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
        parameters: dict[str, str | list[str]] = {}
        for parameter in query.get("queryParameters", []):
            given = parameter["parameterValue"]
            array = [value["value"] for value in given.get("arrayValues", [])]
            parameters[parameter["name"]] = given.get("value", array)
        types, found = self.warehouse.answer(query["query"], parameters)
        fields = [{"name": name, "type": _TYPES.get(of, "STRING")} for name, of in types.items()]
        rows = [
            {"f": [{"v": None if value is None else str(value)} for value in row.values()]}
            for row in found
        ]
        return {"schema": {"fields": fields}, "rows": rows, "totalRows": str(len(rows))}


def reached(server: BigQueryServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Google's client find the server, and its credentials."""
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", server.url)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(server.credentials(folder)))


def _refused(status: int, reason: str) -> web.Response:
    message = "jane@example.com may not"
    error = {"code": status, "message": message, "errors": [{"reason": reason, "message": message}]}
    return web.json_response({"error": error}, status=status)
