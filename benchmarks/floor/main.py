"""The least a webhook in Python can do: raw ASGI, one HMAC, one POST over aiohttp, no memory."""

import hashlib
import hmac
import json
import os
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import aiohttp

SECRET = os.environ["STRIPE_WEBHOOK_SECRET"].encode()
URL = f"{os.environ['GA4_ENDPOINT']}/mp/collect"
QUERY = {
    "measurement_id": os.environ["GA4_MEASUREMENT_ID"],
    "api_secret": os.environ["GA4_API_SECRET"],
}

Message = dict[str, Any]


@cache
def client() -> aiohttp.ClientSession:
    """The one client of the process."""
    return aiohttp.ClientSession()


async def application(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """Verify, read, send to GA4, answer."""
    if scope["type"] != "http":
        return
    body = await read_body(receive)
    header = dict(scope["headers"]).get(b"stripe-signature", b"")
    status = await tell(order_of(body)) if verified(header, body) else 400
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def read_body(receive: Callable[[], Awaitable[Message]]) -> bytes:
    """Return a request's body."""
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


def verified(header: bytes, body: bytes) -> bool:
    """Whether Stripe's signature is the body's."""
    parts = dict(part.split(b"=", 1) for part in header.split(b",") if b"=" in part)
    expected = hmac.new(SECRET, parts.get(b"t", b"") + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), parts.get(b"v1", b""))


def order_of(body: bytes) -> Message:
    """Return the session that an event is about."""
    session: Message = json.loads(body)["data"]["object"]
    return session


async def tell(session: Message) -> int:
    """Tell GA4 of a session; the status to answer with."""
    payload = {
        "client_id": session["metadata"]["ga_client_id"],
        "events": [
            {
                "name": "purchase",
                "params": {
                    "transaction_id": session["metadata"]["order_id"],
                    "currency": session["currency"].upper(),
                    "value": session["amount_total"] / 100,
                },
            }
        ],
    }
    async with client().post(URL, params=QUERY, data=json.dumps(payload).encode()) as answer:
        return 200 if answer.ok else 503
