"""What one process keeps between requests: a pipeline for each function it serves."""

from collections.abc import Mapping
from functools import cached_property

from starlette.requests import Request
from starlette.responses import Response

from shared import assembly
from shared.observability.log import configure
from shared.outcomes import Outcome
from shared.payments.delivery import Delivery
from shared.pipeline.payments import PAYMENT_WEBHOOK, Payments
from shared.pipeline.provider import provider_of
from shared.settings import read_payment_settings, read_settings
from shared.web import respond


class Runtime:
    """Answers requests; making one does no work.

    Args:
        environment: The settings. They are read at the first request, so that a missing one is
            an answer that names it and not a process that does not start.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        configure()

    @cached_property
    def payments(self) -> Payments:
        """The pipeline of `payment_webhook`.

        Raises:
            MisconfiguredError: Settings are missing or malformed; nothing of it is kept.
        """
        return assembly.payments(read_settings(self._environment, read_payment_settings))

    async def payment_webhook(self, request: Request) -> Response:
        """Answer a payment provider's delivery."""

        async def take(delivery: Delivery) -> list[Outcome]:
            payments = self.payments
            provider = provider_of(request.scope["path"], delivery, payments.settings)
            return await payments.take(provider, delivery)

        return await respond(PAYMENT_WEBHOOK, request, take)
