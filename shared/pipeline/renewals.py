"""`subscription_renewal`: from a message of the renewals topic to a purchase of its user."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from shared.conversions.conversion import Ignored, PurchaseType, Source
from shared.errors import UnusableError
from shared.messages.billing_event import BillingEvent, read_billing_event
from shared.messages.billing_mapping import source_of, to_happening
from shared.messages.envelope import Message
from shared.messages.play_notification import PlayNotification, read_play_notification
from shared.observability.events import log_event
from shared.outcomes import Outcome, Result
from shared.payments import shopify, stripe
from shared.payments.happening import Happening
from shared.payments.notification import Notification
from shared.pipeline.deliver import Deliver
from shared.pipeline.enrichment_requests import EnrichmentRequests
from shared.pipeline.forwarded import Shape, shape_of, shopify_event, stripe_event
from shared.pipeline.inbox import PUBSUB, Inbox
from shared.pipeline.memory import Memory
from shared.pipeline.play import KeptBack, PlayApi, play_happening
from shared.pipeline.recall import recall
from shared.settings import RenewalSettings

SUBSCRIPTION_RENEWAL: Final = "subscription_renewal"

_Told = BillingEvent | Notification | PlayNotification


@dataclass(frozen=True, slots=True)
class Renewals:
    """Everything a message about a subscription meets on its way.

    Attributes:
        settings: What the operator decided.
        inbox: What every push meets first.
        deliver: The way to GA4 and the ledger.
        memory: The orders and contexts that earlier events brought.
        requests: Asks for enrichment.
        clock: The current time, UTC.
        play: Looks Google Play's purchases up, where that is possible.
    """

    settings: RenewalSettings
    inbox: Inbox
    deliver: Deliver
    memory: Memory
    requests: EnrichmentRequests
    clock: Callable[[], datetime]
    play: PlayApi | None = None

    async def handle(self, message: Message) -> Outcome:
        """Take one message to a settled event, and log it.

        Raises as `Inbox.take`.

        Args:
            message: What was pushed.
        """
        source = Source(PUBSUB, message.message_id, "message")
        try:
            source, told = _read(message)
            outcome = await self._settled(await self._meaning(told, source), source)
        except UnusableError as error:
            outcome = await self.deliver.reject(source, str(error))
        except KeptBack as why:
            outcome = await self.deliver.withhold(source, str(why))
        log_event(outcome, source)
        return outcome

    async def _meaning(self, told: _Told, source: Source) -> Happening:
        """Return what was told means; nothing, in a provider's test mode."""
        if isinstance(told, PlayNotification):
            return await play_happening(told, self.play, self.memory)
        live = told.live if isinstance(told, Notification) else told.environment == "live"
        if not live and not self.settings.common.accept_test_events:
            return Ignored("test mode")
        if isinstance(told, BillingEvent):
            return to_happening(told, source)
        keys = self.settings.transaction_id_keys
        if source.provider == Shape.SHOPIFY:
            return shopify.convert(told, shopify.ShopifyOptions(transaction_id_keys=keys))
        return stripe.convert(told, stripe.StripeOptions(transaction_id_keys=keys))

    async def _settled(self, happening: Happening, source: Source) -> Outcome:
        """Take what happened to its end; a renewal under the name renewals have."""
        found = await recall(happening, source, self.memory, self.clock())
        if isinstance(found, Ignored):
            return Outcome(Result.IGNORED, found.reason)
        name = self.settings.common.renewal_event_name
        if found.purchase_type is PurchaseType.RENEWAL and name != found.name:
            found = replace(found, renamed=name)
        outcome = await self.deliver.tell(found, mp_source=SUBSCRIPTION_RENEWAL)
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
