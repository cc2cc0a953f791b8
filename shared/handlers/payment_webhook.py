"""`payment_webhook`: verify, parse, convert, remember, and then deliver or hand on."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final, TypeGuard

import msgspec

from shared.changed import replace
from shared.delivery.denials import keep_denial_of_event
from shared.delivery.ledger_events import outcome_of
from shared.delivery.mentions import about
from shared.delivery.order_history import OrderHistory
from shared.delivery.repeats import Repeats, digest_of
from shared.delivery.replay import Replay
from shared.delivery.resolve import resolve
from shared.delivery.route import TEST_MODE, is_left_out, tests_count, with_event_facts
from shared.delivery.sender import Delivered, Sender
from shared.domain.conversion import DEBUG_MARK, Conversion, Ignored, PurchaseType, Source
from shared.domain.event import DomainEvent
from shared.domain.money import Money
from shared.domain.refund import Reversal
from shared.errors import (
    ConnectorError,
    InProgressError,
    MisconfiguredError,
    NoAmountError,
    PendingError,
    SignatureError,
    UnavailableError,
    UnusableError,
)
from shared.google_cloud.topics import Topics
from shared.handlers.enrichment_requests import EnrichmentRequests
from shared.handlers.provider_apis import ProviderApis
from shared.messages.outgoing import renewal_message
from shared.observability.events import log_event, note_source
from shared.outcome import Outcome, Result
from shared.providers.event import ProviderEvent
from shared.providers.object_ids import object_ids
from shared.providers.provider import Capability
from shared.providers.transaction_ids import DEFAULT_KEYS
from shared.secrets.cache import Secrets
from shared.settings.payment_webhook import PaymentSettings
from shared.settings.providers import Provider
from shared.stores.retention import Retention
from shared.stores.stores import Stores
from shared.webhooks.delivery import Delivery
from shared.webhooks.rotation import verify_with_rotation

PAYMENT_WEBHOOK: Final = "payment_webhook"
PING: Final = "a ping: the address works"


class PaymentWebhook(msgspec.Struct, frozen=True):
    """Everything a payment provider's delivery meets on its way.

    Attributes:
        settings: What the operator decided.
        secrets: Where signing secrets come from.
        sender: The way to GA4 and the ledger.
        history: The orders and contexts that earlier events brought.
        apis: What a delivery does not carry, where a key is configured.
        topics: Where renewals go, where a topic is configured.
        clock: The current time, UTC.
        repeats: The last deliveries of this process.
    """

    settings: PaymentSettings
    secrets: Secrets
    sender: Sender
    history: OrderHistory
    apis: ProviderApis
    topics: Topics
    clock: Callable[[], datetime]
    repeats: Repeats = msgspec.field(default_factory=Repeats)

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
        kind = provider.kind
        if kind.is_ping is not None and kind.is_ping(delivery):
            return [Outcome(Result.IGNORED, PING)]
        verified = await verify_with_rotation(
            delivery,
            kind.proof(provider.options),
            provider.secrets,
            setting=f"PAYMENT_PROVIDERS {provider.name}",
            secrets=self.secrets,
            clock=self.clock,
            others=provider.others,
        )
        events = kind.parse(verified)
        complete = kind.lookups is None or not any(map(kind.lookups.paths, events))
        if verified.header(DEBUG_MARK) == "true":
            events = tuple(replace(e, source=replace(e.source, debug=True)) for e in events)
        if events:
            note_source(events[0].source)
        _refuse_forgotten(events, self.clock(), self.settings.common.retention)
        if not complete:
            # The same bytes may mean something new: they name an object that changes.
            found = [each for event in events for each in await self._completed(provider, event)]
            outcomes = [each.outcome for each in await self._all_delivered(provider, found)]
            return _acknowledged(outcomes, kind.acknowledgement)
        digest = digest_of(verified)
        repeated = await self.repeats.outcomes(digest, self.sender.stores.ledger)
        if repeated is not None:
            for outcome, event in zip(repeated, events, strict=True):
                log_event(outcome, event.source)
            return _acknowledged(repeated, kind.acknowledgement)
        delivered = await self._all_delivered(provider, events)
        self.repeats.remember(digest, delivered)
        return _acknowledged([each.outcome for each in delivered], kind.acknowledgement)

    async def _completed(
        self, provider: Provider, event: ProviderEvent
    ) -> tuple[ProviderEvent, ...]:
        """Return the events that an event is with what its provider's API has.

        Raises:
            UnavailableError: The API is out of reach.
            MisconfiguredError: There is no key, or the provider does not know it.
        """
        lookups = provider.kind.lookups
        paths = () if lookups is None else lookups.paths(event)
        if lookups is None or not paths:
            return (event,)
        at = f"PAYMENT_PROVIDERS {provider.name}.api_key"
        if provider.api_key is None:
            raise MisconfiguredError(
                f"{at}: missing; this delivery names a payment by its id alone"
            )
        key = await self.secrets.get(provider.api_key, at)
        host = self.settings.apis[provider.name]
        return lookups.complete(event, await self.apis.find(paths, provider, host, key, at))

    async def settle(self, provider: Provider, event: ProviderEvent) -> Outcome:
        """Take one authentic event to its end, and log it.

        Args:
            provider: Whose event it is.
            event: What its provider sent.

        Returns:
            What became of it. Raises as `take`.
        """
        return (await self._delivered(provider, event)).outcome

    async def _all_delivered(
        self, provider: Provider, events: Sequence[ProviderEvent]
    ) -> list[Delivered]:
        """Take every event of a delivery to its end; only then raise the worst of their errors.

        One that has to wait, for its purchase perhaps, must not keep the others waiting.
        """
        delivered: list[Delivered] = []
        errors: list[ConnectorError] = []
        for event in events:
            try:
                delivered.append(await self._delivered(provider, event))
            except ConnectorError as error:
                errors.append(error)
        if not errors:
            return delivered
        if any(each.outcome.retry for each in delivered):
            errors.append(UnavailableError("an answer of GA4 is unclear"))
        raise max(errors, key=_weight)

    async def _delivered(self, provider: Provider, event: ProviderEvent) -> Delivered:
        keys = getattr(provider.options, "transaction_id_keys", DEFAULT_KEYS)
        ids = (*object_ids(event.object, keys), *event.named)
        try:
            domain_event, source = await self._map(provider, event)
            if not isinstance(domain_event, Conversion):
                await self._keep_denial(provider, event, ids)
            delivered = await self._settled(about(domain_event, ids), source)
        except UnusableError as error:
            await self._keep_denial(provider, event, ids)
            delivered = Delivered(await self.sender.reject(event.source, str(error), ids))
        except NoAmountError as error:
            await self._keep_denial(provider, event, ids)
            delivered = Delivered(await self.sender.withhold(event.source, str(error), ids))
        except (InProgressError, PendingError) as waiting:
            if provider.kind.can(Capability.RETRIES):
                raise
            delivered = Delivered(_on_record(waiting))
        if delivered.outcome.retry and not provider.kind.can(Capability.RETRIES):
            delivered = replace(delivered, outcome=replace(delivered.outcome, retry=False))
        log_event(delivered.outcome, event.source)
        return delivered

    async def _keep_denial(
        self, provider: Provider, event: ProviderEvent, ids: Sequence[str]
    ) -> None:
        """Keep what an event denies that is not sent: it counts whatever else is wrong with it."""
        if not (event.live or tests_count(self.settings.common)):
            return
        contexts = self.sender.stores.contexts
        keys = getattr(provider.options, "transaction_id_keys", DEFAULT_KEYS)
        await keep_denial_of_event(contexts, provider.kind, event, ids, keys, self.clock())

    async def _map(self, provider: Provider, event: ProviderEvent) -> tuple[DomainEvent, Source]:
        """Return what an event means, nothing in a test mode that no stream takes, and whence."""
        common = self.settings.common
        accept_tests = common.accept_test_events
        if is_left_out(common.streams, live=event.live, accept_tests=accept_tests):
            return Ignored(TEST_MODE), event.source
        if provider.api_key is not None and self.apis.can_complete(provider):
            key = await self.secrets.get(provider.api_key, f"PAYMENT_PROVIDERS {provider.name}")
            event = await self.apis.complete(event, provider, key, self.clock())
        event = with_event_facts(event, common.streams, provider.kind.metadata)
        return provider.kind.map_event(event, provider.options), event.source

    async def _settled(self, domain_event: DomainEvent, source: Source) -> Delivered:
        """Take what happened to its end."""

        async def decide(stores: Stores) -> Conversion | Reversal | Ignored:
            history = self.history.within(stores)
            resolved = await resolve(domain_event, source, history, self.clock())
            if _is_renewal(resolved):
                resolved = self._named(resolved)
            return resolved

        topic = self.settings.renewals_topic
        if topic is not None and _may_be_renewal(domain_event):
            resolved = await self.sender.stores.together(decide)
            if _is_renewal(resolved) and resolved.money is not None:
                return await self._published(resolved, resolved.money, topic)
        delivered = await self.sender.deliver(decide, source, mp_source=PAYMENT_WEBHOOK)
        await Replay(self.sender, self.history, self.clock).released_by(domain_event)
        requests = EnrichmentRequests(self.topics, self.settings.enrichment_topic)
        await requests.follow(delivered)
        return delivered

    async def _published(self, renewal: Conversion, money: Money, topic: str) -> Delivered:
        """Hand a renewal to the renewals topic."""
        message = renewal_message(renewal, money)
        await self.topics.publish(
            topic, message.data, attributes=message.attributes, ordering_key=message.ordering_key
        )
        return Delivered(outcome_of(Result.PUBLISHED, renewal), renewal)

    def _named(self, renewal: Conversion) -> Conversion:
        """Return a renewal under the name renewals have."""
        name = self.settings.common.renewal_event_name
        return renewal if name == renewal.name else replace(renewal, renamed=name)


def _on_record(waiting: InProgressError | PendingError) -> Outcome:
    """Return how a sender is answered who never retries, and whose event is on record.

    It is claimed by another delivery, or it waits in the ledger for its purchase. An error would
    bring nothing back, and would count against the webhook: after a few it is switched off.
    """
    claimed = isinstance(waiting, InProgressError)
    return Outcome(Result.DUPLICATE if claimed else Result.WITHHELD, str(waiting))


def _weight(error: ConnectorError) -> int:
    """Return how bad an error is: 409 for what waits, 500 for wrong settings, 503."""
    worse = (MisconfiguredError, UnavailableError)
    return next((at for at, kind in enumerate(worse, 1) if isinstance(error, kind)), 0)


def _acknowledged(outcomes: list[Outcome], text: str) -> list[Outcome]:
    return [replace(each, acknowledgement=text) for each in outcomes] if text else outcomes


def _is_renewal(what: DomainEvent) -> TypeGuard[Conversion]:
    return isinstance(what, Conversion) and what.purchase_type is PurchaseType.RENEWAL


def _may_be_renewal(what: DomainEvent) -> bool:
    return _is_renewal(what) or (isinstance(what, Conversion) and what.first_of is not None)


def _refuse_forgotten(events: Iterable[ProviderEvent], now: datetime, retention: Retention) -> None:
    """Refuse a delivery with an event that the ledger may have forgotten.

    Most providers sign the time of each attempt, and a copy is refused after five minutes. Shopify
    signs no time: anybody who got hold of a delivery can repeat it for ever. While the ledger
    remembers it, that is a duplicate. After that it is refused, by the time in its body.

    Args:
        events: The delivery's.
        now: The current time, UTC.
        retention: How long the ledger remembers.

    Raises:
        SignatureError: One is that old. Nothing is stored.
    """
    oldest = retention.surely.ledger
    for event in events:
        if event.signed_at is not None and now - event.signed_at > oldest:
            raise SignatureError(
                f"body: made more than {oldest.days} days ago; the signature has no time, and "
                "the ledger does not remember so long"
            )
