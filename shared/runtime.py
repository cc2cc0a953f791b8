"""One process's connectors, assembled in one place at the first request."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from shared.errors import NotFoundError, SignatureError
from shared.ga4.collect import Collect
from shared.google_cloud.secret_manager import SecretManager
from shared.google_cloud.topics import Topics
from shared.observability.log import configure
from shared.outcomes import Outcome
from shared.payments.delivery import Delivery
from shared.payments.scheme import Scheme
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
            provider = provider_of(request.scope["path"], delivery, connectors.settings)
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


def provider_of(path: str, delivery: Delivery, settings: Settings) -> Provider:
    """Return the provider that a delivery claims to come from.

    `/NAME` is a provider's own path. At `/` it is the only one configured, or the one whose
    signature header the delivery has; whether the claim is true is for the signature to say.

    Args:
        path: Where it was posted.
        delivery: The request.
        settings: Which providers there are.

    Raises:
        NotFoundError: No provider posts to this path.
        SignatureError: At `/` nothing tells whose it is: no signature, or several.
    """
    name = path.strip("/")
    if name in settings.providers:
        return settings.providers[name]
    if name:
        known = ", ".join(f"/{provider}" for provider in sorted(settings.providers))
        raise NotFoundError(f"no provider posts to this path; there is {known}")
    if len(settings.providers) == 1:
        return next(iter(settings.providers.values()))
    signed = [p for p in settings.providers.values() if _has_signature(delivery, _scheme(p))]
    if len(signed) != 1:
        raise SignatureError("no signature header, or those of several providers")
    return signed[0]


def _scheme(provider: Provider) -> Scheme:
    return provider.kind.scheme(provider.options)


def _has_signature(delivery: Delivery, scheme: Scheme) -> bool:
    if delivery.values(scheme.signature_header):
        return True
    return scheme.alternative is not None and _has_signature(delivery, scheme.alternative)
