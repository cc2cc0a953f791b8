"""Pipelines with their real collaborators; nothing is opened or imported by making one."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from shared.ga4.collect import Collect
from shared.google_cloud.bigquery import BigQuery
from shared.google_cloud.secret_manager import SecretManager
from shared.google_cloud.topics import Topics
from shared.pipeline.captures import Captures
from shared.pipeline.dead_letters import DeadLetters
from shared.pipeline.deliver import Deliver
from shared.pipeline.enrichment_requests import EnrichmentRequests
from shared.pipeline.enrichments import DATA_ENRICHMENT, Enrichments
from shared.pipeline.inbox import Inbox
from shared.pipeline.memory import Memory
from shared.pipeline.offline import OFFLINE_EVENT, Offline
from shared.pipeline.payments import Payments
from shared.pipeline.rate import Rate
from shared.pipeline.renewals import SUBSCRIPTION_RENEWAL, Renewals
from shared.pipeline.replay import Replay
from shared.places import CATALOGUE, CUSTOMERS, place_of
from shared.reconciliation.export.reconciliation import ExportReconciliation
from shared.reconciliation.scheduled import Scheduled
from shared.reconciliation.stripe.reconcile import StripeReconciliation
from shared.secrets.cache import Secrets
from shared.settings import (
    CaptureSettings,
    EnrichmentSettings,
    OfflineSettings,
    PaymentSettings,
    PushSettings,
    ReconciliationSettings,
    RenewalSettings,
    Settings,
)
from shared.settings.export import Comparison
from shared.stores.protocol import Stores
from shared.stripe_api.client import StripeApi

_EXPORT_SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True)
class Parts:
    """What every pipeline is made of.

    Attributes:
        secrets: Reads secrets.
        stores: What is remembered.
        deliver: The way to GA4 and the ledger.
        topics: Publishes messages.
    """

    secrets: Secrets
    stores: Stores
    deliver: Deliver
    topics: Topics

    async def close(self) -> None:
        """Let go of everything that was opened."""
        await self.topics.close()
        await self.deliver.collect.close()
        await self.stores.close()


def clock() -> datetime:
    """Return the current time, UTC."""
    return datetime.now(UTC)


def parts(settings: Settings) -> Parts:
    """Return the parts of a process."""
    secrets = Secrets(SecretManager(settings.secret_manager_emulator).read, time.monotonic)
    stores = settings.store.open(settings.firestore_emulator)
    collect = Collect(settings.endpoint, settings.measurement_id)
    return Parts(
        secrets=secrets,
        stores=stores,
        deliver=Deliver(settings, secrets, stores.ledger, collect, clock),
        topics=Topics(settings.pubsub_emulator),
    )


def captures(settings: CaptureSettings) -> Captures:
    """Return the pipeline of `context_capture`."""
    made = parts(settings.common)
    return Captures(
        settings=settings,
        secrets=made.secrets,
        contexts=made.stores.contexts,
        replay=replay(settings.common, made),
        rate=Rate(settings.rate_per_minute, time.monotonic),
        clock=clock,
    )


def payments(settings: PaymentSettings) -> Payments:
    """Return the pipeline of `payment_webhook`."""
    made = parts(settings.common)
    return Payments(
        settings=settings,
        secrets=made.secrets,
        deliver=made.deliver,
        memory=_memory(made, settings.common),
        stripe_api=StripeApi(settings.stripe_api),
        topics=made.topics,
        clock=clock,
    )


def replay(settings: Settings, made: Parts) -> Replay:
    """Return what tells again of the entries of a process's store."""
    return Replay(made.deliver, _memory(made, settings), clock)


def _memory(made: Parts, settings: Settings) -> Memory:
    return Memory(made.stores.orders, made.stores.contexts, settings.context_wait_seconds)


def reconciliation(settings: ReconciliationSettings) -> Scheduled:
    """Return what `reconciliation` compares."""
    stripe = export = None
    if settings.stripe:
        stripe = StripeReconciliation(payments(settings.payments), repair=settings.repair)
    if settings.export is not None:
        common = settings.payments.common
        export = export_reconciliation(
            Comparison(
                common.measurement_id, common.store, common.firestore_emulator, settings.export
            )
        )
    return Scheduled(stripe, export, settings.reach)


def export_reconciliation(settings: Comparison) -> ExportReconciliation:
    """Return what compares the ledger with GA4's export."""
    export = settings.export
    return ExportReconciliation(
        settings=settings,
        ledger=settings.store.open(settings.firestore_emulator).ledger,
        bigquery=BigQuery(export.project, seconds=_EXPORT_SECONDS, max_bytes=export.max_bytes),
        clock=clock,
    )


def renewals(settings: RenewalSettings) -> Renewals:
    """Return the pipeline of `subscription_renewal`."""
    made = parts(settings.common)
    return Renewals(
        settings=settings,
        inbox=_inbox(SUBSCRIPTION_RENEWAL, settings.push, made),
        deliver=made.deliver,
        memory=Memory(made.stores.orders, made.stores.contexts),
        requests=EnrichmentRequests(made.topics, settings.enrichment_topic),
        clock=clock,
    )


def enrichments(settings: EnrichmentSettings) -> Enrichments:
    """Return the pipeline of `data_enrichment`."""
    made = parts(settings.common)
    return Enrichments(
        settings=settings,
        inbox=_inbox(DATA_ENRICHMENT, settings.push, made),
        deliver=made.deliver,
        memory=Memory(made.stores.orders, made.stores.contexts),
        catalogue=place_of(settings.catalogue, CATALOGUE),
        customers=place_of(settings.customers, CUSTOMERS),
        clock=clock,
    )


def offline(settings: OfflineSettings) -> Offline:
    """Return the pipeline of `offline_event`."""
    made = parts(settings.common)
    return Offline(
        settings=settings,
        inbox=_inbox(OFFLINE_EVENT, settings.push, made),
        deliver=made.deliver,
        memory=Memory(made.stores.orders, made.stores.contexts),
        clock=clock,
    )


def _inbox(function: str, settings: PushSettings, made: Parts) -> Inbox:
    dead_letters = DeadLetters(made.topics, settings.dead_letter_topic)
    return Inbox(function, settings, made.secrets, made.deliver, dead_letters)
