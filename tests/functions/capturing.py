"""`context_capture` in a process of its own, and its senders: the shop's backend and its pages."""

import json
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec

from shared.domain.context import Context
from shared.domain.records import decode_context
from shared.stores.packing import unpacked
from shared.stores.reference import hashed
from tests.functions.running import API_SECRET, MEASUREMENT_ID, ROOT, Json, Process
from tests.support import loopback
from tools.ports import HOST, choose_ports
from tools.traffic.request import standard_signature

CAPTURE_SECRET: Final = "whsec_c2VjcmV0LW9mLXRoZS1zaG9wLWZvci1jYXB0dXJlcw=="
ORIGIN: Final = "https://shop.example"
SOURCE: Final = ROOT / "functions" / "context_capture" / "main.py"


class Capturing(Process):
    """`context_capture` in a `functions-framework` process.

    Attributes:
        url: Where it listens.
    """

    def __init__(
        self,
        folder: Path,
        ga4: str = "http://127.0.0.1:9",
        *,
        source: Path = SOURCE,
        store: Path | None = None,
        secret: str = CAPTURE_SECRET,
        **settings: str,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "api_secret").write_text(API_SECRET)
        (folder / "capture_secret").write_text(secret)
        self._store = store or folder / "store.sqlite"
        chosen = {
            "GA4_MEASUREMENT_ID": MEASUREMENT_ID,
            "GA4_API_SECRET": f"file:{folder / 'api_secret'}",
            "GA4_ENDPOINT": ga4,
            "CAPTURE_SECRET": f"file:{folder / 'capture_secret'}",
            "STORE": f"sqlite:{self._store}",
            **settings,
        }
        (port,) = choose_ports(0, ["context_capture"])
        self.url = f"http://{HOST}:{port}"
        arguments = ["--target", "context_capture"]
        arguments += ["--source", str(source), "--host", HOST, "--port", str(port)]
        super().__init__("functions_framework._cli:_cli", arguments, folder, chosen)
        self._client = loopback.Client(base_url=self.url, timeout=30, trust_env=False)
        self.await_start(self._listens, "it listened")

    def close(self) -> None:
        """End the process at once, and let go of it."""
        self._client.close()
        super().close()

    def request(self, method: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's
        """Send anything."""
        return self._client.request(method, "/", **more)

    def sign(
        self, capture: Json | bytes, *, secret: str = CAPTURE_SECRET, age: int = 0
    ) -> httpx.Response:
        """Capture as the shop's backend does."""
        body = capture if isinstance(capture, bytes) else json.dumps(capture).encode()
        return self.request("POST", content=body, headers=signed(body, secret=secret, age=age))

    def browse(
        self, capture: Json | bytes, *, origin: str = ORIGIN, **headers: str
    ) -> httpx.Response:
        """Capture as a page of an origin does."""
        body = capture if isinstance(capture, bytes) else json.dumps(capture).encode()
        return self.request("POST", content=body, headers={"origin": origin, **headers})

    def kept(self, reference: str) -> Context | None:
        """What the store's file holds under a reference."""
        (key,) = hashed([reference])
        for (fields,) in self.rows("SELECT fields FROM reference WHERE key = ?", key):
            return decode_context(unpacked(msgspec.msgpack.decode(fields)["context"]))
        return None

    def expires_at(self, reference: str) -> int:
        """When what is held under a reference is forgotten, Unix microseconds."""
        (key,) = hashed([reference])
        ((found,),) = self.rows("SELECT expires_at FROM reference WHERE key = ?", key)
        return int(found)

    @property
    def stored(self) -> list[Any]:
        """Everything the store's file holds of contexts and of the ledger."""
        return [*self.rows("SELECT * FROM reference"), *self.rows("SELECT * FROM ledger")]

    def lines(self, event: str) -> list[Json]:
        """The log lines with an event name, in order."""
        lines = self._outputs[0].read_text(encoding="utf-8").splitlines()
        decoded = [json.loads(line) for line in lines if line.startswith('{"severity"')]
        return [line for line in decoded if line["event"] == event]

    def rows(self, statement: str, *values: str) -> list[Any]:
        """What a question about the store's file is answered."""
        if not self._store.exists():
            return []
        with closing(sqlite3.connect(self._store, timeout=10)) as connection:
            return connection.execute(statement, values).fetchall()

    def _listens(self) -> bool:
        try:
            # The framework answers this path itself, so that the function sees no request.
            return self._client.get("/robots.txt").is_client_error
        except httpx.TransportError:
            return False


def signed(
    body: bytes, *, secret: str = CAPTURE_SECRET, age: int = 0, name: str = "msg_1"
) -> Mapping[str, str]:
    """The headers of a delivery by Standard Webhooks, signed now or `age` seconds ago."""
    timestamp = int(time.time()) - age
    return {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": standard_signature(body, secret, name=name, timestamp=timestamp),
    }
