"""Publishing the day's messages at a stack that listens, and comparing what GA4 has of them."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import aiohttp

from shared.stores.entry import State
from shared.stores.query import Query
from shared.stores.sqlite.database import sqlite_stores
from tools.arrivals import Arrival, arrivals_of
from tools.demo.message_plan import ENRICHMENT, OFFLINE, RENEWALS, Key, MessagePlan
from tools.demo.pushes import Post
from tools.stack import LocalStack

_PATIENCE_SECONDS: Final = 45.0
_POLL_SECONDS: Final = 0.1
# What comes again comes after a second.
_ECHO_SECONDS: Final = 1.5
_FAULT: Final = {"status": 503, "every": 6}
_NAMES: Final = {RENEWALS: "renewals", ENRICHMENT: "enriched orders", OFFLINE: "offline events"}


@dataclass(frozen=True)
class MessageAudit:
    """What the comparison found.

    Attributes:
        way: How the messages came: by Pub/Sub's emulator, or pushed directly.
        published: How many messages there were, duplicates included.
        events: Events GA4 has, by what they are.
        poison: How many messages could never succeed.
        laid_aside: How many of these were recorded as rejected.
        differences: Everything that is not as it is to be, one line each.
    """

    way: str
    published: int
    events: Mapping[str, int]
    poison: int
    laid_aside: int
    differences: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The audit for machines."""
        return {
            "way": self.way,
            "published": self.published,
            "told": dict(self.events),
            "poison": {"published": self.poison, "laid_aside": self.laid_aside},
        }

    def line(self) -> str:
        """The audit for people."""
        counts = ", ".join(f"{count} {what}" for what, count in self.events.items())
        return (
            f"{self.published} {self.way}: {counts}; "
            f"{self.laid_aside} of {self.poison} poisonous ones dead-lettered"
        )


def audit_messages(
    plan: MessagePlan, collected: bytes, *, way: str, laid_aside: int
) -> MessageAudit:
    """Compare what was published with what the collector has.

    Args:
        plan: The messages.
        collected: The answer to `GET /events`.
        way: How they came.
        laid_aside: How many messages the ledger holds as rejected.
    """
    events = json.loads(collected, parse_float=Decimal)
    sent = list(arrivals_of(events))
    found = Counter(map(key_of, sent))
    by_key = {key_of(arrival): arrival for arrival in sent}
    arrived = Counter(_NAMES[arrival.text("mp_source")] for arrival in sent)
    return MessageAudit(
        way=way,
        published=sum(message.copies for message in plan.messages),
        events={name: arrived[name] for name in _NAMES.values()},
        poison=plan.poison,
        laid_aside=laid_aside,
        differences=tuple(_differences(plan, found, by_key, laid_aside)),
    )


def key_of(arrival: Arrival) -> Key:
    """Return what an arrival is about."""
    return arrival.name, arrival.transaction_id or arrival.text("sheet")


async def play_messages(plan: MessagePlan, post: Post, stack: LocalStack) -> MessageAudit:
    """Publish everything while GA4 answers 503 now and then, and compare.

    Args:
        plan: The messages.
        post: What carries them.
        stack: A stack whose store is its own file.
    """
    async with aiohttp.ClientSession() as client:
        async with client.delete(f"{stack.collector}/events") as answer:
            answer.raise_for_status()
        await _misbehave(client, stack, _FAULT)
        await post.carry(plan, stack.functions)
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await _completed(plan, client, stack)
        await asyncio.sleep(_ECHO_SECONDS)
        await _misbehave(client, stack, {})
        collected = await _collected(client, stack)
    laid_aside = await _rejected(stack)
    return audit_messages(plan, collected, way=post.way, laid_aside=laid_aside)


async def _completed(plan: MessagePlan, client: aiohttp.ClientSession, stack: LocalStack) -> None:
    """Wait until everything is there; what is missing then is the audit's to say."""
    while True:
        events = json.loads(await _collected(client, stack), parse_float=Decimal)
        keys = set(map(key_of, arrivals_of(events)))
        if plan.expected.keys() <= keys and await _rejected(stack) >= plan.poison:
            return
        await asyncio.sleep(_POLL_SECONDS)


async def _collected(client: aiohttp.ClientSession, stack: LocalStack) -> bytes:
    async with client.get(f"{stack.collector}/events") as answer:
        return await answer.read()


async def _misbehave(
    client: aiohttp.ClientSession, stack: LocalStack, fault: Mapping[str, object]
) -> None:
    async with client.post(f"{stack.collector}/faults", json=fault) as answer:
        answer.raise_for_status()


async def _rejected(stack: LocalStack) -> int:
    """Return how many of Pub/Sub's messages the ledger holds as rejected."""
    ledger = sqlite_stores(stack.environ["STORE"].removeprefix("sqlite:")).ledger
    since = datetime.now(UTC) - timedelta(days=1)
    query = Query(states=frozenset({State.REJECTED}), since=since, source="pubsub")
    try:
        return len([entry async for entry in ledger.entries(query)])
    finally:
        await ledger.close()


def _differences(
    plan: MessagePlan, found: Counter[Key], by_key: Mapping[Key, Arrival], laid_aside: int
) -> Iterator[str]:
    for key, params in plan.expected.items():
        if found[key] != 1:
            yield f"{' '.join(key)}: GA4 has {found[key]} and not one"
            continue
        for name, value in params.items():
            if not by_key[key].has(name, value):
                has = by_key[key].params.get(name)
                yield f"{' '.join(key)}: {name} is {has} and not {value}"
    for key in found.keys() - plan.expected.keys():
        yield f"{' '.join(key)}: GA4 has it, and nobody published it"
    if laid_aside != plan.poison:
        yield f"{laid_aside} messages were dead-lettered and not {plan.poison}"
