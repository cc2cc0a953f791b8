"""Deliveries of providers played at a real function process, and what GA4 holds afterwards."""

import json
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import httpx

from tests.functions.running import GA4, SIGNING_SECRET, Webhook
from tools.traffic import paddle_objects, stripe_objects
from tools.traffic.request import Json, Request

Money = dict[tuple[str, str], dict[str, Decimal]]
"""(event name, currency) → parameter → sum."""

_ROUNDS: Final = 12
_PAUSE_SECONDS: Final = 0.15
_COMES_AGAIN: Final = frozenset({409, 503})
_TIME: Final = re.compile(r"<now(?:-(\d+)(d?))?(, a JSON number)?>")
_SECONDS_OF_DAY: Final = 86_400
_SUMMED: Final = ("value", "tax", "shipping")
_TEXTS: Final = ("_at", "_gmt", "At", "Date")
# Beside these three, the providers that a report's deliveries come from.
_ALWAYS: Final = ("stripe", "paddle", "shopify")
_SECRETS: Final = {"adyen": "44782def547aaa06c910c43932b1eb0c71fc68d9d0c057550c48ec2acf6ba056"}


def requests_of(deliveries: Sequence[Json], *, now: int) -> list[Request]:
    """Return reported deliveries as requests.

    Args:
        deliveries: As a report has them: `object`, `data` or `body` is what the provider tells.
        now: The time that `<now-60>` counts from, Unix seconds.
    """
    return [_request(number, _dated(each, now), now) for number, each in enumerate(deliveries, 1)]


def play(folder: Path, requests: Sequence[Request], ga4: GA4, **settings: Any) -> "Played":  # noqa: ANN401
    """Post requests one by one, those that shall come again until they are settled.

    Args:
        folder: Of the function's own.
        requests: What to post, in this order.
        ga4: Where the function sends to.
        settings: `options` of the providers by name, and `environment`.
    """
    ga4.forget()
    senders = dict.fromkeys((*_ALWAYS, *(request.sender for request in requests)))
    with Webhook(folder, ga4.url, settings=_settings(folder, senders, **settings)) as webhook:
        answers: list[httpx.Response] = []
        waiting = list(requests)
        for _ in range(_ROUNDS):
            again = []
            for request in waiting:
                answer = _post(webhook, request)
                answers.append(answer)
                if answer.status_code in _COMES_AGAIN:
                    again.append(request)
            if not again:
                break
            waiting = again
            time.sleep(_PAUSE_SECONDS)
        return Played([event["body"] for event in ga4.events], answers, len(again))


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it.

    Attributes:
        bodies: What GA4 was sent, oldest first.
        answers: What the function answered.
        waiting: How many deliveries were not settled in the end.
    """

    bodies: list[Json]
    answers: list[httpx.Response]
    waiting: int

    @property
    def events(self) -> list[Json]:
        """The events, each as its parameters and its name."""
        return [
            {"name": event["name"], **event["params"]}
            for body in self.bodies
            for event in body["events"]
        ]

    @property
    def money(self) -> Money:
        """The sums by event and currency; nothing that is zero."""
        sums: dict[tuple[str, str], dict[str, Decimal]] = {}
        for event in self.events:
            if "currency" in event:
                of = sums.setdefault(
                    (event["name"], event["currency"]), dict.fromkeys(_SUMMED, Decimal(0))
                )
                for name in _SUMMED:
                    of[name] += event.get(name, 0)
        return {key: {n: v for n, v in of.items() if v} for key, of in sums.items()}


def unexplained(played: Played, expected: Sequence[Json]) -> list[str]:
    """Return how the events differ from the expected ones; nothing where they agree.

    Args:
        played: What GA4 holds.
        expected: The events it must hold, in any order; only the named fields count.
    """
    left = list(played.events)
    missing = []
    for wanted in expected:
        match = next((event for event in left if _fits(event, wanted)), None)
        if match is None:
            missing.append(f"missing: {wanted}")
        else:
            left.remove(match)
    return missing + [f"too much: {event}" for event in left]


def _fits(event: Json, wanted: Json) -> bool:
    return all(_same(event.get(name), value) for name, value in wanted.items())


def _same(found: object, wanted: object) -> bool:
    if isinstance(wanted, int | float):
        return Decimal(str(found or 0)) == Decimal(str(wanted))
    return found == wanted


def _settings(
    folder: Path,
    senders: Iterable[str],
    options: Mapping[str, Json] | None = None,
    environment: Mapping[str, str] | None = None,
) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    providers = {}
    for name in senders:
        secret = folder / f"{name}_signing"
        secret.write_text(_SECRETS.get(name, SIGNING_SECRET), encoding="utf-8")
        providers[name] = {"secret": f"file:{secret}", **(options or {}).get(name, {})}
    return {"PAYMENT_PROVIDERS": json.dumps(providers), **(environment or {})}


def _post(webhook: Webhook, request: Request) -> httpx.Response:
    secret = _SECRETS.get(request.sender, SIGNING_SECRET)
    signed = request.signed(secret, now=int(time.time()))
    return webhook.request(
        "POST", f"/{request.sender}", content=signed.body, headers=signed.headers
    )


def _request(number: int, delivery: Json, now: int) -> Request:
    match delivery["provider"]:
        case "stripe":
            body = stripe_objects.event(
                delivery["object"],
                delivery["type"],
                id=f"evt_{number}",
                api_version=delivery.get("api_version"),
                created=now,
                data={
                    "object": delivery["object"],
                    "previous_attributes": delivery.get("previous_attributes", {}),
                },
                **({"account": delivery["account"]} if "account" in delivery else {}),
            )
            return Request("stripe", json.dumps(body).encode())
        case "paddle":
            body = paddle_objects.event(
                delivery["data"],
                delivery["type"],
                event_id=f"evt_{number}",
                notification_id=f"ntf_{number}",
                occurred_at=_rfc3339(now),
            )
            return Request("paddle", json.dumps(body).encode())
        case "adyen" | "mollie" as provider:
            return Request(provider, json.dumps(delivery["body"]).encode())
        case "woocommerce":
            headers = {"x-wc-webhook-topic": delivery["topic"], "x-wc-webhook-delivery-id": "d"}
            return Request("woocommerce", json.dumps(delivery["body"]).encode(), headers)
        case provider:
            given = dict(delivery["body"])
            headers = {
                "x-shopify-topic": delivery["topic"],
                "x-shopify-webhook-id": f"webhook-{number}",
                "x-shopify-event-id": f"event-{number}",
                "x-shopify-shop-domain": "one.myshopify.com",
                "x-shopify-triggered-at": _rfc3339(now),
            }
            for name in [name for name in given if name.startswith("_header ")]:
                headers[name.removeprefix("_header ").lower()] = given.pop(name)
            return Request(provider, json.dumps(given).encode(), headers)


def _dated(value: Any, now: int, key: str = "") -> Any:  # noqa: ANN401 - JSON
    """Return a report's JSON with its times filled in, each as its field wants it."""
    if isinstance(value, dict):
        return {name: _dated(inner, now, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_dated(inner, now, key) for inner in value]
    if not isinstance(value, str) or (found := _TIME.fullmatch(value)) is None:
        return value
    ago = int(found[1] or 0) * (_SECONDS_OF_DAY if found[2] else 1)
    if found[3]:
        return now - ago
    if key.startswith(("ga_", "metadata.ga_")) or key == "value":
        return str(now - ago)
    return _rfc3339(now - ago) if key.endswith(_TEXTS) else now - ago


def _rfc3339(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
