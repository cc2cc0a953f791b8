"""A shop's site on loopback: its pages, the snippet, and a checkout that Stripe reports."""

import json
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

from tests.support import loopback
from tests.support.places import ROOT
from tests.support.stripe_json import as_bytes, checkout_session, event
from tools.ports import HOST
from tools.traffic.request import stripe_signature

FILES: Final = {
    "/ga4-context.js": ROOT / "browser" / "ga4-context.min.js",
    "/ga4-streams.js": ROOT / "browser" / "ga4-streams.js",
    "/ga4-payment-link.js": ROOT / "browser" / "ga4-payment-link.js",
    "/gtag.js": ROOT / "tests" / "browser" / "gtag.js",
}
COLLECT: Final = "/g/collect"
Json = dict[str, Any]


class Placed(NamedTuple):
    """An order that was placed and paid.

    Attributes:
        id: The order.
        sent: What the page sent along.
        answer: What the webhook said to Stripe.
    """

    id: str
    sent: Json
    answer: Json


class Site:
    """The shop's web server; an order posted to `/order` is paid at once.

    Attributes:
        url: Where it listens.
        pages: Path → HTML.
        orders: The orders so far.
        pay: Sends the webhook a paid session, and returns its answer.
    """

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.orders: list[Placed] = []
        self.pay: Callable[[Json], Json] = lambda session: session
        self._numbers = count(int(time.time()))
        site = self

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                """Serve a page or a script."""
                path = self.path.partition("?")[0]
                if path in FILES:
                    self._answer(FILES[path].read_text(encoding="utf-8"), "text/javascript")
                elif path in site.pages:
                    self._answer(site.pages[path], "text/html")
                else:
                    self._answer("", "text/plain", HTTPStatus.NOT_FOUND)

            def do_POST(self) -> None:
                """Take an order; what the tag sends to GA4 is taken, and forgotten."""
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                if self.path.startswith(COLLECT):
                    self._answer("", "text/plain", HTTPStatus.NO_CONTENT)
                    return
                as_json = self.headers["content-type"].startswith("application/json")
                sent = json.loads(body) if as_json else dict(parse_qsl(body))
                self._answer(f"<p id=order>{site.place(sent).id}</p>", "text/html")

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """Keep quiet."""

            def _answer(self, text: str, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
                self.send_response(status)
                self.send_header("content-type", f"{kind}; charset=utf-8")
                self.send_header("content-length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://{HOST}:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def place(self, sent: Json) -> Placed:
        """Take an order as a shop's backend does: what the page sent goes into the metadata."""
        name = f"ORD-{next(self._numbers)}"
        carried = {key: value for key, value in sent.items() if key.startswith("ga_") and value}
        session = checkout_session(
            id=sent.get("session", f"cs_test_{name}"),
            payment_intent=f"pi_{name}",
            customer=None,
            metadata={"order_id": name, **carried},
            client_reference_id=sent.get("client_reference_id"),
        )
        placed = Placed(name, sent, self.pay(session))
        self.orders.append(placed)
        return placed


def webhook(url: str, secret: str) -> Callable[[Json], Json]:
    """Return how Stripe sends a paid session to the webhook at `url`."""

    def pay(session: Json) -> Json:
        now = int(time.time())
        body = as_bytes(event(session, id=f"evt_{session['id']}", created=now, livemode=False))
        signature = stripe_signature(body, [secret], timestamp=now)
        headers = {"content-type": "application/json", "stripe-signature": signature}
        answer = loopback.post(url, content=body, headers=headers, timeout=20, trust_env=False)
        found: Json = answer.json()
        return found

    return pay
