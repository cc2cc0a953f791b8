"""`subscription_renewal`: from a message of the renewals topic to a purchase of its user."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

import msgspec

from shared.changed import replace
from shared.delivery.denials import keep_denial, keep_denial_of_event
from shared.delivery.mentions import about
from shared.delivery.order_history import OrderHistory
from shared.delivery.replay import Replay
from shared.delivery.resolve import resolve
from shared.delivery.route import TEST_MODE, is_left_out, tests_count, with_event_facts, with_facts
from shared.delivery.sender import Sender
from shared.domain.conversion import Conversion, Ignored, PurchaseType, Source
from shared.domain.event import DomainEvent
from shared.domain.refund import Reversal
from shared.errors import NoAmountError, UnusableError
from shared.handlers.enrichment_requests import EnrichmentRequests
from shared.handlers.google_play import PlayApi, map_notification
from shared.handlers.pubsub_push import PubSubPush
from shared.handlers.renewal_formats import Shape, event_of, shape_of
from shared.messages.billing_event import BillingEvent, read_billing_event
from shared.messages.billing_mapping import map_billing_event, source_of
from shared.messages.envelope import Message
from shared.messages.fields import field_of
from shared.messages.play_notification import PlayNotification, read_play_notification
from shared.messages.unreadable_analytics import answers_in
from shared.outcome import Outcome
from shared.providers.event import ProviderEvent
from shared.providers.object_ids import object_ids
from shared.providers.registry import PROVIDERS
from shared.settings.subscription_renewal import RenewalSettings
from shared.stores.stores import Stores

SUBSCRIPTION_RENEWAL: Final = "subscription_renewal"

_RenewalMessage = BillingEvent | ProviderEvent | PlayNotification


class SubscriptionRenewal(msgspec.Struct, frozen=True):
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
        ids = object_ids(message.data)
        return await self.push.settle(message, _read, partial(self._settled, ids))

    async def _meaning(
        self, renewal: _RenewalMessage, source: Source
    ) -> tuple[DomainEvent, Source]:
        """Return what a message means, nothing in a test mode that no stream takes, and whence."""
        if isinstance(renewal, PlayNotification):
            return await map_notification(renewal, self.play, self.history), source
        common = self.settings.common
        live = renewal.live if isinstance(renewal, ProviderEvent) else renewal.environment == "live"
        if is_left_out(common.streams, live=live, accept_tests=common.accept_test_events):
            return Ignored(TEST_MODE), source
        if isinstance(renewal, BillingEvent):
            source = with_facts(source, common.streams, field_of(renewal.metadata), live=live)
            return map_billing_event(renewal, source), source
        provider = PROVIDERS[source.provider]
        renewal = replace(renewal, source=source)  # the message's marks are the event's
        event = with_event_facts(renewal, common.streams, provider.metadata)
        return provider.map_event(event, self.settings.options(source.provider)), event.source

    async def _settled(
        self, envelope_ids: tuple[str, ...], renewal: _RenewalMessage, source: Source
    ) -> Outcome:
        """Take what happened to its end; a renewal under the name renewals have."""
        ids = (*envelope_ids, *_ids(renewal))
        try:
            domain_event, source = await self._meaning(renewal, source)
        except NoAmountError as why:
            return await self.sender.withhold(source, str(why), ids)
        except UnusableError:
            await self._keep_denial(renewal, ids)
            raise
        if not isinstance(domain_event, Conversion):
            await self._keep_denial(renewal, ids)
        domain_event = about(domain_event, ids)
        name = self.settings.common.renewal_event_name

        async def decide(stores: Stores) -> Conversion | Reversal | Ignored:
            history = self.history.within(stores)
            resolved = await resolve(domain_event, source, history, self.clock())
            if isinstance(resolved, Conversion) and name != resolved.name:
                renewal = resolved.purchase_type is PurchaseType.RENEWAL
                return replace(resolved, renamed=name) if renewal else resolved
            return resolved

        delivered = await self.sender.deliver(decide, source, mp_source=SUBSCRIPTION_RENEWAL)
        await Replay(self.sender, self.history, self.clock).released_by(domain_event)
        return await self.requests.follow(delivered)

    async def _keep_denial(self, renewal: _RenewalMessage, ids: tuple[str, ...]) -> None:
        """Keep what an event denies that is not sent; a purchase in Google Play denies nothing."""
        contexts, now = self.sender.stores.contexts, self.clock()
        tests = tests_count(self.settings.common)
        if isinstance(renewal, BillingEvent):
            answers = answers_in(msgspec.json.encode(renewal), tests=tests)
            await keep_denial(contexts, answers, ids, now)
        elif isinstance(renewal, ProviderEvent) and (renewal.live or tests):
            name = renewal.source.provider
            keys = self.settings.options(name).transaction_id_keys
            await keep_denial_of_event(contexts, PROVIDERS[name], renewal, ids, keys, now)


def _ids(renewal: _RenewalMessage) -> tuple[str, ...]:
    """Return the ids that a message names."""
    if isinstance(renewal, ProviderEvent):
        return object_ids(renewal.object)
    return object_ids(msgspec.json.encode(renewal))


def _read(message: Message) -> tuple[Source, _RenewalMessage]:
    """Return where a message comes from and what it says."""
    forwarded = shape_of(message)
    match forwarded.shape:
        case Shape.STRIPE | Shape.SHOPIFY:
            event = event_of(forwarded, message)
            return event.source, event
        case Shape.GOOGLE_PLAY:
            notification = read_play_notification(forwarded.data)
            return notification.source, notification
        case Shape.BILLING_EVENT:
            billing_event = read_billing_event(forwarded.data)
            return source_of(billing_event), billing_event
