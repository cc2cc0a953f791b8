"""`payment_webhook`: verify, parse, convert, remember, and then deliver or hand on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from shared.conversions.conversion import Conversion, Ignored, PurchaseType, Source
from shared.errors import UnusableError
from shared.google_cloud.topics import Topics
from shared.messages.handing_on import renewal_message
from shared.observability.events import log_event
from shared.outcomes import Outcome, Result
from shared.payments import stripe
from shared.payments.delivery import Delivery
from shared.payments.happening import Happening
from shared.payments.notification import Notification
from shared.pipeline.authentic import authentic
from shared.pipeline.deliver import Deliver
from shared.pipeline.enrichment_requests import EnrichmentRequests
from shared.pipeline.facts import outcome_of
from shared.pipeline.memory import Memory
from shared.pipeline.recall import recall
from shared.secrets.cache import Secrets
from shared.settings import PaymentSettings, Provider
from shared.stripe_api.client import StripeApi
from shared.stripe_api.complete import complete

PAYMENT_WEBHOOK: Final = "payment_webhook"


@dataclass(frozen=True, slots=True)
class Payments:
    """Everything a payment provider's delivery meets on its way.

    Attributes:
        settings: What the operator decided.
        secrets: Where signing secrets come from.
        deliver: The way to GA4 and the ledger.
        memory: The orders and contexts that earlier events brought.
        stripe_api: What an event of Stripe's does not carry, where a key is configured.
        topics: Where renewals go, where a topic is configured.
        clock: The current time, UTC.
    """

    settings: PaymentSettings
    secrets: Secrets
    deliver: Deliver
    memory: Memory
    stripe_api: StripeApi
    topics: Topics
    clock: Callable[[], datetime]

    async def take(self, provider: Provider, delivery: Delivery) -> list[Outcome]:
        """Take one webhook delivery from its bytes to settled events.

        Args:
            provider: Whose path it came in on.
            delivery: The request.

        Returns:
            What became of each event in it.

        Raises:
            BadDelivery: Nobody we know sent it, or it is no event. Nothing is stored.
            InProgressError: Another delivery of the same fact is on its way.
            UnavailableError: Something is out of reach; nothing stays claimed.
            MisconfiguredError: A secret is not where the settings say.
        """
        verified = await authentic(
            delivery,
            provider.kind.scheme(provider.options),
            provider.secrets,
            setting=f"PAYMENT_PROVIDERS {provider.name}",
            secrets=self.secrets,
            clock=self.clock,
        )
        return [await self.settle(provider, event) for event in provider.kind.parse(verified)]

    async def settle(self, provider: Provider, event: Notification) -> Outcome:
        """Take one authentic event to its end, and log it.

        Args:
            provider: Whose event it is.
            event: What its provider told.

        Returns:
            What became of it. Raises as `take`.
        """
        try:
            outcome = await self._settled(await self._happening(provider, event), event.source)
        except UnusableError as error:
            outcome = await self.deliver.reject(event.source, str(error))
        log_event(outcome, event.source)
        return outcome

    async def _happening(self, provider: Provider, event: Notification) -> Happening:
        """Return what an event means; nothing, in a provider's test mode."""
        if not event.live and not self.settings.common.accept_test_events:
            return Ignored("test mode")
        if provider.api_key is not None:
            key = await self.secrets.get(provider.api_key, f"PAYMENT_PROVIDERS {provider.name}")
            event = await complete(
                event, key, api=self.stripe_api, wanted=stripe.MEANINGS, now=self.clock()
            )
        return provider.kind.convert(event, provider.options)

    async def _settled(self, happening: Happening, source: Source) -> Outcome:
        """Take what happened to its end."""
        conversion = await recall(happening, source, self.memory, self.clock())
        if isinstance(conversion, Ignored):
            return Outcome(Result.IGNORED, conversion.reason)
        if conversion.purchase_type is PurchaseType.RENEWAL:
            return await self._renewed(conversion)
        return await self._told(conversion)

    async def _renewed(self, conversion: Conversion) -> Outcome:
        """Hand a renewal to the renewals topic, or send it under the name renewals have."""
        topic, name = self.settings.renewals_topic, self.settings.common.renewal_event_name
        if topic is not None and conversion.money is not None:
            message = renewal_message(conversion, conversion.money)
            await self.topics.publish(
                topic,
                message.data,
                attributes=message.attributes,
                ordering_key=message.ordering_key,
            )
            return outcome_of(Result.PUBLISHED, conversion)
        if name != conversion.name:
            conversion = replace(conversion, renamed=name)
        return await self._told(conversion)

    async def _told(self, conversion: Conversion) -> Outcome:
        """Tell GA4, and ask for what is known of the order beside its revenue."""
        outcome = await self.deliver.tell(conversion, mp_source=PAYMENT_WEBHOOK)
        requests = EnrichmentRequests(self.topics, self.settings.enrichment_topic)
        return await requests.follow(conversion, outcome)
