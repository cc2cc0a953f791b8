"""A shop's connectors: the real pipeline, ledger and secrets; GA4 and the clocks are stand-ins."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from shared.delivery.order_history import OrderHistory
from shared.delivery.sender import Sender
from shared.delivery.sinks import open_sinks
from shared.errors import UnavailableError
from shared.google_cloud.topics import Topics
from shared.handlers.data_enrichment import DataEnrichment
from shared.handlers.dead_letters import DeadLetters
from shared.handlers.enrichment_requests import EnrichmentRequests
from shared.handlers.google_play import PlayApi
from shared.handlers.offline_event import OfflineEvent
from shared.handlers.payment_webhook import PaymentWebhook
from shared.handlers.provider_apis import ProviderApis
from shared.handlers.pubsub_push import PubSubPush
from shared.handlers.subscription_renewal import SubscriptionRenewal
from shared.outcome import Outcome
from shared.secrets.cache import Secrets
from shared.secrets.reference import ManagedSecret
from shared.settings.data_enrichment import read_enrichment_settings
from shared.settings.offline_event import read_offline_settings
from shared.settings.payment_webhook import PaymentSettings, read_payment_settings
from shared.settings.push import PushSettings
from shared.settings.reader import read_settings
from shared.settings.subscription_renewal import read_renewal_settings
from shared.sources.factory import CATALOGUE, CUSTOMERS, open_source
from shared.stores.entry import Entry, LedgerEvent
from shared.stores.sqlite.database import sqlite_stores
from shared.stores.stores import Stores
from shared.webhooks.delivery import Delivery
from tests.support.builders import MEASUREMENT_ID, NOW
from tests.support.stripe_json import SECRET
from tools.changed import replace

API_SECRET = "sEcReT-api_value"
_TAKEN = 204
REJECTED = httpx.ConnectError("nobody listens")
LOST = httpx.ReadTimeout("no answer")


@dataclass
class Ga4:
    """What GA4 answers, and what it was told.

    Attributes:
        replies: Statuses and failures, one for each request; the last goes on for ever.
        urls: Where each request went.
        bodies: What each said, money exact.
        gate: Requests wait while it is closed.
    """

    replies: Sequence[int | Exception] = (204,)
    urls: list[httpx.URL] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Open the gate."""
        self.gate.set()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        reply = self.replies[min(len(self.bodies), len(self.replies) - 1)]
        self.urls.append(request.url)
        self.bodies.append(json.loads(request.content, parse_float=Decimal))
        await self.gate.wait()
        if isinstance(reply, Exception):
            raise reply
        if reply == _TAKEN and request.url.path.endswith("events:ingest"):
            return httpx.Response(200, json={"requestId": f"request-{len(self.bodies)}"})
        return httpx.Response(reply)


class Clock:
    """Both clocks: the time of day, and the seconds that secrets are kept by.

    Attributes:
        now: The time of day.
    """

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """Return the time of day."""
        return self.now

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return (self.now - NOW).total_seconds()

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


class Published(Topics):
    """Topics that keep what is published, or are out of reach.

    Attributes:
        messages: Topic, data and attributes of each message.
        away: Whether they are out of reach.
    """

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[tuple[str, bytes, dict[str, str]]] = []
        self.away = False

    async def publish(
        self, topic: str, data: bytes, *, attributes: Mapping[str, str], ordering_key: str = ""
    ) -> str:
        """Keep a message."""
        del ordering_key
        if self.away:
            raise UnavailableError("Pub/Sub says nothing")
        self.messages.append((topic, data, dict(attributes)))
        return str(len(self.messages))


class Shop:
    """A shop whose connectors are deployed.

    Attributes:
        ga4: GA4.
        clock: The clocks.
        payments: What the shop runs.
        folder: Where its secrets and its store are.
        environment: Its settings, as they are set.
        secrets: Its secrets.
        history: What its earlier events taught.
        topics: What its pushed functions published.
    """

    def __init__(self, folder: Path, *replies: int | Exception, **settings: str) -> None:
        self.ga4 = Ga4(replies or (204,))
        self.clock = Clock()
        self.folder = folder
        self.path = f"{folder}/ledger.sqlite"
        self._opened: list[Stores] = []
        self.write("stripe", SECRET)
        self.write("ga4", API_SECRET)
        environment = {
            "GA4_MEASUREMENT_ID": MEASUREMENT_ID,
            "GA4_API_SECRET": f"file:{folder}/ga4",
            "PAYMENT_PROVIDERS": json.dumps({"stripe": {"secret": f"file:{folder}/stripe"}}),
            "STORE": f"sqlite:{self.path}",
            **settings,
        }
        self.environment = environment
        self.settings: PaymentSettings = read_settings(environment, read_payment_settings)
        common = self.settings.common
        opened = common.store.open(common.firestore_emulator)
        stores = replace(opened, retention=common.retention)
        self._opened.append(stores)
        secrets = Secrets(_no_secret_manager, self.clock.monotonic)
        self.secrets = secrets
        self.history = OrderHistory(common, stores, common.context_wait_seconds)
        self.topics = Published()
        sinks = open_sinks(
            common.streams, secrets, self.clock, lambda: httpx.MockTransport(self.ga4)
        )
        self.payments = PaymentWebhook(
            settings=self.settings,
            secrets=secrets,
            sender=Sender(common, stores, sinks, self.clock),
            history=self.history,
            apis=ProviderApis(),
            topics=Topics(common.pubsub_emulator),
            clock=self.clock,
        )

    def renewals(self, play: PlayApi | None = None) -> SubscriptionRenewal:
        """Return what `subscription_renewal` runs."""
        settings = read_settings(self.environment, read_renewal_settings)
        return SubscriptionRenewal(
            settings=settings,
            push=self._inbox("subscription_renewal", settings.push),
            sender=self.payments.sender,
            history=self.history,
            requests=EnrichmentRequests(self.topics, settings.enrichment_topic),
            clock=self.clock,
            play=play,
        )

    def enrichments(self) -> DataEnrichment:
        """Return what `data_enrichment` runs."""
        settings = read_settings(self.environment, read_enrichment_settings)
        return DataEnrichment(
            settings=settings,
            push=self._inbox("data_enrichment", settings.push),
            sender=self.payments.sender,
            history=self.history,
            catalogue=open_source(settings.catalogue, CATALOGUE),
            customers=open_source(settings.customers, CUSTOMERS),
            clock=self.clock,
        )

    def offline(self) -> OfflineEvent:
        """Return what `offline_event` runs."""
        settings = read_settings(self.environment, read_offline_settings)
        return OfflineEvent(
            settings=settings,
            push=self._inbox("offline_event", settings.push),
            sender=self.payments.sender,
            history=self.history,
            clock=self.clock,
        )

    def _inbox(self, function: str, settings: PushSettings) -> PubSubPush:
        return PubSubPush(
            function,
            settings,
            self.secrets,
            self.payments.sender,
            DeadLetters(self.topics, settings.dead_letter_topic),
        )

    def write(self, secret: str, value: str) -> None:
        """Store a secret, or another in its place."""
        (self.folder / secret).write_text(f"{value}\n")

    def remove(self, secret: str) -> None:
        """Take a secret away."""
        (self.folder / secret).unlink()

    def open_stores(self) -> Stores:
        """Open the stores once more, as another process does."""
        opened = sqlite_stores(self.path, clock=self.clock)
        stores = replace(opened, retention=self.settings.common.retention)
        self._opened.append(stores)
        return stores

    def close(self) -> None:
        """Let go of all stores that were opened."""
        for stores in self._opened:
            asyncio.run(stores.close())

    def use(self, stores: Stores) -> None:
        """Put other stores in place."""
        self._opened.append(stores)
        self.payments = replace(self.payments, sender=replace(self.payments.sender, stores=stores))

    async def take(self, delivery: Delivery) -> Outcome:
        """Take a delivery of one event."""
        (outcome,) = await self.payments.take(self.settings.providers["stripe"], delivery)
        return outcome

    async def entry(self, business_key: str = "pi_1", event_name: str = "purchase") -> Entry | None:
        """Return what the ledger holds of an event."""
        stores = self.open_stores()
        entry = await stores.ledger.find(LedgerEvent(MEASUREMENT_ID, event_name, business_key).key)
        await stores.close()
        return entry

    async def settled(self, business_key: str = "pi_1", event_name: str = "purchase") -> Entry:
        """Return what the ledger holds of an event that is there."""
        entry = await self.entry(business_key, event_name)
        assert entry is not None
        return entry


async def _no_secret_manager(reference: ManagedSecret) -> str:
    raise AssertionError(reference)
