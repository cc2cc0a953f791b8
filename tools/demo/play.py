"""Playing a day at a stack that listens."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final, Protocol

import aiohttp

from tools.demo.sender import Sender, Tally, Webhook
from tools.demo.story import Chain, Day, Phase

_IN_FLIGHT: Final = 16
_TIMEOUT: Final = aiohttp.ClientTimeout(total=20)
_TURNED_AWAY: Final = "503"
_LONGEST_OUTAGE_SECONDS: Final = 12.0
_POLL_SECONDS: Final = 0.05


class Watcher(Protocol):
    """Who wants to see the day go by."""

    def phase(self, name: str) -> None:
        """A part of the day begins."""

    def progress(self, tally: Tally) -> None:
        """There was an answer."""


async def play(
    day: Day, *, webhooks: Mapping[str, Webhook], collector: str, watcher: Watcher
) -> tuple[Tally, bytes]:
    """Deliver everything that happens in a day.

    Args:
        day: The day.
        webhooks: Where the deliveries of each provider go.
        collector: The local GA4, which misbehaves as the day says.
        watcher: Gets the progress.

    Returns:
        What the sender saw, and the collector's `GET /events`.
    """
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as client:
        sender = Sender(client, webhooks, on_answer=watcher.progress)
        for phase in day.phases:
            watcher.phase(phase.name)
            await _set_fault(client, collector, phase.fault)
            async with asyncio.TaskGroup() as group:
                limit = asyncio.Semaphore(_IN_FLIGHT)
                for chain in phase.chains:
                    group.create_task(_deliver(chain, sender, limit))
                if phase.is_outage:
                    group.create_task(_end_outage(client, collector, phase, sender.tally))
        async with client.get(f"{collector}/events") as answer:
            return sender.tally, await answer.read()


async def _deliver(chain: Chain, sender: Sender, limit: asyncio.Semaphore) -> None:
    async with limit:
        for delivery in chain:
            await sender.deliver(delivery)


async def _end_outage(
    client: aiohttp.ClientSession, collector: str, phase: Phase, tally: Tally
) -> None:
    """Let GA4 recover once the function has turned every chain away."""
    before = tally.answers[_TURNED_AWAY]
    polls = int(_LONGEST_OUTAGE_SECONDS / _POLL_SECONDS)
    for _ in range(polls):
        if tally.answers[_TURNED_AWAY] - before >= len(phase.chains):
            break
        await asyncio.sleep(_POLL_SECONDS)
    await _set_fault(client, collector, {})


async def _set_fault(
    client: aiohttp.ClientSession, collector: str, fault: Mapping[str, Any]
) -> None:
    async with client.post(f"{collector}/faults", json=fault) as answer:
        answer.raise_for_status()
