"""The messages of a shop's day, and what GA4 is to hear of them, worked out by hand."""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from tools.traffic import messages
from tools.traffic.request import Json

Key = tuple[str, str]
"""An event's name, and the order or the sheet it is about."""

RENEWALS: Final = "subscription_renewal"
ENRICHMENT: Final = "data_enrichment"
OFFLINE: Final = "offline_event"

COSTS: Final = {"mug": Decimal("4.00"), "tea": Decimal("1.75")}
"""What items cost the shop, in EUR; of the rest nobody knows."""

_PRICES: Final = {"mug": Decimal("9.00"), "tea": Decimal("3.50"), "vase": Decimal("24.00")}
_RENEWALS: Final = 24
_ORDERS: Final = 16
_LEADS: Final = 8
_SALES: Final = 6
_DEVICES: Final = 6
_STAGES: Final = ("generate_lead", "qualify_lead", "close_convert_lead")


@dataclass(frozen=True)
class Message:
    """What is published.

    Attributes:
        function: Whom it is pushed to.
        data: Its bytes.
        copies: How often it is published.
    """

    function: str
    data: bytes
    copies: int


@dataclass(frozen=True)
class MessagePlan:
    """All messages, in the order they are published.

    Attributes:
        messages: The messages.
        expected: The events GA4 is to have, once each, with what counts in each.
        poison: How many can never succeed.
    """

    messages: tuple[Message, ...]
    expected: Mapping[Key, Mapping[str, Any]]
    poison: int


def catalogue() -> str:
    """Return the costs as `CATALOGUE` reads them, CSV."""
    rows = [f"{item},{cost},EUR\n" for item, cost in COSTS.items()]
    return "".join(["item_id,unit_cost,currency\n", *rows])


def plan_messages(seed: int, now: datetime) -> MessagePlan:
    """Plan the messages of a day.

    Args:
        seed: Which day it is.
        now: When it ends, UTC.
    """
    chance = random.Random(seed)  # noqa: S311 - a story, no secret
    planned = [
        *((RENEWALS, *each) for each in _renewals(chance, now)),
        *((ENRICHMENT, *each) for each in _orders(chance, now)),
        *((OFFLINE, *each) for each in _offline(chance, now)),
    ]
    poison = [
        Message(function, b'{"schema": "nobody-knows/9"}', 1)
        for function in (RENEWALS, ENRICHMENT, OFFLINE)
    ]
    published = [
        Message(function, json.dumps(document).encode(), chance.choice((1, 1, 2, 3)))
        for function, document, _, _ in planned
    ]
    published += poison
    chance.shuffle(published)
    expected = {key: params for _, _, key, params in planned}
    return MessagePlan(tuple(published), expected, len(poison))


_Told = Iterator[tuple[Json, Key, Json]]


def _renewals(chance: random.Random, now: datetime) -> _Told:
    for number in range(_RENEWALS):
        net, tax = Decimal(chance.randint(500, 9900)) / 100, Decimal(chance.randint(0, 900)) / 100
        invoice = f"INV-{number}"
        document = messages.renewal(
            event_id=f"bev_{number}",
            occurred_at=_earlier(chance, now),
            transaction_id=invoice,
            subscription_id=f"sub_{number}",
            renewal_number=number % 12 + 1,
            money={"currency": "EUR", "total": str(net + tax), "tax": str(tax)},
            items=None,
            customer_id=f"cust_{number}",
            analytics=_browser(chance),
        )
        params = {"value": net, "currency": "EUR", "renewal_number": number % 12 + 1}
        yield document, ("purchase", invoice), params


def _orders(chance: random.Random, now: datetime) -> _Told:
    for number in range(_ORDERS):
        # Of an order of which nothing is known there is nothing to send.
        bought = {"mug", *chance.sample(sorted(_PRICES), chance.randint(1, 3))}
        items = {item: chance.randint(1, 3) for item in sorted(bought)}
        known = {item: count for item, count in items.items() if item in COSTS}
        order = f"ORDER-{number}"
        document = messages.enrichment(
            event_id=f"oe_{number}",
            occurred_at=_earlier(chance, now),
            transaction_id=order,
            items=[
                {"item_id": item, "quantity": count, "price": str(_PRICES[item])}
                for item, count in items.items()
            ],
            customer_ref=None,
            analytics=_browser(chance),
        )
        margin = sum((_PRICES[item] - COSTS[item]) * count for item, count in known.items())
        basis = "known" if len(known) < len(items) else "all"
        yield document, ("purchase_enriched", order), {"margin": margin, "margin_basis": basis}


def _offline(chance: random.Random, now: datetime) -> _Told:
    """Yield leads through their stages, sales in the shop, and what a kiosk sends."""
    for number in range(_LEADS):
        lead, browser = f"LEAD-{number}", _browser(chance)
        for stage in _STAGES[: chance.randint(1, len(_STAGES))]:
            more = {"references": [lead], "analytics": browser}
            yield _sheet(f"{lead}-{stage}", stage, _earlier(chance, now), **more)
    for number in range(_SALES):
        sale, total = f"TILL-{number}", Decimal(chance.randint(100, 5000)) / 100
        document, _, _ = _sheet(sale, "purchase", _earlier(chance, now), device_id="till-1")
        money = {"currency": "EUR", "total": str(total)}
        document |= {
            "transaction_id": sale,
            "money": money,
            "items": [{"item_id": "mug", "price": str(total)}],
        }
        yield document, ("purchase", sale), {"value": total, "purchase_type": "offline"}
    for number in range(_DEVICES):
        device = {"device_id": f"kiosk-{number}"}
        yield _sheet(f"KIOSK-{number}", "kiosk_visit", _earlier(chance, now), **device)


def _sheet(sheet: str, name: str, occurred_at: str, **more: object) -> tuple[Json, Key, Json]:
    """Return a server event that names the sheet it stands on."""
    fields = {"money": None, "references": [], "params": {"sheet": sheet}, **more}
    document = messages.server_event(event_id=sheet, occurred_at=occurred_at, name=name, **fields)
    return document, (name, sheet), {}


def _browser(chance: random.Random) -> Json:
    return {"client_id": f"{chance.randint(10**9, 2 * 10**9)}.1764000000"}


def _earlier(chance: random.Random, now: datetime) -> str:
    then = now.astimezone(UTC) - timedelta(seconds=chance.randint(60, 6 * 3600))
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")
