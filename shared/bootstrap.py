"""One process: each function's handler from the environment, with its real collaborators.

Making a handler opens nothing. Each is imported where it is made, so that a function loads its
own handler only: importing costs a cold start.
"""

# ruff: noqa: PLC0415 - see above

from shared import collector  # noqa: F401 - first: what is imported after it costs less

# isort: split

import time
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec

from shared.changed import replace
from shared.google_cloud.secret_manager import SecretManager
from shared.google_cloud.topics import Topics
from shared.observability.events import log_debugging, log_unreadable_secret
from shared.secrets.cache import Secrets
from shared.settings.common import Settings
from shared.stores.stores import Stores, utc_now

if TYPE_CHECKING:
    from shared.delivery.order_history import OrderHistory
    from shared.delivery.replay import Replay
    from shared.delivery.sender import Sender
    from shared.handlers.context_capture import ContextCapture
    from shared.handlers.data_enrichment import DataEnrichment
    from shared.handlers.event_status import EventStatus
    from shared.handlers.offline_event import OfflineEvent
    from shared.handlers.payment_webhook import PaymentWebhook
    from shared.handlers.pubsub_push import PubSubPush
    from shared.handlers.subscription_renewal import SubscriptionRenewal
    from shared.reconciliation.export.reconciliation import ExportReconciliation
    from shared.reconciliation.handler import Reconciliation
    from shared.reconciliation.provider.reconcile import ProviderReconciliation
    from shared.settings.context_capture import CaptureSettings
    from shared.settings.data_enrichment import EnrichmentSettings
    from shared.settings.event_status import EventStatusSettings
    from shared.settings.export import Comparison
    from shared.settings.offline_event import OfflineSettings
    from shared.settings.payment_webhook import PaymentSettings
    from shared.settings.push import PushSettings
    from shared.settings.reconciliation import ReconciliationSettings
    from shared.settings.records import RecordSettings
    from shared.settings.subscription_renewal import RenewalSettings

_EXPORT_SECONDS: Final = 120.0


class Ground(msgspec.Struct, frozen=True):
    """What every function stands on.

    Attributes:
        secrets: Reads secrets.
        stores: What is remembered.
    """

    secrets: Secrets
    stores: Stores


class Parts(msgspec.Struct, frozen=True):
    """What every pipeline is made of that sends.

    Attributes:
        secrets: Reads secrets.
        stores: What is remembered.
        sender: The way to GA4 and the ledger.
        topics: Publishes messages.
    """

    secrets: Secrets
    stores: Stores
    sender: "Sender"
    topics: Topics

    async def close(self) -> None:
        """Let go of everything that was opened."""
        await self.topics.close()
        await self.sender.close()
        await self.stores.close()


def ground(settings: Settings) -> Ground:
    """Return the ground of a process."""
    if settings.debugs_live_events:
        log_debugging()
    read = SecretManager(settings.secret_manager_emulator).read
    opened = settings.store.open(settings.firestore_emulator)
    stores = replace(opened, retention=settings.retention, status_after=settings.status_after)
    return Ground(Secrets(read, time.monotonic, log_unreadable_secret), stores)


def parts(settings: Settings, on: Ground | None = None) -> Parts:
    """Return the parts of a process that sends.

    Args:
        settings: What holds for every function.
        on: Its ground, where that is made already.
    """
    from shared.delivery.sender import Sender
    from shared.delivery.sinks import open_sinks

    on = on or ground(settings)
    sinks = open_sinks(settings.streams, on.secrets, utc_now)
    return Parts(
        secrets=on.secrets,
        stores=on.stores,
        sender=Sender(settings, on.stores, sinks, utc_now),
        topics=Topics(settings.pubsub_emulator),
    )


def captures(settings: "CaptureSettings") -> "ContextCapture":
    """Return the pipeline of `context_capture`."""
    from shared.handlers.context_capture import ContextCapture
    from shared.web.rate_limit import SharedRate

    common = settings.common
    made = ground(common)
    return ContextCapture(
        settings=settings,
        secrets=made.secrets,
        contexts=made.stores.contexts,
        ledger=made.stores.ledger,
        replay=cache(lambda: replay(common, parts(common, made))),
        rate=SharedRate(settings.rate_per_minute, settings.rate_per_address, time.monotonic),
        clock=utc_now,
    )


def payments(settings: "PaymentSettings") -> "PaymentWebhook":
    """Return the pipeline of `payment_webhook`."""
    from shared.handlers.payment_webhook import PaymentWebhook
    from shared.handlers.provider_apis import ProviderApis

    made = parts(settings.common)
    return PaymentWebhook(
        settings=settings,
        secrets=made.secrets,
        sender=made.sender,
        history=_history(made, settings.common),
        apis=ProviderApis(settings.stripe_api),
        topics=made.topics,
        clock=utc_now,
    )


def replay(
    settings: Settings, made: Parts, *, without_context: bool = False, late: bool = False
) -> "Replay":
    """Return what replays the entries of a process's store; see `Replay`."""
    from shared.delivery.replay import Replay

    return Replay(
        made.sender,
        _history(made, settings),
        utc_now,
        without_context=without_context,
        late=late,
    )


def _history(made: Parts, settings: Settings, *, wait: bool = True) -> "OrderHistory":
    from shared.delivery.order_history import OrderHistory

    return OrderHistory(settings, made.stores, settings.context_wait_seconds if wait else 0)


def reconciliation(settings: "ReconciliationSettings") -> "Reconciliation":
    """Return what `reconciliation` compares."""
    from shared.reconciliation.handler import Reconciliation

    records = settings.records
    providers = provider_reconciliations(records, records.compared, repair=settings.repair)
    export = None
    if settings.export is not None:
        from shared.settings.export import Comparison

        common = records.payments.common
        export = export_reconciliation(
            Comparison(settings.exported, common.store, common.firestore_emulator, settings.export)
        )
    return Reconciliation(providers, export, settings.reach)


def provider_reconciliations(
    settings: "RecordSettings", names: Sequence[str], *, repair: bool
) -> "tuple[ProviderReconciliation, ...]":
    """Return what compares the ledger with the record of each of some providers.

    Args:
        settings: The webhook's, and where the providers' APIs are.
        names: The providers.
        repair: Whether what is missing is sent.
    """
    from shared.reconciliation.provider.reconcile import ProviderReconciliation

    # What a comparison feeds again is no delivery: it leaves no record of having been ignored.
    common = replace(settings.payments.common, ignored_retention=timedelta(0))
    made = payments(replace(settings.payments, common=common))
    return tuple(ProviderReconciliation(made, name, settings.stand_ins, repair) for name in names)


def export_reconciliation(settings: "Comparison") -> "ExportReconciliation":
    """Return what compares the ledger with GA4's export."""
    from shared.google_cloud.bigquery import BigQuery
    from shared.reconciliation.export.reconciliation import ExportReconciliation

    export = settings.export
    return ExportReconciliation(
        settings=settings,
        ledger=settings.store.open(settings.firestore_emulator).ledger,
        bigquery=BigQuery(export.project, seconds=_EXPORT_SECONDS, max_bytes=export.max_bytes),
        clock=utc_now,
    )


def event_status(settings: "EventStatusSettings") -> "EventStatus":
    """Return what looks up what became of events."""
    from shared.data_manager.status import open_status_api
    from shared.handlers.event_status import EventStatus

    opened = settings.store.open(settings.firestore_emulator)
    events = replace(opened, retention=settings.retention).accepted
    return EventStatus(events, open_status_api(settings.endpoint, utc_now), settings.after, utc_now)


def renewals(settings: "RenewalSettings") -> "SubscriptionRenewal":
    """Return the pipeline of `subscription_renewal`."""
    from shared.handlers.enrichment_requests import EnrichmentRequests
    from shared.handlers.subscription_renewal import (
        SUBSCRIPTION_RENEWAL,
        SubscriptionRenewal,
    )

    made = parts(settings.common)
    return SubscriptionRenewal(
        settings=settings,
        push=_inbox(SUBSCRIPTION_RENEWAL, settings.push, made),
        sender=made.sender,
        history=_history(made, settings.common, wait=False),
        requests=EnrichmentRequests(made.topics, settings.enrichment_topic),
        clock=utc_now,
    )


def enrichments(settings: "EnrichmentSettings") -> "DataEnrichment":
    """Return the pipeline of `data_enrichment`."""
    from shared.handlers.data_enrichment import DATA_ENRICHMENT, DataEnrichment
    from shared.sources.factory import CATALOGUE, CUSTOMERS, open_source

    made = parts(settings.common)
    return DataEnrichment(
        settings=settings,
        push=_inbox(DATA_ENRICHMENT, settings.push, made),
        sender=made.sender,
        history=_history(made, settings.common, wait=False),
        catalogue=open_source(settings.catalogue, CATALOGUE),
        customers=open_source(settings.customers, CUSTOMERS),
        clock=utc_now,
    )


def offline(settings: "OfflineSettings") -> "OfflineEvent":
    """Return the pipeline of `offline_event`."""
    from shared.handlers.offline_event import OFFLINE_EVENT, OfflineEvent

    made = parts(settings.common)
    return OfflineEvent(
        settings=settings,
        push=_inbox(OFFLINE_EVENT, settings.push, made),
        sender=made.sender,
        history=_history(made, settings.common, wait=False),
        clock=utc_now,
    )


def _inbox(function: str, settings: "PushSettings", made: Parts) -> "PubSubPush":
    from shared.google_cloud.push_tokens import PushTokens
    from shared.handlers.dead_letters import DeadLetters
    from shared.handlers.pubsub_push import PubSubPush

    dead_letters = DeadLetters(made.topics, settings.dead_letter_topic)
    identities = None if settings.identity is None else PushTokens(*settings.identity)
    return PubSubPush(
        function, settings, made.secrets, made.sender, dead_letters, identities=identities
    )
