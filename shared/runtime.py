"""One process's connectors, assembled in one place at the first request."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from shared.errors import NotFoundError
from shared.ga4.collect import Collect
from shared.google_cloud.secret_manager import SecretManager
from shared.google_cloud.topics import Topics
from shared.observability.log import configure
from shared.outcomes import Outcome
from shared.payments.delivery import Delivery
from shared.pipeline import PAYMENT_WEBHOOK, Connectors
from shared.pipeline.memory import Memory
from shared.secrets.cache import Secrets
from shared.settings import Provider, Settings, read_settings
from shared.stores.sqlite import sqlite_stores
from shared.stripe_api.client import StripeApi
from shared.web import respond


class Runtime:
    """Holds what a process keeps between requests; making one does no work.

    Args:
        environment: The settings. They are read at the first request, so that a missing one is
            an answer that names it and not a process that does not start.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._connectors: Connectors | None = None
        configure()

    @property
    def connectors(self) -> Connectors:
        """The connectors of this process.

        Raises:
            MisconfiguredError: Settings are missing or malformed.
        """
        if self._connectors is None:
            self._connectors = assemble(read_settings(self._environment))
        return self._connectors

    async def payment_webhook(self, request: Request) -> Response:
        """Answer a payment provider's delivery."""

        async def take(delivery: Delivery) -> list[Outcome]:
            connectors = self.connectors
            provider = provider_at(request.scope["path"], connectors.settings)
            return await connectors.payment(provider, delivery)

        return await respond(PAYMENT_WEBHOOK, request, take)


def assemble(settings: Settings) -> Connectors:
    """Return connectors with their real collaborators; nothing is opened or imported yet."""
    manager = SecretManager(settings.secret_manager_emulator)
    stores = sqlite_stores(settings.store_path)
    return Connectors(
        settings=settings,
        secrets=Secrets(manager.read, time.monotonic),
        ledger=stores.ledger,
        memory=Memory(stores.orders, stores.contexts),
        collect=Collect(settings.endpoint, settings.measurement_id),
        stripe_api=StripeApi(),
        topics=Topics(settings.pubsub_emulator),
        clock=lambda: datetime.now(UTC),
    )


def provider_at(path: str, settings: Settings) -> Provider:
    """Return the provider that posts to a path: `/NAME`, or `/` for the only one configured.

    Raises:
        NotFoundError: None does.
    """
    name = path.strip("/")
    if not name and len(settings.providers) == 1:
        return next(iter(settings.providers.values()))
    if name not in settings.providers:
        known = ", ".join(f"/{provider}" for provider in sorted(settings.providers))
        raise NotFoundError(f"no provider posts to this path; there is {known}")
    return settings.providers[name]
