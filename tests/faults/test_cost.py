"""What an event costs on Firestore: round trips, documents read and written, and what is kept."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.faults.ga4 import Analytics
from tests.faults.world import PURCHASE, REFUND, FaultyEvent, Instance, World
from tests.stores.conftest import STORES
from tests.support.builders import NOW
from tests.support.firestore_emulator import DATABASE, address_and_project, tell_address
from tests.support.firestore_sizes import Stored, stored
from tests.support.stripe_json import event
from tools import store_cost
from tools.traffic.stripe_objects import as_bytes, checkout_session, new_invoice

Asked = tuple[int, ...]
"""Round trips, documents read, documents written."""

# Of events with one reference less than most have: first, and again at the same process.
COSTS: Final = {PURCHASE: [(3, 5, 5), (1, 1, 0)], REFUND: [(4, 4, 4), (1, 1, 0)]}

_ANSWERED: Final = 200
_COUNTED: Final = (store_cost.ROUND_TRIPS, store_cost.READ, store_cost.WRITTEN)
_ROUNDED: Final = 0.1
_SECONDS: Final = int(NOW.timestamp())


@dataclass(frozen=True)
class Cost:
    """What terraform/README.md says of an event.

    Attributes:
        first: What it asks the store for.
        again: What a duplicate asks for, at the same process.
        elsewhere: What a duplicate asks for, at another process.
        kept: What is there afterwards that was not there before; bytes are rounded.
    """

    first: Asked
    again: Asked
    elsewhere: Asked
    kept: Stored


def _purchase(**ids: str) -> bytes:
    """Return a buyer's purchase, with all that the browser knows."""
    metadata = {
        **ids,
        "ga_client_id": "1234567890.1764000000",
        "ga_session_id": str(_SECONDS - 600),
        "ga_captured_at": str(_SECONDS - 60),
        "ga_consent_analytics": "granted",
        "ga_user_agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15",
        "ga_page_location": "https://shop.example/checkout/thanks?utm_source=newsletter",
    }
    session = checkout_session(id="cs_1", payment_intent="pi_1", metadata=metadata)
    return as_bytes(event(session, id="evt_purchase"))


def _invoice(number: int, reason: str) -> bytes:
    invoice = new_invoice(id=f"in_{number}", billing_reason=reason)
    return as_bytes(event(invoice, "invoice.paid", id=f"evt_invoice_{number}"))


def _refund() -> bytes:
    refund = {
        "id": "re_1",
        "object": "refund",
        "status": "succeeded",
        "amount": 500,
        "currency": "eur",
        "payment_intent": "pi_1",
        "created": _SECONDS - 7200,
    }
    return as_bytes(event(refund, "refund.created", id="evt_refund"))


OF_EVENTS: Final = {
    "a purchase under the payment's id": (
        [],
        _purchase(),
        Cost((3, 4, 5), (1, 1, 0), (1, 4, 0), Stored(4, 3700, 900)),
    ),
    "a purchase under the shop's own order id": (
        [],
        _purchase(order_id="ORD-1"),
        Cost((3, 5, 6), (1, 1, 0), (1, 5, 0), Stored(5, 4000, 1100)),
    ),
    "a renewal": (
        [_invoice(1, "subscription_create")],
        _invoice(2, "subscription_cycle"),
        Cost((3, 4, 3), (1, 1, 0), (1, 4, 0), Stored(2, 2600, 900)),
    ),
    "a refund": (
        [_purchase(order_id="ORD-1")],
        _refund(),
        Cost((4, 7, 4), (1, 1, 0), (2, 7, 0), Stored(2, 1400, 1300)),
    ),
}
"""What came before, the event, and what it costs."""


@pytest.fixture
def counted() -> Iterator[Counter[str]]:
    """What Firestore is asked for, counted at the door."""
    found: Counter[str] = Counter()

    def count(what: str, more: float) -> None:
        found[what] += int(more)

    with store_cost.counted(count):
        yield found


async def _asked(instance: Instance, body: bytes, counted: Counter[str]) -> Asked:
    """Return what a delivery asks the store for."""
    counted.clear()
    assert await instance.post(body) == _ANSWERED
    return tuple(counted[what] for what in _COUNTED)


@pytest.mark.parametrize("name", [PURCHASE, REFUND])
def test_an_event_with_few_references_costs_least(
    name: str, counted: Counter[str], firestore_emulator: str, tmp_path: Path
) -> None:
    """The first time, and when it comes again."""
    tell_address(firestore_emulator, tmp_path)
    domain_event = FaultyEvent(name, "ORD-1")

    async def sender() -> list[Asked]:
        async with Analytics() as ga4:
            world = World(tmp_path, ga4, STORES["firestore"](tmp_path).open)
            await world.place(domain_event)
            instance = world.instance()
            try:
                return [await _asked(instance, domain_event.body(), counted) for _ in range(2)]
            finally:
                await world.close()

    assert asyncio.run(sender()) == COSTS[name]


async def _cost_of(
    earlier: Sequence[bytes], body: bytes, counted: Counter[str], folder: Path
) -> Cost:
    """Return what an event costs, the first time and again, and what it leaves."""
    emulator, project = address_and_project(folder)
    async with Analytics() as ga4:
        world = World(folder, ga4, STORES["firestore"](folder).open)
        instance, other = world.instance(), world.instance()
        try:
            for each in earlier:
                assert await instance.post(each) == _ANSWERED
            before = await stored(emulator, project, DATABASE)
            first = await _asked(instance, body, counted)
            again = await _asked(instance, body, counted)
            elsewhere = await _asked(other, body, counted)
            after = await stored(emulator, project, DATABASE)
        finally:
            await world.close()
    return Cost(first, again, elsewhere, after - before)


@pytest.mark.parametrize("name", OF_EVENTS)
def test_an_event_costs_what_the_readme_says(
    name: str, counted: Counter[str], firestore_emulator: str, tmp_path: Path
) -> None:
    """The first time, when it comes again, and what is kept of it."""
    tell_address(firestore_emulator, tmp_path)
    earlier, body, said = OF_EVENTS[name]

    found = asyncio.run(_cost_of(earlier, body, counted, tmp_path))

    assert (found.first, found.again, found.elsewhere) == (said.first, said.again, said.elsewhere)
    assert found.kept.documents == said.kept.documents
    sizes = (found.kept.data, found.kept.index)
    assert sizes == pytest.approx((said.kept.data, said.kept.index), rel=_ROUNDED)
