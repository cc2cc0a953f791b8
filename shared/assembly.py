"""Pipelines with their real collaborators; nothing is opened or imported by making one."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from shared.delivery.order_history import OrderHistory
from shared.delivery.replay import Replay
from shared.delivery.sender import Sender
from shared.ga4.measurement_protocol import MeasurementProtocol
from shared.google_cloud.bigquery import BigQuery
from shared.google_cloud.secret_manager import SecretManager
from shared.google_cloud.topics import Topics
from shared.handlers.context_capture import ContextCapture
from shared.handlers.data_enrichment import DATA_ENRICHMENT, DataEnrichment
from shared.handlers.dead_letters import DeadLetters
from shared.handlers.enrichment_requests import EnrichmentRequests
from shared.handlers.offline_event import OFFLINE_EVENT, OfflineEvent
from shared.handlers.payment_webhook import PaymentWebhook
from shared.handlers.pubsub_push import PubSubPush
from shared.handlers.subscription_renewal import SUBSCRIPTION_RENEWAL, SubscriptionRenewal
from shared.reconciliation.export.reconciliation import ExportReconciliation
from shared.reconciliation.handler import Reconciliation
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
from shared.sources.factory import CATALOGUE, CUSTOMERS, open_source
from shared.stores.protocol import Stores
from shared.stripe_api.client import StripeApi
from shared.web.rate_limit import RateLimiter

_EXPORT_SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True)
class Parts:
    """What every pipeline is made of.

    Attributes:
        secrets: Reads secrets.
        stores: What is remembered.
        sender: The way to GA4 and the ledger.
        topics: Publishes messages.
    """

    secrets: Secrets
    stores: Stores
    sender: Sender
    topics: Topics

    async def close(self) -> None:
        """Let go of everything that was opened."""
        await self.topics.close()
        await self.sender.measurement_protocol.close()
        await self.stores.close()


def clock() -> datetime:
    """Return the current time, UTC."""
    return datetime.now(UTC)


def parts(settings: Settings) -> Parts:
    """Return the parts of a process."""
    secrets = Secrets(SecretManager(settings.secret_manager_emulator).read, time.monotonic)
    stores = settings.store.open(settings.firestore_emulator)
    measurement_protocol = MeasurementProtocol(settings.endpoint, settings.measurement_id)
    return Parts(
        secrets=secrets,
        stores=stores,
        sender=Sender(settings, secrets, stores.ledger, measurement_protocol, clock),
        topics=Topics(settings.pubsub_emulator),
    )


def captures(settings: CaptureSettings) -> ContextCapture:
    """Return the pipeline of `context_capture`."""
    made = parts(settings.common)
    return ContextCapture(
        settings=settings,
        secrets=made.secrets,
        contexts=made.stores.contexts,
        replay=replay(settings.common, made),
        rate=RateLimiter(settings.rate_per_minute, time.monotonic),
        clock=clock,
    )


def payments(settings: PaymentSettings) -> PaymentWebhook:
    """Return the pipeline of `payment_webhook`."""
    made = parts(settings.common)
    return PaymentWebhook(
        settings=settings,
        secrets=made.secrets,
        sender=made.sender,
        history=_history(made, settings.common),
        stripe_api=StripeApi(settings.stripe_api),
        topics=made.topics,
        clock=clock,
    )


def replay(
    settings: Settings, made: Parts, *, without_context: bool = False, late: bool = False
) -> Replay:
    """Return what tells again of the entries of a process's store; see `Replay`."""
    return Replay(
        made.sender,
        _history(made, settings),
        clock,
        without_context=without_context,
        late=late,
    )


def _history(made: Parts, settings: Settings, *, wait: bool = True) -> OrderHistory:
    stores, seconds = made.stores, settings.context_wait_seconds if wait else 0
    return OrderHistory(settings, stores.orders, stores.contexts, stores.ledger, seconds)


def reconciliation(settings: ReconciliationSettings) -> Reconciliation:
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
    return Reconciliation(stripe, export, settings.reach)


def export_reconciliation(settings: Comparison) -> ExportReconciliation:
    """Return what compares the ledger with GA4's export."""
    export = settings.export
    return ExportReconciliation(
        settings=settings,
        ledger=settings.store.open(settings.firestore_emulator).ledger,
        bigquery=BigQuery(export.project, seconds=_EXPORT_SECONDS, max_bytes=export.max_bytes),
        clock=clock,
    )


def renewals(settings: RenewalSettings) -> SubscriptionRenewal:
    """Return the pipeline of `subscription_renewal`."""
    made = parts(settings.common)
    return SubscriptionRenewal(
        settings=settings,
        push=_inbox(SUBSCRIPTION_RENEWAL, settings.push, made),
        sender=made.sender,
        history=_history(made, settings.common, wait=False),
        requests=EnrichmentRequests(made.topics, settings.enrichment_topic),
        clock=clock,
    )


def enrichments(settings: EnrichmentSettings) -> DataEnrichment:
    """Return the pipeline of `data_enrichment`."""
    made = parts(settings.common)
    return DataEnrichment(
        settings=settings,
        push=_inbox(DATA_ENRICHMENT, settings.push, made),
        sender=made.sender,
        history=_history(made, settings.common, wait=False),
        catalogue=open_source(settings.catalogue, CATALOGUE),
        customers=open_source(settings.customers, CUSTOMERS),
        clock=clock,
    )


def offline(settings: OfflineSettings) -> OfflineEvent:
    """Return the pipeline of `offline_event`."""
    made = parts(settings.common)
    return OfflineEvent(
        settings=settings,
        push=_inbox(OFFLINE_EVENT, settings.push, made),
        sender=made.sender,
        history=_history(made, settings.common, wait=False),
        clock=clock,
    )


def _inbox(function: str, settings: PushSettings, made: Parts) -> PubSubPush:
    dead_letters = DeadLetters(made.topics, settings.dead_letter_topic)
    return PubSubPush(function, settings, made.secrets, made.sender, dead_letters)
