"""Google's emulator pushes to the functions as they run: GA4's books equal the publisher's.

The emulator obeys push, acknowledgement, backoff and dead-letter policy; it checks no identity.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest

from tests.support.billing_json import renewal
from tests.support.child_forks import forked_local_stack
from tests.support.forks import connectors
from tests.support.gate import Gate
from tests.support.loop import in_a_loop
from tests.support.pubsub_emulator import PubSubEmulator
from tests.support.server_json import enrichment, kiosk_sale, server_event
from tools.functions import FUNCTIONS, Function
from tools.stack import LocalStack

PUSHED: Final = tuple(
    f for f in FUNCTIONS if f.name in ("subscription_renewal", "data_enrichment", "offline_event")
)
_GRACE_SECONDS: Final = 120

Json = dict[str, Any]


@dataclass(frozen=True)
class Deployment:
    """The pushed functions, their topics, and the local GA4.

    Attributes:
        stack: What runs.
        emulator: Pub/Sub.
        topics: Function → the topic that is pushed to it.
        dead_letters: Where both functions and Pub/Sub lay messages aside.
        client: Asks the local GA4.
    """

    stack: LocalStack
    emulator: PubSubEmulator
    topics: dict[str, str]
    dead_letters: str
    client: aiohttp.ClientSession

    async def publish(self, function: str, *documents: Json) -> None:
        """Publish messages to a function's topic."""
        bodies = [json.dumps(document).encode() for document in documents]
        await asyncio.to_thread(self.emulator.publish, self.topics[function], *bodies)

    async def events(self) -> list[Json]:
        """Return every event GA4 has taken."""
        async with self.client.get(f"{self.stack.collector}/events") as response:
            sent = json.loads(await response.text(), parse_float=Decimal)
        return [entry["body"]["events"][0] for entry in sent]

    async def misbehave(self, **fault: Any) -> None:  # noqa: ANN401 - JSON
        """Let the local GA4 misbehave; without a fault, behave."""
        async with self.client.post(f"{self.stack.collector}/faults", json=fault) as response:
            assert response.ok

    async def until(self, done: Callable[[list[Json]], bool]) -> list[Json]:
        """Return GA4's events once they are as they should be, and a moment later still are."""
        give_up_at = time.monotonic() + _GRACE_SECONDS
        while not done(found := await self.events()):
            names = Counter(event["name"] for event in found)
            assert time.monotonic() < give_up_at, f"GA4 has {dict(names)}"
            await asyncio.sleep(0.2)
        await asyncio.sleep(2)  # what comes again comes after a second
        return await self.events()


@asynccontextmanager
async def deployment(
    emulator: PubSubEmulator, folder: Path, name: str, functions: Sequence[Function] = PUSHED[:1]
) -> AsyncIterator[Deployment]:
    """Run functions, the first alone or others, each with a topic that is pushed to it."""
    costs = folder / "costs.csv"
    costs.write_text("item_id,unit_cost,currency\nmug,4.00,EUR\n")
    dead = await asyncio.to_thread(emulator.topic, f"{name}-dead")
    environment = {
        "PUBSUB_EMULATOR_HOST": emulator.address,
        "DEAD_LETTER_TOPIC": dead,
        "CATALOGUE": f"csv:{costs}",
    }
    topics = {
        f.name: await asyncio.to_thread(emulator.topic, f"{name}-{f.name}") for f in functions
    }
    with (folder / "log").open("wb") as log:
        async with (
            forked_local_stack(environment, functions=functions, log=log) as stack,
            aiohttp.ClientSession() as client,
        ):
            for pushed, url in stack.functions.items():
                await _subscribe(emulator, topics[pushed], url, dead)
            yield Deployment(stack, emulator, topics, dead, client)


async def _subscribe(emulator: PubSubEmulator, topic: str, url: str, dead: str) -> None:
    await asyncio.to_thread(emulator.push, topic, url, dead_letters=dead, attempts=100)


def now() -> str:
    """Return the time, as messages write it."""
    return datetime.fromtimestamp(int(time.time()), UTC).isoformat()


def renewals(count: int) -> list[Json]:
    """Return renewals of as many subscriptions, each with money of its own."""
    return [
        renewal(
            event_id=f"bev_{n}",
            transaction_id=f"INV-{n}",
            subscription_id=f"sub_{n}",
            occurred_at=now(),
            money={"currency": "EUR" if n % 2 else "JPY", "total": str(10 + n)},
            items=None,
        )
        for n in range(count)
    ]


def books(events: list[Json]) -> dict[str, Decimal]:
    """Return the money of purchases by currency."""
    found: dict[str, Decimal] = {}
    for event in events:
        if event["name"] == "purchase" and "value" in event["params"]:
            currency = event["params"]["currency"]
            found[currency] = found.get(currency, Decimal(0)) + event["params"]["value"]
    return found


def sent(events: list[Json]) -> Counter[tuple[str, str]]:
    """Return how often GA4 was told of each name and transaction."""
    return Counter((e["name"], e["params"].get("transaction_id", "")) for e in events)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("slow", {"delay_ms": 1500, "every": 3}),
        ("away-now-and-then", {"status": 503, "every": 3}),
    ],
)
@in_a_loop
async def test_the_books_balance(
    pubsub_emulator: PubSubEmulator, tmp_path: Path, name: str, fault: Json
) -> None:
    """Of duplicates, out of order: every event once, and the money to the cent.

    Two of three requests find GA4 well.
    """
    sold = renewals(20)
    sale = kiosk_sale(occurred_at=now())
    lead = server_event(occurred_at=now())
    order = enrichment(occurred_at=now())
    async with deployment(pubsub_emulator, tmp_path, name, PUSHED) as deployed:
        await deployed.misbehave(**fault)
        await deployed.publish("subscription_renewal", *sold, *reversed(sold), sold[3])
        await deployed.publish("offline_event", sale, lead, sale, lead)
        await deployed.publish("data_enrichment", order, order)
        events = await deployed.until(lambda found: len(sent(found)) == 23)

    expected = {("purchase", f"INV-{n}"): 1 for n in range(20)}
    others = [("purchase", "KIOSK-1"), ("generate_lead", ""), ("purchase_enriched", "ORD-9")]
    expected |= dict.fromkeys(others, 1)
    assert sent(events) == expected
    assert books(events) == {
        "EUR": Decimal(sum(10 + n for n in range(20) if n % 2) + 10),
        "JPY": Decimal(sum(10 + n for n in range(20) if not n % 2)),
    }


@in_a_loop
async def test_a_function_that_was_down_catches_up(
    pubsub_emulator: PubSubEmulator, tmp_path: Path
) -> None:
    """Pub/Sub keeps what nobody took.

    In the cloud something always listens, and answers 503. The emulator waits longer each time, and
    where nobody listens it gives up within seconds: so each message is refused once.
    """
    sold = renewals(5)
    async with deployment(pubsub_emulator, tmp_path, "down") as deployed:
        topic = await asyncio.to_thread(pubsub_emulator.topic, "down-for-a-while")
        function = deployed.stack.functions["subscription_renewal"]
        async with Gate(function, refusals=len(sold)) as gate:
            await _subscribe(pubsub_emulator, topic, gate.url, deployed.dead_letters)
            bodies = [json.dumps(document).encode() for document in sold]
            await asyncio.to_thread(pubsub_emulator.publish, topic, *bodies)
            events = await deployed.until(lambda found: len(sent(found)) == 5)

    assert gate.refusals == 0
    assert sent(events) == {("purchase", f"INV-{n}"): 1 for n in range(5)}


@in_a_loop
async def test_poison_is_laid_aside_at_once_and_comes_back_by_hand(
    pubsub_emulator: PubSubEmulator, tmp_path: Path
) -> None:
    """What the function buries, `connectors deadletters` shows and brings back as it was."""
    poison = renewals(1)[0] | {"transaction_id": "sub_0"}
    good = renewals(3)[1:]
    async with deployment(pubsub_emulator, tmp_path, "poison") as deployed:
        await deployed.publish("subscription_renewal", poison, *good)
        events = await deployed.until(lambda found: len(sent(found)) == 2)
        subscription = deployed.dead_letters.replace("/topics/", "/subscriptions/")
        pulled = await _connectors(pubsub_emulator, "pull", subscription, "--json")
        topic = pubsub_emulator.topic("poison-again")
        replayed = await _connectors(
            pubsub_emulator, "replay", subscription, "--topic", topic, "--apply", "--json"
        )
        (again,) = await asyncio.to_thread(pubsub_emulator.messages, topic)

    assert sent(events) == {("purchase", "INV-1"): 1, ("purchase", "INV-2"): 1}
    assert "transaction_id: the subscription's" in pulled
    assert "subscription_renewal" in pulled
    assert "INV" not in pulled
    assert json.loads(replayed)
    assert json.loads(again.data) == poison
    assert dict(again.attributes) == {}


@in_a_loop
async def test_rows_of_a_file_arrive_once(pubsub_emulator: PubSubEmulator, tmp_path: Path) -> None:
    """`connectors publish`, twice: the second run's copies are known."""
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps(row) + "\n" for row in [*renewals(30), "no row"]))
    async with deployment(pubsub_emulator, tmp_path, "rows") as deployed:
        topic = deployed.topics["subscription_renewal"]
        for _ in range(2):
            (tmp_path / "rows.jsonl.progress").unlink(missing_ok=True)
            done = await connectors(
                *("publish", str(rows), "--type", "billing-event", "--topic", topic, "--json"),
                environ={"PUBSUB_EMULATOR_HOST": pubsub_emulator.address},
            )
            assert done.status == 1  # one row was rejected
        events = await deployed.until(lambda found: len(sent(found)) == 30)

    assert json.loads(done.out)
    assert sent(events) == {("purchase", f"INV-{n}"): 1 for n in range(30)}


async def _connectors(emulator: PubSubEmulator, *arguments: str) -> str:
    environ = {"PUBSUB_EMULATOR_HOST": emulator.address}
    done = await connectors("deadletters", *arguments, environ=environ)
    assert done.status == 0, done.error
    return done.out
