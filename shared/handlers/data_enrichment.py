"""`data_enrichment`: from an order to an event with its margin and its customer."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec

from shared.changed import replace
from shared.delivery.mentions import mentions_of
from shared.delivery.order_history import OrderHistory
from shared.delivery.resolve import resolve
from shared.delivery.route import TEST_MODE, is_left_out, with_facts
from shared.delivery.sender import Sender
from shared.domain.conversion import Conversion, Ignored, Source
from shared.domain.notes import Notes
from shared.domain.refund import Reversal
from shared.enrichment.cost import costs_of
from shared.enrichment.customer import customer_of
from shared.enrichment.enrich import enrich
from shared.handlers.pubsub_push import PubSubPush
from shared.messages.envelope import Message
from shared.messages.fields import field_of
from shared.messages.order_enrichment import (
    OrderEnrichment,
    currency_of,
    fees_of,
    read_order_enrichment,
    source_of,
    to_order,
)
from shared.outcome import Outcome
from shared.providers.object_ids import object_ids
from shared.settings.data_enrichment import EnrichmentSettings
from shared.sources.protocol import Source as Place
from shared.stores.stores import Stores

DATA_ENRICHMENT: Final = "data_enrichment"


class DataEnrichment(msgspec.Struct, frozen=True):
    """Everything an order that is to be enriched meets on its way.

    Attributes:
        settings: What the operator decided.
        push: What every push meets first.
        sender: The way to GA4 and the ledger.
        history: The orders and contexts that earlier events brought.
        catalogue: Where costs are.
        customers: Where segments are.
        clock: The current time, UTC.
    """

    settings: EnrichmentSettings
    push: PubSubPush
    sender: Sender
    history: OrderHistory
    catalogue: Place
    customers: Place
    clock: Callable[[], datetime]

    async def handle(self, message: Message) -> Outcome:
        """Take one message to a settled event, and log it.

        Raises as `PubSubPush.take`.

        Args:
            message: What was pushed.
        """
        return await self.push.settle(message, _read, self._settled)

    async def _settled(self, request: OrderEnrichment, source: Source) -> Outcome:
        common, live = self.settings.common, request.environment == "live"
        if is_left_out(common.streams, live=live, accept_tests=common.accept_test_events):
            about = object_ids(msgspec.json.encode(request))
            return await self.sender.ignore(Ignored(TEST_MODE, about=about), source)
        source = with_facts(source, common.streams, field_of(request.metadata), live=live)
        currency = currency_of(request)
        order = replace(to_order(request, self.settings.event_name), source=source)
        item_ids = [item.item_id for item in order.items if item.item_id]
        costs = costs_of(await self.catalogue.rows(item_ids)) if item_ids else {}

        async def decide(stores: Stores) -> Conversion | Reversal | Ignored:
            history = self.history.within(stores)
            resolved = await resolve(order, source, history, self.clock())
            if not isinstance(resolved, Conversion):
                return resolved
            notes = Notes()
            reference = resolved.customer_ref
            rows = await self.customers.rows([reference]) if reference else {}
            customer = customer_of(rows.get(reference or "", ()), notes)
            event = enrich(resolved, currency, costs, customer, fees=fees_of(request))
            if isinstance(event, Ignored):
                return replace(event, about=mentions_of(order, source))
            # The order's own id, where the message had another one of the same money.
            key = event.transaction_id or event.business_key
            return replace(event, business_key=key, notes=(*resolved.notes, *notes))

        return (await self.sender.deliver(decide, source, mp_source=DATA_ENRICHMENT)).outcome


def _read(message: Message) -> tuple[Source, OrderEnrichment]:
    """Return where a message comes from, and what it asks for."""
    request = read_order_enrichment(message.data)
    return source_of(request), request
