"""As much of Stripe's API as the guides use: it keeps what it is asked to make."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

from tools.ports import HOST

Json = dict[str, Any]

_IDS: Final = {
    "/v1/checkout/sessions": "cs_test_1",
    "/v1/payment_intents": "pi_9",
    "/v1/subscriptions": "sub_1",
}


class Asked(NamedTuple):
    """One request.

    Attributes:
        path: Its path.
        params: Its parameters, nested as its names say.
    """

    path: str
    params: Json


class StripeApi:
    """It listens on loopback.

    Attributes:
        port: Where.
        requests: What was asked, in order.
    """

    def __init__(self) -> None:
        self.requests: list[Asked] = []
        asked = self.requests

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                """Make or change an object, and answer with it."""
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                params = nested(parse_qsl(body, keep_blank_values=True, strict_parsing=True))
                asked.append(Asked(self.path, params))
                name = _IDS.get(self.path, self.path.rsplit("/", 1)[-1])
                made = json.dumps({"id": name, "metadata": params.get("metadata", {})}).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(made)))
                self.end_headers()
                self.wfile.write(made)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """Keep quiet."""

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def nested(pairs: list[tuple[str, str]]) -> Json:
    """Return form fields as Stripe reads them: `a[b]` is field `b` of `a`."""
    found: Json = {}
    for name, value in pairs:
        *path, last = re.findall(r"[^\[\]]+", name)
        place = found
        for part in path:
            place = place.setdefault(part, {})
        assert last not in place, f"{name} twice"
        place[last] = value
    return found
