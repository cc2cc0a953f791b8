"""A payment webhook in one file, for the tests of the local stack; flaws can be switched on."""

import asyncio
import hashlib
import hmac
import json
import os
import signal
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp
import functions_framework.aio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

FLAW = os.environ.get("STAND_IN_FLAW", "")
EXPONENTS = {"eur": 2, "jpy": 0, "kwd": 3}
STATE: dict[str, str] = {}

if FLAW == "broken":
    raise RuntimeError("this function cannot be imported")


@functions_framework.aio.http
async def second_webhook(request: Request) -> Response:
    """Answer anything."""
    del request
    return _answer(200, "ignored")


@functions_framework.aio.http
async def payment_webhook(request: Request) -> Response:
    """Tell GA4 of a paid Checkout session once."""
    body = await request.body()
    if FLAW == "mortal":
        os.kill(os.getppid(), signal.SIGKILL)
    if FLAW != "credulous" and not _is_genuine(request.headers.get("stripe-signature", ""), body):
        return _answer(400, "bad_signature")
    event = json.loads(body)
    subject = event["data"]["object"]
    is_money = event["type"].startswith("checkout.session.") and subject["mode"] == "payment"
    if not (is_money and subject["payment_status"] == "paid"):
        return _answer(200, "ignored")
    transaction_id = _transaction_id(subject)
    if FLAW != "forgetful" and transaction_id in STATE:
        done = STATE[transaction_id] == "done"
        return _answer(200, "duplicate") if done else _answer(409, "in_progress")
    STATE[transaction_id] = "sending"
    if await _send(_payload(subject, transaction_id)):
        STATE[transaction_id] = "done"
        return _answer(200, "delivered")
    del STATE[transaction_id]
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


def _transaction_id(subject: dict[str, Any]) -> str:
    """Return the id by which the shop knows the order."""
    metadata = subject["metadata"]
    given = metadata.get("ga_transaction_id") or metadata.get("order_id")
    return str(given or subject["payment_intent"])


def _payload(subject: dict[str, Any], transaction_id: str) -> dict[str, Any]:
    """Return the purchase as GA4 takes it."""
    metadata = subject["metadata"]
    exponent = EXPONENTS[subject["currency"]]
    tax = subject["total_details"]["amount_tax"]
    cost = subject["shipping_cost"] or {"amount_total": 0, "amount_tax": 0}
    shipping = cost["amount_total"] - cost["amount_tax"]
    value = subject["amount_total"] - shipping - (0 if FLAW == "gross" else tax)
    client_id = metadata.get("ga_client_id") or metadata.get("ga_cookie", "")[6:]
    session_cookie = metadata.get("ga_session_cookie", "$")
    session_id = metadata.get("ga_session_id") or session_cookie.split("$")[0].removeprefix(
        "GS2.1.s"
    )
    amounts = {"value": value, "tax": tax, "shipping": shipping}
    return {
        "client_id": client_id or "1.2",
        "events": [
            {
                "name": "purchase",
                "params": {
                    "transaction_id": transaction_id,
                    "currency": subject["currency"].upper(),
                    **{k: float(Decimal(v).scaleb(-exponent)) for k, v in amounts.items()},
                    "mp_attribution": "session" if client_id else "generated",
                    **({"session_id": session_id} if session_id else {}),
                },
            }
        ],
    }


async def _send(payload: dict[str, Any]) -> bool:
    """Tell whether GA4 took the purchase."""
    url = f"{os.environ['GA4_ENDPOINT']}/mp/collect"
    query = {"measurement_id": os.environ["GA4_MEASUREMENT_ID"], "api_secret": _api_secret()}
    async with aiohttp.ClientSession() as client:
        for _ in range(5):
            try:
                async with client.post(url, params=query, json=payload) as answer:
                    return answer.status < 300
            except aiohttp.ClientError:
                await asyncio.sleep(0.01)
    return False


def _api_secret() -> str:
    """Return the secret of the stream."""
    return Path(os.environ["GA4_API_SECRET"].removeprefix("file:")).read_text(encoding="utf-8")
