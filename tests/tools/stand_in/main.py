"""A payment webhook of its own, to test the local stack with; flaws can be switched on."""

import asyncio
import hashlib
import hmac
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import aiohttp
import functions_framework.aio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.tools.stand_in.reading import EarlyError, understand

FLAWS = frozenset(os.environ.get("STAND_IN_FLAWS", "").split(","))
STATE: dict[str, str] = {}

if "broken" in FLAWS:
    raise RuntimeError("this function cannot be imported")


@functions_framework.aio.http
async def second_webhook(request: Request) -> Response:
    """Answer anything."""
    del request
    return _answer(200, "ignored")


@functions_framework.aio.http
async def payment_webhook(request: Request) -> Response:
    """Tell GA4 of every purchase and every refund once."""
    body = await request.body()
    if "mortal" in FLAWS:
        os.kill(os.getppid(), signal.SIGKILL)
    signature = request.headers.get("stripe-signature", "")
    if "credulous" not in FLAWS and not _is_genuine(signature, body):
        return _answer(400, "bad_signature")
    try:
        event = json.loads(body)
        fact = understand(event, FLAWS)
    except EarlyError:
        return _answer(503, "unavailable")
    if fact is None:
        return _answer(200, "ignored")
    key, payload = fact
    is_purchase = key.startswith("purchase")
    forgotten = "forgetful" if is_purchase else "forgetful of refunds"
    if forgotten not in FLAWS and key in STATE:
        done = STATE[key] == "done"
        return _answer(200, "duplicate") if done else _answer(409, "in_progress")
    STATE[key] = "sending"
    stream = _stream(live=event["livemode"])
    tries = 5 if is_purchase else 1
    if await _send(stream, payload, tries=tries, unclear_is_sent=not is_purchase):
        STATE[key] = "done"
        return _answer(200, "delivered")
    STATE.pop(key, None)
    return _answer(503, "unavailable")


def _answer(status: int, outcome: str) -> Response:
    """Answer with an outcome, and when to come back."""
    headers = {"Retry-After": "1"} if status == 503 else {}
    return JSONResponse({"outcome": outcome}, status, headers)


def _is_genuine(header: str, body: bytes) -> bool:
    """Tell whether the signature is Stripe's and fresh."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    entry = json.loads(os.environ["PAYMENT_PROVIDERS"])["stripe"]
    secret = Path(entry["secret"].removeprefix("file:")).read_bytes()
    expected = hmac.new(secret, parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    is_fresh = abs(time.time() - int(parts["t"])) < 300
    return is_fresh and hmac.compare_digest(expected, parts["v1"])


async def _send(
    stream: dict[str, str], payload: dict[str, Any], *, tries: int, unclear_is_sent: bool
) -> bool:
    """Tell whether GA4 took it, as far as one can know."""
    url = f"{os.environ['GA4_ENDPOINT']}/mp/collect"
    async with aiohttp.ClientSession() as client:
        for _ in range(tries):
            try:
                async with client.post(url, params=stream, json=payload) as answer:
                    return answer.status < 300
            except aiohttp.ClientError:
                await asyncio.sleep(0.01)
    return unclear_is_sent


def _stream(*, live: bool) -> dict[str, str]:
    """Return the stream of live or of test events, with its secret; there may be one for both."""
    if "STREAMS" in os.environ:
        found = json.loads(os.environ["STREAMS"])["live" if live else "test"]
        number, secret = found["measurement_id"], found["api_secret"]
    else:
        number, secret = os.environ["GA4_MEASUREMENT_ID"], os.environ["GA4_API_SECRET"]
    text = Path(secret.removeprefix("file:")).read_text(encoding="utf-8")
    return {"measurement_id": number, "api_secret": text}
