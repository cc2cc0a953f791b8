"""The webhook as real processes, on either store: ended by signals, looked at from outside."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import httpx

from shared.domain.context import Context
from shared.domain.money import Money
from shared.domain.order import Order
from shared.domain.sink import Sink
from shared.stores.entry import Entry, State
from shared.stores.entry import LedgerEvent as LedgerFact
from shared.stores.reference import scoped_reference
from shared.stores.stores import Stores
from tests.faults.world import PURCHASE, REFUND
from tests.functions import stripe_events as stripe
from tests.functions.running import GA4, MEASUREMENT_ID, Webhook, eventually, signed
from tests.support import loopback
from tools.arrivals import arrivals_of

HALTING: Final = Path(__file__).parent / "halting" / "main.py"


@dataclass(frozen=True)
class Deployment:
    """Where instances come and go.

    Attributes:
        folder: What they leave to one another.
        settings: Which store they use.
        open_stores: Opens that store.
        sink: Which API they send by.
    """

    folder: Path
    settings: Mapping[str, str]
    open_stores: Callable[[], Stores]
    sink: Sink = Sink.MEASUREMENT_PROTOCOL

    @property
    def taken(self) -> State:
        """The state of an event that GA4 took."""
        return State.ACCEPTED if self.sink is Sink.DATA_MANAGER else State.DELIVERED

    def instance(self, ga4: str, **settings: str) -> Webhook:
        """Start an instance."""
        way = {
            "SINK": self.sink.value,
            "GA4_PROPERTY_ID": "123456789",
            "DATA_MANAGER_ENDPOINT": ga4,
        }
        chosen = {**self.settings, **way, "FAULTS_FOLDER": str(self.folder), **settings}
        return Webhook(self.folder, ga4, source=HALTING, settings=chosen)

    def halt(self, at: Mapping[tuple[str, str], str]) -> None:
        """Let deliveries of events halt at moments, in the instances that start from now on."""
        halts = {key_of(*event): moment for event, moment in at.items()}
        (self.folder / "halts.json").write_text(json.dumps(halts))

    def await_halts(self, deliveries: int) -> None:
        """Wait until so many deliveries have halted."""
        eventually(lambda: len(list(self.folder.glob("halted-*"))) == deliveries, "halts")

    def let_leases_run_out(self) -> None:
        """Put the clock of every instance a minute ahead."""
        (self.folder / "ahead").write_text("61")

    def bodies_of(self, *events: tuple[str, str]) -> list[bytes]:
        """Return Stripe's events. The order of each refund is on record, so none waits for it."""

        async def place() -> None:
            stores, now = self.open_stores(), datetime.now(UTC)
            try:
                for name, order in events:
                    if name == REFUND:
                        placed = Order(order, Money("EUR", Decimal(5)), (), Context(), now)
                        await stores.orders.remember(
                            placed, [scoped_reference("stripe:", f"pi_{order}")], now=now
                        )
            finally:
                await stores.close()

        asyncio.run(place())
        return [body_of(*event) for event in events]

    def entry(self, name: str, order: str) -> Entry | None:
        """Return what the ledger says of an event."""
        key = key_of(name, order)

        async def find() -> Entry | None:
            stores = self.open_stores()
            try:
                return await stores.ledger.find(key)
            finally:
                await stores.close()

        return asyncio.run(find())


def key_of(name: str, order: str) -> str:
    """Return the ledger's key of an event."""
    business_key = order if name == PURCHASE else f"re_{order}"
    return LedgerFact(MEASUREMENT_ID, name, business_key).key


def body_of(name: str, order: str) -> bytes:
    """Return Stripe's event about a purchase, or a refund of two hours ago."""
    if name == PURCHASE:
        return stripe.paid(order)
    refund = {
        "id": f"re_{order}",
        "object": "refund",
        "status": "succeeded",
        "amount": 500,
        "currency": "eur",
        "payment_intent": f"pi_{order}",
        "created": int(time.time()) - 7200,
    }
    return stripe.event(refund, "refund.created")


@dataclass
class Senders:
    """Deliver many bodies at once, all of them at once."""

    url: str
    answers: list[httpx.Response | Exception] = field(default_factory=list)

    def post(self, bodies: Sequence[bytes], *, meanwhile: Callable[[], None]) -> None:
        """Post every body, do something meanwhile, and wait for the answers.

        Args:
            bodies: What is posted, all of it at once.
            meanwhile: What happens while they are on their way.
        """

        def one(body: bytes) -> httpx.Response | Exception:
            try:
                return client.post(self.url, content=body, headers=signed(body))
            except httpx.TransportError as error:
                return error

        limits = httpx.Limits(max_connections=len(bodies))
        with (
            loopback.Client(limits=limits, timeout=30, trust_env=False) as client,
            ThreadPoolExecutor(len(bodies)) as pool,
        ):
            answers = pool.map(one, bodies)
            meanwhile()
            self.answers = list(answers)

    @property
    def statuses(self) -> list[int]:
        """The statuses of the answers; 0 where there was none."""
        return [0 if isinstance(a, Exception) else a.status_code for a in self.answers]


def counted(ga4: GA4, name: str, order: str) -> int:
    """Return how many copies of an event GA4 got."""
    return sum(arrival.name == name for arrival in arrivals_of(ga4.about(order)))


EVENTS: Final = (PURCHASE, REFUND)
