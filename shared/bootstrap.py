"""One process: each function's handler from the environment, with its real collaborators.

Making a handler opens nothing. Each is imported where it is made, so that a function loads its
own handler only: importing costs a cold start.
"""

# ruff: noqa: PLC0415 - see above

from shared import collector  # first: what is imported after it costs less

# isort: split

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from shared.changed import replace
from shared.delivery.order_history import OrderHistory
from shared.delivery.sender import Sender
from shared.delivery.sinks import open_sinks
from shared.google_cloud.secret_manager import SecretManager
from shared.google_cloud.topics import Topics
from shared.observability.events import log_debugging, log_unreadable_secret
from shared.observability.log import configure
from shared.outcome import Outcome
from shared.secrets.cache import Secrets
from shared.settings.common import Settings
from shared.settings.limits import Limits, read_limits
from shared.settings.reader import Reader, read_settings
from shared.stores.stores import Stores
from shared.web.concurrency import Admission
from shared.web.endpoint import respond
from shared.web.request_log import RequestLog
from shared.web.responses import PUSH, WEBHOOK, ResponsePolicy
from shared.webhooks.delivery import Delivery, Head

if TYPE_CHECKING:
    from shared.delivery.replay import Replay
    from shared.handlers.context_capture import ContextCapture
    from shared.handlers.data_enrichment import DataEnrichment
    from shared.handlers.event_status import EventStatus
    from shared.handlers.offline_event import OfflineEvent
    from shared.handlers.payment_webhook import PaymentWebhook
    from shared.handlers.pubsub_push import Handle, PubSubPush
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

TOKEN_HEADER: Final = "x-push-token"  # noqa: S105 - a name
_EXPORT_SECONDS: Final = 120.0


class Parts(msgspec.Struct, frozen=True):
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
        await self.sender.close()
        await self.stores.close()


def clock() -> datetime:
    """Return the current time, UTC."""
    return datetime.now(UTC)


def parts(settings: Settings) -> Parts:
    """Return the parts of a process."""
    if settings.debugs_live_events:
        log_debugging()
    read = SecretManager(settings.secret_manager_emulator).read
    secrets = Secrets(read, time.monotonic, log_unreadable_secret)
    opened = settings.store.open(settings.firestore_emulator)
    stores = replace(opened, retention=settings.retention, status_after=settings.status_after)
    sinks = open_sinks(settings.streams, secrets, clock)
    return Parts(
        secrets=secrets,
        stores=stores,
        sender=Sender(settings, stores, sinks, clock),
        topics=Topics(settings.pubsub_emulator),
    )


def captures(settings: "CaptureSettings") -> "ContextCapture":
    """Return the pipeline of `context_capture`."""
    from shared.handlers.context_capture import ContextCapture
    from shared.web.rate_limit import SharedRate

    made = parts(settings.common)
    return ContextCapture(
        settings=settings,
        secrets=made.secrets,
        contexts=made.stores.contexts,
        replay=replay(settings.common, made),
        rate=SharedRate(settings.rate_per_minute, settings.rate_per_address, time.monotonic),
        clock=clock,
    )


def payments(settings: "PaymentSettings") -> "PaymentWebhook":
    """Return the pipeline of `payment_webhook`."""
    from shared.handlers.payment_webhook import PaymentWebhook
    from shared.stripe_api.client import StripeApi

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
) -> "Replay":
    """Return what replays the entries of a process's store; see `Replay`."""
    from shared.delivery.replay import Replay

    return Replay(
        made.sender,
        _history(made, settings),
        clock,
        without_context=without_context,
        late=late,
    )


def _history(made: Parts, settings: Settings, *, wait: bool = True) -> OrderHistory:
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
        clock=clock,
    )


def event_status(settings: "EventStatusSettings") -> "EventStatus":
    """Return what looks up what became of events."""
    from shared.data_manager.status import open_status_api
    from shared.handlers.event_status import EventStatus

    opened = settings.store.open(settings.firestore_emulator)
    events = replace(opened, retention=settings.retention).accepted
    return EventStatus(events, open_status_api(settings.endpoint, clock), settings.after, clock)


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
        clock=clock,
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
        clock=clock,
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
        clock=clock,
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


SettingsT = TypeVar("SettingsT")
HandlerT = TypeVar("HandlerT")


class Function(Generic[SettingsT, HandlerT]):
    """What one process keeps between requests; making one does no work.

    Args:
        name: The function's name, for the log.
        environment: The settings. They are read at the first request, so that a missing one is
            an answer that names it and not a process that does not start.
        read: Reads the function's settings.
        make: Makes the handler from them.
        take: Takes a delivery to its outcomes.
        judge: Refuses, by its path and its headers, what is not worth reading.
        policy: How the sender is answered, and how large a request may be.
        origins: Whose pages may post, for a function that pages post to.
        at_least_seconds: A request has at least so much time.
    """

    def __init__(  # noqa: PLR0913 - what distinguishes a function from another
        self,
        name: str,
        environment: Mapping[str, str],
        *,
        read: Callable[[Reader], SettingsT],
        make: Callable[[SettingsT], HandlerT],
        take: Callable[[HandlerT, Request, Delivery], Awaitable[list[Outcome]]],
        judge: Callable[[HandlerT, Request, Head], object] | None = None,
        policy: ResponsePolicy = WEBHOOK,
        origins: Callable[[HandlerT], frozenset[str]] | None = None,
        at_least_seconds: int = 0,
    ) -> None:
        self._name = name
        self._environment = environment
        self._read = read
        self._make = make
        self._take = take
        self._judge = judge
        self._policy = policy
        self._origins = origins
        self._at_least_seconds = at_least_seconds
        self._admission = Admission()
        self._request_log = RequestLog(name)
        configure()

    @cached_property
    def handler(self) -> HandlerT:
        """The function's handler, made once.

        Raises:
            MisconfiguredError: Settings are missing or malformed; nothing of it is kept.
        """
        handler = self._make(read_settings(self._environment, self._read))
        collector.spare_what_stays()
        return handler

    @cached_property
    def _limits(self) -> Limits:
        """The process's limits; one that is malformed is named with the other settings."""
        limits = read_limits(Reader(self._environment))
        longest = max(limits.deadline_seconds, self._at_least_seconds)
        return replace(limits, deadline_seconds=longest)

    async def __call__(self, request: Request) -> Response:
        """Answer a request within the process's limits."""

        async def take(delivery: Delivery) -> list[Outcome]:
            return await self._take(self.handler, request, delivery)

        origins, judge = self._origins, self._judge
        return await respond(
            self._name,
            request,
            take,
            admission=self._admission,
            limits=self._limits,
            edge=self._policy,
            judge=None if judge is None else lambda head: judge(self.handler, request, head),
            request_log=self._request_log,
            origins=None if origins is None else lambda: origins(self.handler),
        )


class _PushHandler(Protocol):
    @property
    def push(self) -> "PubSubPush": ...

    @property
    def handle(self) -> "Handle": ...


PushHandlerT = TypeVar("PushHandlerT", bound=_PushHandler)


def push_function(
    name: str,
    environment: Mapping[str, str],
    *,
    read: Callable[[Reader], SettingsT],
    make: Callable[[SettingsT], PushHandlerT],
) -> Function[SettingsT, PushHandlerT]:
    """Return a function that Pub/Sub pushes to.

    Args:
        name: See `Function`, as the others.
        environment: The settings.
        read: Reads the function's settings.
        make: Makes the handler from them.
    """
    return Function(name, environment, read=read, make=make, take=_take_push, policy=PUSH)


async def _take_push(handler: _PushHandler, request: Request, delivery: Delivery) -> list[Outcome]:
    token = request.query_params.get("token", "") or request.headers.get(TOKEN_HEADER, "")
    return [await handler.push.take(delivery, token, handler.handle)]
