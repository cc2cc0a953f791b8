"""Publishing the day's messages at a stack that listens."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, Protocol

import aiohttp

from shared.stores.entry import State
from shared.stores.query import Query
from shared.stores.sqlite.stores import sqlite_stores
from tools.demo.arrivals import arrivals_in
from tools.demo.message_audit import MessageAudit, audit_messages, key_of
from tools.demo.message_plan import MessagePlan
from tools.stack import LocalStack

_PATIENCE_SECONDS: Final = 45.0
_POLL_SECONDS: Final = 0.1
# What comes again comes after a second.
_ECHO_SECONDS: Final = 1.5
_FAULT: Final = {"status": 503, "every": 6}


class Post(Protocol):
    """What carries messages to the functions.

    Attributes:
        way: What it is, in words.
    """

    way: str

    async def carry(self, plan: MessagePlan, functions: Mapping[str, str]) -> None:
        """Carry all messages to the functions of these addresses, in any order, with duplicates."""


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
        keys = {key_of(arrival) for event in events for arrival in arrivals_in(event["body"])}
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
