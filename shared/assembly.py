"""Pipelines with their real collaborators; nothing is opened or imported by making one."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.ga4.collect import Collect
from shared.google_cloud.secret_manager import SecretManager
from shared.google_cloud.topics import Topics
from shared.pipeline.deliver import Deliver
from shared.pipeline.memory import Memory
from shared.pipeline.payments import Payments
from shared.pipeline.replay import Replay
from shared.reconciliation.reconcile import Reconcile
from shared.secrets.cache import Secrets
from shared.settings import PaymentSettings, ReconciliationSettings, Settings
from shared.stores.protocol import Stores
from shared.stores.sqlite import sqlite_stores
from shared.stripe_api.client import StripeApi


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


def clock() -> datetime:
    """Return the current time, UTC."""
    return datetime.now(UTC)


def parts(settings: Settings) -> Parts:
    """Return the parts of a process."""
    secrets = Secrets(SecretManager(settings.secret_manager_emulator).read, time.monotonic)
    stores = sqlite_stores(settings.store_path)
    collect = Collect(settings.endpoint, settings.measurement_id)
    return Parts(
        secrets=secrets,
        stores=stores,
        deliver=Deliver(settings, secrets, stores.ledger, collect, clock),
        topics=Topics(settings.pubsub_emulator),
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


def reconciliation(settings: ReconciliationSettings) -> Reconcile:
    """Return what reconciles the webhook's ledger."""
    return Reconcile(payments(settings.payments), repair=settings.repair)
