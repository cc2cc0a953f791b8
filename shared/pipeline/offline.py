"""`offline_event`: from a server event to what GA4 hears of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.conversions.conversion import Conversion, Ignored, Source
from shared.conversions.kept import kept
from shared.conversions.lasting import lasting
from shared.errors import UnusableError
from shared.messages.envelope import Message
from shared.messages.server_event import ServerEvent, read_server_event
from shared.messages.server_mapping import source_of, to_happening
from shared.observability.events import log_event
from shared.outcomes import Outcome, Result
from shared.pipeline.deliver import Deliver
from shared.pipeline.inbox import PUBSUB, Inbox
from shared.pipeline.memory import Memory
from shared.pipeline.recall import recall
from shared.settings import OfflineSettings

OFFLINE_EVENT: Final = "offline_event"


@dataclass(frozen=True, slots=True)
class Offline:
    """Everything a server event meets on its way.

    Attributes:
        settings: What the operator decided.
        inbox: What every push meets first.
        deliver: The way to GA4 and the ledger.
        memory: The orders and contexts that earlier events brought.
        clock: The current time, UTC.
    """

    settings: OfflineSettings
    inbox: Inbox
    deliver: Deliver
    memory: Memory
    clock: Callable[[], datetime]

    async def handle(self, message: Message) -> Outcome:
        """Take one message to a settled event, and log it.

        Raises as `Inbox.take`.

        Args:
            message: What was pushed.
        """
        source = Source(PUBSUB, message.message_id, "message")
        try:
            event = read_server_event(message.data)
            source = source_of(event)
            outcome = await self._settled(event, source)
        except UnusableError as error:
            outcome = await self.deliver.reject(source, str(error))
        log_event(outcome, source)
        return outcome

    async def _settled(self, event: ServerEvent, source: Source) -> Outcome:
        if event.environment != "live" and not self.settings.common.accept_test_events:
            return Outcome(Result.IGNORED, "test mode")
        now = self.clock()
        found = await recall(to_happening(event, source), source, self.memory, now)
        if isinstance(found, Ignored):
            return Outcome(Result.IGNORED, found.reason)
        await self._taught(found, now)
        return await self.deliver.tell(found, mp_source=OFFLINE_EVENT)

    async def _taught(self, conversion: Conversion, now: datetime) -> None:
        """Remember whose a lead is: its later stages come without a browser's id."""
        context = kept(lasting(conversion.context))
        if conversion.subscribers and context.client_id is not None:
            # What the browser itself left there knows more, such as the session.
            await self.memory.contexts.put(
                conversion.subscribers, context, now=now, first_wins=True
            )
