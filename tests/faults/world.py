"""A deployment in one process: instances of the webhook that share a store, GA4, and a provider.

Everything between the request and the wire is the real thing: edge, signature, pipeline, store,
connection pool. GA4 is a stand-in, and the clock an argument.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request

from shared.delivery.order_history import OrderHistory
from shared.delivery.sender import Sender
from shared.delivery.sinks import open_sinks
from shared.domain.context import Context
from shared.domain.money import Money
from shared.domain.order import Order
from shared.domain.sink import Sink
from shared.google_cloud.topics import Topics
from shared.handlers.payment_webhook import PAYMENT_WEBHOOK, PaymentWebhook
from shared.handlers.provider_apis import ProviderApis
from shared.outcome import Outcome
from shared.secrets.cache import Secrets
from shared.secrets.reference import ManagedSecret
from shared.settings.limits import Limits
from shared.settings.payment_webhook import PaymentSettings, read_payment_settings
from shared.settings.reader import read_settings
from shared.stores.entry import Entry
from shared.stores.entry import LedgerEvent as LedgerFact
from shared.stores.lease import LEASE
from shared.stores.reference import scoped_reference
from shared.stores.stores import Stores
from shared.web.concurrency import Admission
from shared.web.endpoint import respond
from shared.webhooks.delivery import Delivery
from tests.faults.ga4 import Analytics, Fact
from tests.faults.store_faults import Hook, healthy, with_faults
from tests.support.builders import MEASUREMENT_ID, NOW
from tests.support.stripe_json import SECRET, as_bytes, checkout_session, event, signature

PURCHASE: Final = "purchase"
REFUND: Final = "refund"
"""The two kinds there are: one that GA4 deduplicates, one that nobody does."""


@dataclass(frozen=True)
class FaultyEvent:
    """Something that happened at the provider.

    Attributes:
        name: `purchase` or `refund`.
        order: Its transaction id, one for each happening.
    """

    name: str
    order: str

    @property
    def fact(self) -> Fact:
        """As GA4 sees it."""
        return self.name, self.order

    @property
    def key(self) -> str:
        """Its key in the ledger."""
        business_key = self.order if self.name == PURCHASE else f"re_{self.order}"
        return LedgerFact(MEASUREMENT_ID, self.name, business_key).key

    def body(self, delivery: str = "1") -> bytes:
        """Return an event that reports it; another `delivery` is another event."""
        envelope = {"id": f"evt_{self.order}_{delivery}"}
        if self.name == PURCHASE:
            session = checkout_session(
                id=f"cs_{self.order}",
                payment_intent=f"pi_{self.order}",
                metadata={"order_id": self.order},
            )
            return as_bytes(event(session, **envelope))
        refund = {
            "id": f"re_{self.order}",
            "object": "refund",
            "status": "succeeded",
            "amount": 500,
            "currency": "eur",
            "payment_intent": self.order,
            "created": int((NOW - timedelta(hours=2)).timestamp()),
        }
        return as_bytes(event(refund, "refund.created", **envelope))


class World:
    """Everything that outlives an instance.

    Attributes:
        ga4: GA4.
        now: The time of day.
        secret: What the provider signs with.
    """

    def __init__(
        self,
        folder: Path,
        ga4: Analytics,
        open_stores: Callable[[], Stores],
        defect: Callable[[Stores], Stores] | None = None,
        *,
        sink: Sink = Sink.MEASUREMENT_PROTOCOL,
    ) -> None:
        """Make the world.

        Args:
            folder: For secrets.
            ga4: GA4.
            open_stores: Opens the store, again for each instance.
            defect: Makes defective stores of each instance's.
            sink: Which API the instances send by.
        """
        self.ga4 = ga4
        self.now = NOW
        self.secret = SECRET
        self._folder = folder
        self._open_stores = open_stores
        self._defect = defect
        self._sink = sink
        self._instances: list[Instance] = []
        self.rotate(SECRET)
        (folder / "ga4").write_text("api_secret")

    def rotate(self, secret: str) -> None:
        """Let the provider sign with another secret from now on."""
        self.secret = secret
        (self._folder / "stripe").write_text(secret)

    def instance(self, hook: Hook = healthy, *, skew: float = 0.0) -> "Instance":
        """Start an instance.

        Args:
            hook: What goes wrong with its store.
            skew: How many seconds its clock is ahead.
        """
        environment = {
            "GA4_MEASUREMENT_ID": MEASUREMENT_ID,
            "GA4_API_SECRET": f"file:{self._folder}/ga4",
            "GA4_ENDPOINT": self.ga4.url,
            "GA4_PROPERTY_ID": "123456789",
            "DATA_MANAGER_ENDPOINT": self.ga4.url,
            "SINK": self._sink.value,
            "PAYMENT_PROVIDERS": json.dumps({"stripe": {"secret": f"file:{self._folder}/stripe"}}),
            "STORE": f"sqlite:{self._folder}/not-used",
        }
        settings = read_settings(environment, read_payment_settings)
        opened = with_faults(self._open_stores(), hook)
        stores = self._defect(opened) if self._defect else opened
        instance = Instance(self, settings, stores, lambda: self.now + timedelta(seconds=skew))
        self._instances.append(instance)
        return instance

    async def place(self, *events: FaultyEvent) -> None:
        """Let the store know the order of each refund: none has to wait for its purchase."""
        stores = self._open_stores()
        try:
            for refunded in (each.order for each in events if each.name == REFUND):
                order = Order(refunded, Money("EUR", Decimal(5)), (), Context(), NOW)
                await stores.orders.remember(
                    order, [scoped_reference("stripe:", refunded)], now=NOW
                )
        finally:
            await stores.close()

    async def entry(self, domain_event: FaultyEvent) -> Entry | None:
        """Return what the ledger says."""
        stores = self._open_stores()
        try:
            return await stores.ledger.find(domain_event.key)
        finally:
            await stores.close()

    def let_leases_run_out(self) -> None:
        """Let a minute pass."""
        self.now += LEASE + timedelta(seconds=1)

    async def close(self) -> None:
        """End every instance."""
        for instance in self._instances:
            await instance.close()


class Instance:
    """One instance of the webhook."""

    def __init__(
        self,
        world: World,
        settings: PaymentSettings,
        stores: Stores,
        clock: Callable[[], datetime],
    ) -> None:
        """Assemble it as `shared.bootstrap` does, from parts that can fail."""
        self._world = world
        self._stores = stores
        self._admission = Admission()
        secrets = Secrets(_no_secret_manager, asyncio.get_running_loop().time)
        self._sender = Sender(
            settings.common, stores, open_sinks(settings.common.streams, secrets, clock), clock
        )
        self._payments = PaymentWebhook(
            settings=settings,
            secrets=secrets,
            sender=self._sender,
            history=OrderHistory(settings.common, stores),
            apis=ProviderApis(),
            topics=Topics(None),
            clock=clock,
        )

    async def post(self, body: bytes, *, secret: str | None = None) -> int:
        """Post a body as the provider does, and return the status of the answer."""
        signed_at = int(self._world.now.timestamp())
        signed = signature(body, secret or self._world.secret, at=signed_at)

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        async def take(delivery: Delivery) -> list[Outcome]:
            provider = self._payments.settings.providers["stripe"]
            return await self._payments.take(provider, delivery)

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/",
            "query_string": b"",
            "headers": [(b"stripe-signature", signed.encode())],
        }
        answer = await respond(
            PAYMENT_WEBHOOK,
            Request(scope, receive),
            take,
            admission=self._admission,
            limits=Limits(),
        )
        return answer.status_code

    async def close(self) -> None:
        """Let go of everything."""
        await self._sender.close()
        await self._payments.apis.close()
        await self._stores.close()


async def _no_secret_manager(reference: ManagedSecret) -> str:
    raise AssertionError(reference)
