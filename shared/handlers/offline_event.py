"""`offline_event`: from a server event to what GA4 hears of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec

from shared.delivery.order_history import OrderHistory
from shared.delivery.resolve import resolve
from shared.delivery.route import TEST_MODE, is_left_out, with_facts
from shared.delivery.sender import Sender
from shared.domain.conversion import Conversion, Ignored, Source
from shared.domain.merge_contexts import without_session
from shared.domain.refund import Reversal
from shared.domain.without_personal_data import without_personal_data
from shared.handlers.pubsub_push import PubSubPush
from shared.messages.envelope import Message
from shared.messages.fields import field_of
from shared.messages.server_event import ServerEvent, read_server_event
from shared.messages.server_mapping import map_server_event, source_of
from shared.outcome import Outcome
from shared.providers.object_ids import object_ids
from shared.settings.offline_event import OfflineSettings
from shared.stores.stores import Stores

OFFLINE_EVENT: Final = "offline_event"


class OfflineEvent(msgspec.Struct, frozen=True):
    """Everything a server event meets on its way.

    Attributes:
        settings: What the operator decided.
        push: What every push meets first.
        sender: The way to GA4 and the ledger.
        history: The orders and contexts that earlier events brought.
        clock: The current time, UTC.
    """

    settings: OfflineSettings
    push: PubSubPush
    sender: Sender
    history: OrderHistory
    clock: Callable[[], datetime]

    async def handle(self, message: Message) -> Outcome:
        """Take one message to a settled event, and log it.

        Raises as `PubSubPush.take`.

        Args:
            message: What was pushed.
        """
        return await self.push.settle(message, _read, self._settled)

    async def _settled(self, event: ServerEvent, source: Source) -> Outcome:
        common, live = self.settings.common, event.environment == "live"
        if is_left_out(common.streams, live=live, accept_tests=common.accept_test_events):
            about = object_ids(msgspec.json.encode(event))
            return await self.sender.ignore(Ignored(TEST_MODE, about=about), source)
        field = field_of(event.metadata, event.params)
        source = with_facts(source, common.streams, field, live=live)
        now = self.clock()
        domain_event = map_server_event(event, source)

        async def decide(stores: Stores) -> Conversion | Reversal | Ignored:
            resolved = await resolve(domain_event, source, self.history.within(stores), now)
            if isinstance(resolved, Conversion):
                await _remember_lead(resolved, stores, now)
            return resolved

        return (await self.sender.deliver(decide, source, mp_source=OFFLINE_EVENT)).outcome


async def _remember_lead(conversion: Conversion, stores: Stores, now: datetime) -> None:
    """Remember whose a lead is: its later stages come without a browser's id."""
    context = without_personal_data(without_session(conversion.context))
    if conversion.customer_references and context.has_id:
        # What the browser itself left there knows more, such as the session.
        await stores.contexts.put(conversion.customer_references, context, now=now, first_wins=True)


def _read(message: Message) -> tuple[Source, ServerEvent]:
    """Return where a message comes from, and what it says."""
    event = read_server_event(message.data)
    return source_of(event), event
