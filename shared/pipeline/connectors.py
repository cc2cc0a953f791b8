"""Verify, parse, convert, attribute, build, check, and then once: the story in one screen."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from shared.attribution.attribute import attribute
from shared.conversions.attributed import Withheld
from shared.conversions.conversion import Conversion, Ignored, PurchaseType, Source
from shared.conversions.link import Link
from shared.conversions.record import encode
from shared.conversions.refund import Refund
from shared.errors import SignatureMismatchError, UnusableError
from shared.ga4.checked import InvalidRequest, check
from shared.ga4.collect import Collect
from shared.ga4.event import to_request
from shared.google_cloud.topics import Topics
from shared.messages.handing_on import renewal_message
from shared.observability.events import log_event
from shared.outcomes import Outcome, Result
from shared.payments import stripe
from shared.payments.delivery import Delivery, VerifiedDelivery
from shared.payments.happening import Happening
from shared.payments.notification import Notification
from shared.payments.signature import verify
from shared.pipeline.facts import fact_of, fact_of_unreadable, outcome_of
from shared.pipeline.memory import Memory
from shared.pipeline.once import Once
from shared.secrets.cache import Secrets
from shared.settings import Provider, Settings
from shared.stores.entry import State
from shared.stores.protocol import Ledger
from shared.stripe_api.client import StripeApi
from shared.stripe_api.complete import complete

PAYMENT_WEBHOOK: Final = "payment_webhook"


@dataclass(frozen=True, slots=True)
class Connectors:
    """Everything a delivery meets on its way.

    Attributes:
        settings: What the operator decided.
        secrets: Where signing secrets and the api_secret come from.
        ledger: What was sent before.
        memory: The orders and contexts that earlier events brought.
        collect: The way to GA4.
        stripe_api: What an event of Stripe's does not carry, where a key is configured.
        topics: Where renewals go, where a topic is configured.
        clock: The current time, UTC.
    """

    settings: Settings
    secrets: Secrets
    ledger: Ledger
    memory: Memory
    collect: Collect
    stripe_api: StripeApi
    topics: Topics
    clock: Callable[[], datetime]

    async def payment(self, provider: Provider, delivery: Delivery) -> list[Outcome]:
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
        verified = await self._verified(provider, delivery)
        outcomes = []
        for event in provider.kind.parse(verified):
            try:
                outcome = await self._settled(await self._happening(provider, event), event.source)
            except UnusableError as error:
                outcome = await self._reject(event.source, str(error))
            log_event(outcome, event.source)
            outcomes.append(outcome)
        return outcomes

    async def deliver(self, conversion: Conversion, *, mp_source: str) -> Outcome:
        """Tell GA4 of a conversion exactly once.

        Args:
            conversion: What happened, with all that is known of it.
            mp_source: Which function sends it.

        Returns:
            What became of it. Raises as `payment`.
        """
        now = self.clock()
        try:
            attributed = attribute(conversion, self.settings.policy, now)
        except UnusableError as error:
            return await self._keep(conversion, State.REJECTED, str(error))
        if isinstance(attributed, Withheld):
            return await self._keep(conversion, State.WITHHELD, attributed.reason)
        request = check(
            to_request(attributed, mp_source=mp_source, gross=self.settings.gross),
            now,
            exempt=self.settings.personal_data_exemptions,
        )
        if isinstance(request, InvalidRequest):
            return await self._keep(conversion, State.REJECTED, request.reason)
        api_secret = await self.secrets.get(self.settings.api_secret, "GA4_API_SECRET")
        once = Once(self.settings, self.ledger, self.collect, self.clock)
        outcome = await once.send(attributed, request, api_secret)
        return replace(outcome, notes=outcome.notes + request.repairs)

    async def _verified(self, provider: Provider, delivery: Delivery) -> VerifiedDelivery:
        """Verify, and once more with secrets read anew: one may have been rotated."""
        scheme, setting = (
            provider.kind.scheme(provider.options),
            f"PAYMENT_PROVIDERS {provider.name}",
        )
        secrets = [await self.secrets.get(r, setting) for r in provider.secrets]
        try:
            return verify(scheme, delivery, secrets, now=self.clock())
        except SignatureMismatchError:
            anew = [await self.secrets.refresh(r, setting) for r in provider.secrets]
            if anew == secrets:
                raise
            return verify(scheme, delivery, anew, now=self.clock())

    async def _happening(self, provider: Provider, event: Notification) -> Happening:
        """Return what an event means; nothing, in a provider's test mode."""
        if not event.live and not self.settings.accept_test_events:
            return Ignored("test mode")
        if provider.api_key is not None:
            key = await self.secrets.get(provider.api_key, f"PAYMENT_PROVIDERS {provider.name}")
            event = await complete(
                event, key, api=self.stripe_api, wanted=stripe.MEANINGS, now=self.clock()
            )
        return provider.kind.convert(event, provider.options)

    async def _settled(self, happening: Happening, source: Source) -> Outcome:
        """Take what happened to its end."""
        now = self.clock()
        match happening:
            case Ignored():
                return Outcome(Result.IGNORED, happening.reason)
            case Link():
                await self.memory.linked(happening, source, now)
                return Outcome(Result.IGNORED, happening.reason)
            case Refund():
                conversion = await self.memory.refunded(happening, source, now)
            case Conversion():
                conversion = await self.memory.placed(happening, now)
        if conversion.purchase_type is PurchaseType.RENEWAL:
            return await self._renewed(conversion)
        return await self.deliver(conversion, mp_source=PAYMENT_WEBHOOK)

    async def _renewed(self, conversion: Conversion) -> Outcome:
        """Hand a renewal to the renewals topic, or send it under the name renewals have."""
        topic, name = self.settings.renewals_topic, self.settings.renewal_event_name
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
        return await self.deliver(conversion, mp_source=PAYMENT_WEBHOOK)

    async def _keep(self, conversion: Conversion, state: State, reason: str) -> Outcome:
        """Record a conversion that is not sent, with what replay needs."""
        await self.ledger.record(
            fact_of(conversion, self.settings),
            state,
            now=self.clock(),
            reason=reason,
            replay=encode(conversion),
        )
        return outcome_of(Result(state.value), conversion, reason)

    async def _reject(self, source: Source, reason: str) -> Outcome:
        """Record money that cannot be read."""
        fact = fact_of_unreadable(source, self.settings)
        await self.ledger.record(fact, State.REJECTED, now=self.clock(), reason=reason)
        return Outcome(Result.REJECTED, reason)
