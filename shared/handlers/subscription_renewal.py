"""`subscription_renewal`: from a message of the renewals topic to a purchase of its user."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from shared.delivery.order_history import OrderHistory
from shared.delivery.replay import Replay
from shared.delivery.resolve import resolve
from shared.delivery.sender import Sender
from shared.domain.conversion import Ignored, PurchaseType, Source
from shared.domain.event import DomainEvent
from shared.domain.link import Link
from shared.domain.refund import Reversal
from shared.handlers.enrichment_requests import EnrichmentRequests
from shared.handlers.google_play import NoAmountError, PlayApi, map_notification
from shared.handlers.pubsub_push import PubSubPush
from shared.handlers.renewal_formats import Shape, shape_of, shopify_event, stripe_event
from shared.messages.billing_event import BillingEvent, read_billing_event
from shared.messages.billing_mapping import map_billing_event, source_of
from shared.messages.envelope import Message
from shared.messages.play_notification import PlayNotification, read_play_notification
from shared.outcome import Outcome, Result
from shared.providers import shopify, stripe
from shared.providers.event import ProviderEvent
from shared.settings import RenewalSettings

SUBSCRIPTION_RENEWAL: Final = "subscription_renewal"

_Told = BillingEvent | ProviderEvent | PlayNotification


@dataclass(frozen=True, slots=True)
class SubscriptionRenewal:
    """Everything a message about a subscription meets on its way.

    Attributes:
        settings: What the operator decided.
        push: What every push meets first.
        sender: The way to GA4 and the ledger.
        history: The orders and contexts that earlier events brought.
        requests: Asks for enrichment.
        clock: The current time, UTC.
        play: Looks Google Play's purchases up, where that is possible.
    """

    settings: RenewalSettings
    push: PubSubPush
    sender: Sender
    history: OrderHistory
    requests: EnrichmentRequests
    clock: Callable[[], datetime]
    play: PlayApi | None = None

    async def handle(self, message: Message) -> Outcome:
        """Take one message to a settled event, and log it.

        Raises as `PubSubPush.take`.

        Args:
            message: What was pushed.
        """
        return await self.push.settle(message, _read, self._settled)

    async def _meaning(self, told: _Told, source: Source) -> DomainEvent:
        """Return what was told means; nothing, in a provider's test mode."""
        if isinstance(told, PlayNotification):
            return await map_notification(told, self.play, self.history)
        live = told.live if isinstance(told, ProviderEvent) else told.environment == "live"
        if not live and not self.settings.common.accept_test_events:
            return Ignored("test mode")
        if isinstance(told, BillingEvent):
            return map_billing_event(told, source)
        options = self.settings.providers[source.provider]
        if source.provider == Shape.SHOPIFY:
            return shopify.map_event(told, options)
        return stripe.map_event(told, options)

    async def _settled(self, told: _Told, source: Source) -> Outcome:
        """Take what happened to its end; a renewal under the name renewals have."""
        try:
            domain_event = await self._meaning(told, source)
        except NoAmountError as why:
            return await self.sender.withhold(source, str(why))
        found = await resolve(domain_event, source, self.history, self.clock())
        if isinstance(domain_event, Link):
            await Replay(self.sender, self.history, self.clock).released_by(domain_event)
        if isinstance(found, Ignored):
            return Outcome(Result.IGNORED, found.reason)
        if isinstance(found, Reversal):
            return await self.sender.reverse(found, source, self.history)
        name = self.settings.common.renewal_event_name
        if found.purchase_type is PurchaseType.RENEWAL and name != found.name:
            found = replace(found, renamed=name)
        outcome = await self.sender.tell(found, mp_source=SUBSCRIPTION_RENEWAL)
        return await self.requests.follow(found, outcome)


def _read(message: Message) -> tuple[Source, _Told]:
    """Return where a message comes from and what it tells."""
    forwarded = shape_of(message)
    match forwarded.shape:
        case Shape.STRIPE:
            event = stripe_event(forwarded.data)
            return event.source, event
        case Shape.SHOPIFY:
            event = shopify_event(message)
            return event.source, event
        case Shape.GOOGLE_PLAY:
            notification = read_play_notification(forwarded.data)
            return notification.source, notification
        case Shape.BILLING_EVENT:
            told = read_billing_event(forwarded.data)
            return source_of(told), told
