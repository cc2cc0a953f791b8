"""What one process keeps between requests: a pipeline for each function it serves."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from shared import assembly
from shared.admission import Admission
from shared.answers import PUSH, WEBHOOK, Edge
from shared.messages.capture import MAX_BYTES
from shared.observability.log import configure
from shared.outcomes import Outcome
from shared.payments.delivery import Delivery
from shared.pipeline.captures import CONTEXT_CAPTURE, Captures
from shared.pipeline.enrichments import DATA_ENRICHMENT, Enrichments
from shared.pipeline.offline import OFFLINE_EVENT, Offline
from shared.pipeline.payments import PAYMENT_WEBHOOK, Payments
from shared.pipeline.provider import provider_of
from shared.pipeline.renewals import SUBSCRIPTION_RENEWAL, Renewals
from shared.reconciliation.scheduled import RECONCILIATION, Scheduled
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
from shared.web import respond

TOKEN_HEADER: Final = "x-push-token"  # noqa: S105 - a name
_Pushed = Renewals | Enrichments | Offline
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
    def payments(self) -> Payments:
        """The pipeline of `payment_webhook`.

        Raises:
            MisconfiguredError: Settings are missing or malformed; nothing of it is kept.
        """
        return assembly.payments(read_settings(self._environment, read_payment_settings))

    @cached_property
    def captures(self) -> Captures:
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
    def reconciling(self) -> Scheduled:
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
    def renewals(self) -> Renewals:
        """The pipeline of `subscription_renewal`. Raises as `payments`."""
        return assembly.renewals(read_settings(self._environment, read_renewal_settings))

    async def subscription_renewal(self, request: Request) -> Response:
        """Answer a push of the renewals subscription."""
        return await self._pushed(SUBSCRIPTION_RENEWAL, request, lambda: self.renewals)

    @cached_property
    def enrichments(self) -> Enrichments:
        """The pipeline of `data_enrichment`. Raises as `payments`."""
        return assembly.enrichments(read_settings(self._environment, read_enrichment_settings))

    async def data_enrichment(self, request: Request) -> Response:
        """Answer a push of the enrichment subscription."""
        return await self._pushed(DATA_ENRICHMENT, request, lambda: self.enrichments)

    @cached_property
    def offline(self) -> Offline:
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
            return [await made.inbox.take(delivery, token, made.handle)]

        return await self._respond(function, request, take, edge=PUSH)

    async def _respond(  # noqa: PLR0913 - who asks, what for, and within which bounds
        self,
        function: str,
        request: Request,
        take: Callable[[Delivery], Awaitable[list[Outcome]]],
        *,
        edge: Edge = WEBHOOK,
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
