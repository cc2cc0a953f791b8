"""Our own payment webhook, which loses or doubles one event of each provider.

`STAND_IN_FLAWS` is `losing`: the first payment is acknowledged and forgotten. Or it is `doubling`:
the first payment reaches GA4 under a second transaction id too, and the first refund twice.
"""

import json
import os
from pathlib import Path
from typing import Any, Final

import aiohttp
import functions_framework.aio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from functions.payment_webhook.main import process

FLAW: Final = os.environ["STAND_IN_FLAWS"]
GA4: Final = os.environ["GA4_ENDPOINT"]
PAID: Final = {
    "stripe": b"checkout.session.completed",
    "paypal": b"PAYMENT.CAPTURE.COMPLETED",
    "mollie": b"payment.paid",
    "revenuecat": b"NON_RENEWING_PURCHASE",
}
DONE: set[tuple[str, str]] = set()


@functions_framework.aio.http
async def payment_webhook(request: Request) -> Response:
    """Take a delivery, with one mistake a provider."""
    provider, body = request.url.path.strip("/"), await request.body()
    if FLAW == "losing" and PAID[provider] in body and _is_first(provider, "purchase"):
        return JSONResponse({"outcome": "delivered"})
    response = await process()(request)
    answer = json.loads(bytes(response.body))
    if FLAW == "doubling" and answer["outcome"] == "delivered":
        for event in answer["events"]:
            if _is_first(provider, event["name"]):
                await _send_again(event["name"], event["transaction_id"])
    return response


def _is_first(provider: str, name: str) -> bool:
    if (provider, name) in DONE:
        return False
    DONE.add((provider, name))
    return True


async def _send_again(name: str, transaction_id: str) -> None:
    """Send what GA4 has once more; a payment under another id, for GA4 would merge it."""
    async with aiohttp.ClientSession() as client:
        async with client.get(f"{GA4}/events") as answer:
            collected = await answer.json()
        found = next(
            each
            for each in reversed(collected)
            if _event(each)["name"] == name
            and _event(each)["params"]["transaction_id"] == transaction_id
        )
        if name == "purchase":
            _event(found)["params"]["transaction_id"] += "-again"
        stream = _stream(found["measurement_id"])
        url = f"{GA4}/mp/collect"
        async with client.post(url, params=stream, json=found["body"]) as answer:
            assert answer.status == 204


def _event(collected: dict[str, Any]) -> dict[str, Any]:
    (event,) = collected["body"]["events"]
    assert isinstance(event, dict)
    return event


def _stream(measurement_id: str) -> dict[str, str]:
    streams = json.loads(os.environ["STREAMS"]).values()
    (found,) = (each for each in streams if each["measurement_id"] == measurement_id)
    secret = Path(found["api_secret"].removeprefix("file:")).read_text(encoding="utf-8")
    return {"measurement_id": measurement_id, "api_secret": secret}
