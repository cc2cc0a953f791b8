"""Replay: send what was kept, once a context came or an operator fixed what was wrong."""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from shared.attribution.policy import Late, Unattributed
from shared.changed import replace
from shared.delivery.denials import all_references, is_nobody
from shared.delivery.latest_context import with_latest_context
from shared.delivery.order_history import OrderHistory
from shared.delivery.prepare import NotSent, Prepared, prepare
from shared.delivery.sender import Sender
from shared.domain.attributed import State as Attribution
from shared.domain.consent import Choice
from shared.domain.conversion import Conversion, Kind
from shared.domain.event import DomainEvent, Link
from shared.domain.replay_record import ReplayRecord, decode_replay
from shared.domain.sink import DENIED_CONSENT, DUPLICATE
from shared.domain.without_personal_data import without_personal_data
from shared.errors import InProgressError
from shared.observability.events import log_event
from shared.outcome import Outcome
from shared.stores.entry import Entry, State
from shared.stores.stores import Stores


class Replay(msgspec.Struct, frozen=True):
    """Sends entries under the keys they have; the ledger lets each be sent once.

    Attributes:
        sender: The way to GA4 and the ledger.
        history: What was learned meanwhile.
        clock: The current time, UTC.
        without_context: Whether events whose client nobody knows are sent under made-up clients.
            Otherwise they wait on, but for those that a function had decided to send like that.
            The settings do not decide: they may be others than those of the function.
        late: Whether events are sent that a function rejected as too late.
    """

    sender: Sender
    history: OrderHistory
    clock: Callable[[], datetime]
    without_context: bool = False
    late: bool = False

    async def released(self, references: Sequence[str]) -> list[Outcome]:
        """Send what waited for a context that has just been stored. Returns and raises as `send`.

        Args:
            references: What the context was stored under.
        """
        return await self.send(
            await self.sender.stores.ledger.withheld(references, now=self.clock())
        )

    async def send(self, entries: Sequence[Entry]) -> list[Outcome]:
        """Send entries that are not sent.

        Whatever else delivers the same event at this moment, the ledger lets one of them send; the
        other's duplicate is left to it.

        Args:
            entries: Rejected or withheld ones.

        Returns:
            What became of each event.

        Raises:
            UnavailableError: Something is out of reach; what was not sent still waits.
            MisconfiguredError: A secret is not where the settings say.
        """
        outcomes = []
        for entry in entries:
            try:
                outcome = await self.again(entry)
            except InProgressError:
                continue
            if outcome is not None:
                outcomes.append(outcome)
        return outcomes

    async def released_by(self, event: DomainEvent) -> list[Outcome]:
        """Send what waited for the context that an event has brought. Raises as `released`.

        What it denies is decided again too, so that nothing more than that is kept.

        Args:
            event: What happened, or was learned; what it taught is stored already.
        """
        waits = self.sender.settings.policy.unattributed is Unattributed.WITHHOLD
        if not waits or not isinstance(event, Conversion | Link) or is_nobody(event.context):
            return []
        if isinstance(event, Link):
            return await self.released(event.customer_references)
        return await self.released(all_references(event))

    async def again(self, entry: Entry) -> Outcome | None:
        """Send an entry, with what is known now and by the present clock.

        Args:
            entry: A rejected or withheld one.

        Returns:
            What became of it; None where `replay_record_of` finds nothing to send.

        Raises:
            InProgressError: Another delivery of the same fact is on its way.
            UnavailableError: Something is out of reach; the entry is as it was.
            MisconfiguredError: A secret is not where the settings say.
        """
        record = replay_record_of(entry)
        if record is None:
            return None
        kept = record.conversion

        async def decide(stores: Stores) -> Conversion:
            references = (kept.transaction_id or "", *kept.references, *kept.customer_references)
            await stores.load([entry.fact.key], references)
            conversion = await with_latest_context(kept, self.history.within(stores))
            await _remember(conversion, stores, self.clock())
            return conversion

        sender = self._sender(entry)
        delivered = await sender.deliver(decide, kept.source, mp_source=record.mp_source)
        log_event(delivered.outcome, kept.source)
        return delivered.outcome

    async def shown(self, entry: Entry) -> Prepared | NotSent | None:
        """Return what `again` would send, or why it would not; nothing is changed.

        Args:
            entry: A rejected or withheld one.

        Raises:
            UnavailableError: The store is out of reach.
        """
        record = replay_record_of(entry)
        if record is None:
            return None
        conversion = await with_latest_context(record.conversion, self.history)
        sender = self._sender(entry)
        return prepare(
            conversion, sender.settings, sender.sinks, self.clock(), mp_source=record.mp_source
        )

    def _sender(self, entry: Entry) -> Sender:
        """Return the way to GA4, by what was decided and asked for, whatever the settings say."""
        settings = self.sender.settings
        made_up = self.without_context or entry.fact.attribution == Attribution.GENERATED
        policy = replace(
            settings.policy,
            unattributed=Unattributed.SEND if made_up else Unattributed.WITHHOLD,
            late=Late.SEND_NOW if self.late else settings.policy.late,
        )
        return replace(self.sender, settings=replace(settings, policy=policy))


async def _remember(conversion: Conversion, stores: Stores, now: datetime) -> None:
    """Store the context of a purchase for its subscription and customer."""
    known = conversion.context.has_id
    if known and conversion.customer_references and conversion.kind is Kind.PURCHASE:
        context = without_personal_data(conversion.context)
        await stores.contexts.put(conversion.customer_references, context, now=now)


def was_refused_for_good(entry: Entry) -> bool:
    """Return whether Google rejected an event for what no replay changes.

    It has the transaction already, or the person's denial.

    Args:
        entry: Any entry.
    """
    reason = entry.reason or ""
    return entry.state is State.REJECTED and (DUPLICATE in reason or DENIED_CONSENT in reason)


def replay_record_of(entry: Entry) -> ReplayRecord | None:
    """Return what an entry keeps for a replay.

    None where nothing was kept, where it needs nothing more, where Google would refuse it again,
    and where analytics consent was denied: what was denied when it happened is not sent because
    somebody grants it later (docs/decisions/0032-replay.md).

    Args:
        entry: Any entry.
    """
    if entry.state not in (State.REJECTED, State.WITHHELD) or entry.replay is None:
        return None
    if entry.fact.consent.analytics is Choice.DENIED or was_refused_for_good(entry):
        return None
    try:
        record = decode_replay(entry.replay)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    # A withheld one of whose denial nobody knew yet is decided again, and then stays for good.
    denied = record.conversion.context.consent.analytics is Choice.DENIED
    return None if denied and entry.state is State.REJECTED else record
