"""What one process keeps between requests: a pipeline for each function it serves."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from shared import assembly
from shared.handlers.context_capture import CONTEXT_CAPTURE, ContextCapture
from shared.handlers.data_enrichment import DATA_ENRICHMENT, DataEnrichment
from shared.handlers.offline_event import OFFLINE_EVENT, OfflineEvent
from shared.handlers.payment_webhook import PAYMENT_WEBHOOK, PaymentWebhook
from shared.handlers.provider_path import provider_of
from shared.handlers.subscription_renewal import SUBSCRIPTION_RENEWAL, SubscriptionRenewal
from shared.messages.capture import MAX_BYTES
from shared.observability.log import configure
from shared.outcome import Outcome
from shared.reconciliation.handler import RECONCILIATION, Reconciliation
from shared.settings import (
    read_capture_settings,
    read_enrichment_settings,
    read_offline_settings,
    read_payment_settings,
    read_reconciliation_settings,
    read_renewal_settings,
    read_settings,
)
from shared.settings.limits import read_limits
from shared.settings.reader import Reader
from shared.web.concurrency import Admission
from shared.web.endpoint import respond
from shared.web.responses import PUSH, WEBHOOK, ResponsePolicy
from shared.webhooks.delivery import Delivery

TOKEN_HEADER: Final = "x-push-token"  # noqa: S105 - a name
_Pushed = SubscriptionRenewal | DataEnrichment | OfflineEvent
RECONCILING_SECONDS: Final = 540
"""A scheduler waits, unlike a buyer."""


class Runtime:
    """Answers requests; making one does no work.

    Args:
        environment: The settings. They are read at the first request, so that a missing one is
            an answer that names it and not a process that does not start.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._admission = Admission()
        configure()

    @cached_property
    def payments(self) -> PaymentWebhook:
        """The pipeline of `payment_webhook`.

        Raises:
            MisconfiguredError: Settings are missing or malformed; nothing of it is kept.
        """
        return assembly.payments(read_settings(self._environment, read_payment_settings))

    @cached_property
    def captures(self) -> ContextCapture:
        """The pipeline of `context_capture`. Raises as `payments`."""
        return assembly.captures(read_settings(self._environment, read_capture_settings))

    async def context_capture(self, request: Request) -> Response:
        """Answer a capture, or a page that asks whether it may post one."""

        async def take(delivery: Delivery) -> list[Outcome]:
            return await self.captures.take(delivery)

        return await self._respond(
            CONTEXT_CAPTURE,
            request,
            take,
            edge=replace(WEBHOOK, max_body_bytes=MAX_BYTES),
            origins=lambda: self.captures.settings.origins,
        )

    async def payment_webhook(self, request: Request) -> Response:
        """Answer a payment provider's delivery."""

        async def take(delivery: Delivery) -> list[Outcome]:
            payments = self.payments
            provider = provider_of(request.scope["path"], delivery, payments.settings)
            return await payments.take(provider, delivery)

        return await self._respond(PAYMENT_WEBHOOK, request, take)

    @cached_property
    def reconciling(self) -> Reconciliation:
        """What `reconciliation` does. Raises as `payments`."""
        return assembly.reconciliation(
            read_settings(self._environment, read_reconciliation_settings)
        )

    async def reconciliation(self, request: Request) -> Response:
        """Answer Cloud Scheduler."""

        async def take(_: Delivery) -> list[Outcome]:
            return [await self.reconciling.run(assembly.clock())]

        return await self._respond(RECONCILIATION, request, take, at_least=RECONCILING_SECONDS)

    @cached_property
    def renewals(self) -> SubscriptionRenewal:
        """The pipeline of `subscription_renewal`. Raises as `payments`."""
        return assembly.renewals(read_settings(self._environment, read_renewal_settings))

    async def subscription_renewal(self, request: Request) -> Response:
        """Answer a push of the renewals subscription."""
        return await self._pushed(SUBSCRIPTION_RENEWAL, request, lambda: self.renewals)

    @cached_property
    def enrichments(self) -> DataEnrichment:
        """The pipeline of `data_enrichment`. Raises as `payments`."""
        return assembly.enrichments(read_settings(self._environment, read_enrichment_settings))

    async def data_enrichment(self, request: Request) -> Response:
        """Answer a push of the enrichment subscription."""
        return await self._pushed(DATA_ENRICHMENT, request, lambda: self.enrichments)

    @cached_property
    def offline(self) -> OfflineEvent:
        """The pipeline of `offline_event`. Raises as `payments`."""
        return assembly.offline(read_settings(self._environment, read_offline_settings))

    async def offline_event(self, request: Request) -> Response:
        """Answer a push of the offline events' subscription."""
        return await self._pushed(OFFLINE_EVENT, request, lambda: self.offline)

    async def _pushed(
        self, function: str, request: Request, pipeline: Callable[[], _Pushed]
    ) -> Response:
        """Answer a push of Pub/Sub's."""

        async def take(delivery: Delivery) -> list[Outcome]:
            made = pipeline()
            token = request.query_params.get("token", "")
            token = token or request.headers.get(TOKEN_HEADER, "")
            return [await made.push.take(delivery, token, made.handle)]

        return await self._respond(function, request, take, edge=PUSH)

    async def _respond(  # noqa: PLR0913 - who asks, what for, and within which bounds
        self,
        function: str,
        request: Request,
        take: Callable[[Delivery], Awaitable[list[Outcome]]],
        *,
        edge: ResponsePolicy = WEBHOOK,
        origins: Callable[[], frozenset[str]] | None = None,
        at_least: int = 0,
    ) -> Response:
        """Answer a request within the process's limits; `at_least` so many seconds it is given.

        A limit that is malformed is named with the other settings; until then its default holds.
        """
        limits = read_limits(Reader(self._environment))
        limits = replace(limits, deadline_seconds=max(limits.deadline_seconds, at_least))
        return await respond(
            function,
            request,
            take,
            admission=self._admission,
            limits=limits,
            edge=edge,
            origins=origins,
        )
