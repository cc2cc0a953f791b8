"""Send an event exactly once: load, decide, begin, send, settle.

docs/decisions/0003-unclear-answers.md says why each answer ends as it does.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from math import ceil
from typing import Final

import msgspec

from shared.changed import replace
from shared.deadline import give_up_at, has_time, settling, time_is_up
from shared.delivery.known_payments import free_place, sent_before
from shared.delivery.ledger_events import (
    event_of_attributed,
    fact_of,
    fact_of_ignored,
    fact_of_refund,
    fact_of_unreadable,
    outcome_of,
)
from shared.delivery.payment_identity import purchase_of_reversal, scoped
from shared.delivery.prepare import NotSent, Prepared, prepare
from shared.delivery.retry import retry_while_unavailable
from shared.delivery.route import in_stream
from shared.delivery.sinks import Sinks
from shared.domain.conversion import Conversion, Ignored, Source
from shared.domain.refund import Reversal
from shared.domain.replay_record import ReplayRecord, encode_replay
from shared.errors import (
    RETRY_AFTER_SECONDS,
    ComingError,
    ConnectorError,
    InProgressError,
    LeaseLostError,
    PendingError,
    UnavailableError,
)
from shared.observability.events import log_refused_settings, log_unrecorded
from shared.observability.log import Severity, log
from shared.outcome import Outcome, Result
from shared.secrets.secret import Secret
from shared.settings.common import Settings
from shared.sinks.sending import SendResult, SendStatus
from shared.stores.entry import REVERSED_AFTER_SENDING, LedgerEvent, State
from shared.stores.lease import Done, InProgress, Lease
from shared.stores.stores import Stores

# Each look is a read, and most of what comes at all comes at once.
_PAUSES_SECONDS: Final = (0.2, 0.4, 0.6, 0.8)
# A note for people may take a little time, and never the answer.
_NOTE_SECONDS: Final = 1.0
_REVERSAL: Final = "payment_webhook"

_ENDS: Final = {
    SendStatus.ACCEPTED: (State.DELIVERED, None),
    SendStatus.REJECTED: (State.REJECTED, "GA4 answered"),
    SendStatus.UNKNOWN: (State.UNCERTAIN, "no clear answer"),
}
_AWAY: Final = "GA4 is out of reach"
_REFUSED: Final = "Google refuses the settings"
_CRASHED: Final = SendResult(SendStatus.UNKNOWN, "an earlier try never said how it ended", 0)

Decide = Callable[[Stores], Awaitable[Conversion | Reversal | Ignored]]
"""Says what is to be sent, from what it reads, and remembers what that teaches. It may be asked
again, so it does nothing else."""


class Delivered(msgspec.Struct, frozen=True):
    """What became of something.

    Attributes:
        outcome: How it ended.
        conversion: What happened, where it was anything that is sent.
    """

    outcome: Outcome
    conversion: Conversion | None = None


class _Begun(msgspec.Struct, frozen=True):
    """An event that is claimed, with everything it takes to send it."""

    lease: Lease
    fact: LedgerEvent
    ready: Prepared
    credential: Secret


class _Reversed(msgspec.Struct, frozen=True):
    """A refund that is none after all, and the purchase that makes it good, where one is wanted."""

    outcome: Outcome
    again: Conversion | None


class Sender(msgspec.Struct, frozen=True):
    """The way from what happened to a settled event.

    Attributes:
        settings: What the operator decided.
        stores: What is remembered.
        sinks: The ways to each stream of GA4.
        clock: The current time, UTC.
    """

    settings: Settings
    stores: Stores
    sinks: Sinks
    clock: Callable[[], datetime]

    async def deliver(self, decide: Decide, source: Source, *, mp_source: str) -> Delivered:
        """Take what happened to its end, exactly once.

        Args:
            decide: Says what happened. What it remembers and the claim are one commit, on
                condition that what it read has not changed.
            source: Where we learned it.
            mp_source: Which function sends it.

        What it depends on is waited for: two seconds at most, if the request has the time.

        Raises:
            PendingError: What it depends on may still come.
            InProgressError: Another delivery of the same fact is on its way.
            UnavailableError: Something is out of reach, or no time is left. Nothing stays
                claimed, as far as the store can be reached.
            MisconfiguredError: A secret is not where the settings say.
        """
        begun = await self._begun(decide, source, mp_source)
        for pause in _PAUSES_SECONDS:
            if not isinstance(begun, ComingError) or not has_time(pause):
                break
            await asyncio.sleep(pause)
            begun = await self._begun(decide, source, mp_source)
        match begun:
            case PendingError():
                raise begun
            case Ignored():
                return Delivered(await self.ignore(begun, source))
            case _Reversed(outcome, again):
                if again is not None:
                    await self.send(again, mp_source=_REVERSAL)
                return Delivered(outcome)
            case _Begun():
                outcome = await self._send(begun, mp_source)
                return Delivered(outcome, begun.ready.attributed.conversion)
            case Delivered():
                return begun

    async def send(self, conversion: Conversion, *, mp_source: str) -> Outcome:
        """Send a conversion of which all is known. Raises as `deliver`.

        Args:
            conversion: What happened.
            mp_source: Which function sends it.
        """

        async def decided(_: Stores) -> Conversion:
            return conversion

        return (await self.deliver(decided, conversion.source, mp_source=mp_source)).outcome

    async def close(self) -> None:
        """Close the connections to GA4."""
        for sink in self.sinks.values():
            await sink.close()

    async def reject(self, source: Source, reason: str, about: Sequence[str] = ()) -> Outcome:
        """Record money that cannot be read.

        Args:
            source: Where it came from.
            reason: What is wrong with it, without its data.
            about: The ids in it that can be read.
        """
        return await self._note(source, State.REJECTED, reason, about)

    async def withhold(self, source: Source, reason: str, about: Sequence[str] = ()) -> Outcome:
        """Record money that came without its amount.

        Args:
            source: Where it came from.
            reason: What is missing.
            about: The ids in it.
        """
        return await self._note(source, State.WITHHELD, reason, about)

    async def ignore(self, ignored: Ignored, source: Source) -> Outcome:
        """Put on record that a delivery is no event for GA4, where the operator wants that.

        The answer does not depend on it: it is the same while the store is away.

        Args:
            ignored: Why it is none, and what it is about.
            source: Where it came from.
        """
        retention = self.settings.ignored_retention
        if retention:
            fact, now = fact_of_ignored(ignored, source, self.settings), self.clock()
            try:
                async with asyncio.timeout_at(give_up_at(_NOTE_SECONDS)):
                    await self.stores.ledger.ignore(
                        fact, now=now, reason=ignored.reason, retention=retention
                    )
            except (ConnectorError, TimeoutError) as error:
                log_unrecorded(source, str(error) or "STORE: no answer in time")
        return Outcome(Result.IGNORED, ignored.reason)

    async def _begun(
        self, decide: Decide, source: Source, mp_source: str
    ) -> "Delivered | Ignored | _Begun | _Reversed | PendingError":
        """Decide what becomes of it, in one unit of work."""
        claimed: list[Lease] = []
        try:
            begun = await self.stores.together(
                lambda stores: self._begin(decide, source, stores, mp_source, claimed)
            )
        except ConnectorError:
            await self._give_back(claimed)
            raise
        if not isinstance(begun, _Begun):
            await self._give_back(claimed)
        return begun

    async def _begin(
        self,
        decide: Decide,
        source: Source,
        stores: Stores,
        mp_source: str,
        claimed: list[Lease],
    ) -> "Delivered | Ignored | _Begun | _Reversed | PendingError":
        """Decide what becomes of it; claim what is to be sent, and record what is not."""
        try:
            what = await decide(stores)
        except PendingError as pending:
            return pending  # that it waits is remembered
        if isinstance(what, Reversal):
            return await self._reverse(what, source, stores)
        if isinstance(what, Conversion):
            what = in_stream(what, self.settings)
        if isinstance(what, Ignored):
            return what  # what it teaches is committed first
        if source.debug:
            what = replace(what, source=replace(what.source, debug=True))
        if (sent := await sent_before(what, self.settings.streams, stores.ledger)) is not None:
            return Delivered(outcome_of(Result.DUPLICATE, what, f"already {sent.state}"), what)
        return await self._claim(what, stores, mp_source, claimed)

    async def _claim(
        self, what: Conversion, stores: Stores, mp_source: str, claimed: list[Lease]
    ) -> "Delivered | _Begun":
        """Claim what is to be sent, and record what is not."""
        ready = self._prepared(what, mp_source)
        if isinstance(ready, NotSent):
            return Delivered(await self._keep(ReplayRecord(what, mp_source), ready, stores), what)
        # Already at hand: with a claim in hand it would be too late to miss it.
        credential = await self.sinks[ready.way].credential()
        if time_is_up():
            raise UnavailableError("no time is left to send it")
        fact = event_of_attributed(ready.attributed, self.settings, ready.way[1])
        claim = await stores.ledger.claim(fact, now=self.clock(), resend=what.resend_safe)
        if isinstance(claim, Done):
            outcome = outcome_of(Result.DUPLICATE, what, f"already {claim.state}")
            return Delivered(replace(_noted(outcome, ready), entry=fact.key), what)
        if isinstance(claim, InProgress):
            raise InProgressError("another delivery of the same fact is on its way")
        if not what.resend_safe and not claim.sending_began:
            await stores.ledger.begin(claim, now=self.clock())
        claimed.append(claim)
        if claim.sink is not ready.way[1]:
            # It may have been sent by the other sink, and GA4 merges within one only.
            other = self._prepared(replace(what, sink=claim.sink), mp_source)
            if isinstance(other, NotSent):
                raise UnavailableError(f"it may have been sent before: {other.reason}")
            ready, credential = other, await self.sinks[other.way].credential()
        return _Begun(claim, fact, ready, credential)

    def _prepared(self, what: Conversion, mp_source: str) -> Prepared | NotSent:
        return prepare(what, self.settings, self.sinks, self.clock(), mp_source=mp_source)

    async def _send(self, begun: _Begun, mp_source: str) -> Outcome:
        """Send what is claimed, and write down what became of it."""
        lease, resend = begun.lease, begun.ready.attributed.conversion.resend_safe
        # Under another client, which a capture may have brought meanwhile, a purchase that is sent
        # again would be a second sale: GA4 merges a purchase with its duplicate only.
        body = lease.sent or begun.ready.outgoing.body
        if lease.sending_began and not resend:
            return await self._settle(begun, body, _CRASHED, mp_source)
        result = await self.sinks[begun.ready.way].send(body, begun.credential, resend=resend)
        if result.status is SendStatus.NOT_SENT:
            with settling():
                await retry_while_unavailable(lambda: self.stores.ledger.release(lease))
            why = _REFUSED if result.refused_settings else _AWAY
            if result.refused_settings:
                log_refused_settings(begun.ready.way, result.detail)
            after = ceil(result.retry_after or RETRY_AFTER_SECONDS)
            raise UnavailableError(f"{why}: {result.detail}", retry_after=after)
        return await self._settle(begun, body, result, mp_source)

    async def _settle(
        self, begun: _Begun, body: bytes, result: SendResult, mp_source: str
    ) -> Outcome:
        """Write the end of a claim down; a lost lease is its new holder's to settle."""
        state, why = _ENDS[result.status]
        if state is State.DELIVERED and result.receipt is not None:
            state = State.ACCEPTED  # what becomes of it is asked later
        reason = why and f"{why}: {result.detail}"
        conversion, replay = begun.ready.attributed.conversion, None
        if state in (State.REJECTED, State.ACCEPTED):
            replay = encode_replay(ReplayRecord(conversion, mp_source))
        elif state is State.UNCERTAIN and conversion.resend_safe:
            replay = None if begun.ready.outgoing.is_personal else body
        settle = partial(
            self.stores.ledger.settle,
            begun.lease,
            state,
            reason=reason,
            replay=replay,
            receipt=result.receipt,
        )
        try:
            with settling():
                await retry_while_unavailable(lambda: settle(now=self.clock()))
        except LeaseLostError:
            log("lease_lost", Severity.WARNING, outcome=state.value)
        outcome = outcome_of(
            Result.DELIVERED if state is State.ACCEPTED else Result(state.value),
            conversion,
            reason,
            fact=begun.fact,
            retry=state is State.UNCERTAIN and conversion.resend_safe,
        )
        return _noted(outcome, begun.ready)

    async def _give_back(self, claimed: list[Lease]) -> None:
        """Give claims back that are not used: they may be on record though no answer said so."""
        for lease in {lease.key: lease for lease in claimed}.values():
            with settling(), suppress(UnavailableError):
                await retry_while_unavailable(partial(self.stores.ledger.release, lease))

    async def _reverse(self, reversal: Reversal, source: Source, stores: Stores) -> _Reversed:
        """Put on record that a refund is none after all, so that it is not sent from now on.

        GA4 has no event that takes a refund back. Where it has the refund already, the entry says
        so, and a purchase of the same amount is sent where the operator wants that.
        """
        fact = fact_of_refund(reversal, source, self.settings)
        before = await stores.ledger.find(fact.key)
        sent = before is not None and before.was_sent
        reason = REVERSED_AFTER_SENDING if sent else reversal.reason
        entry = await stores.ledger.reverse(fact, now=self.clock(), reason=reason)
        if isinstance(entry, InProgress):
            raise InProgressError("the refund is being sent")
        again = None
        if sent:
            await free_place(stores.orders, reversal, source, self.clock())
        if before is not None and sent and reversal.sent_as_purchase:
            order = await stores.orders.find(scoped(source, reversal.references))
            again = purchase_of_reversal(reversal, before.fact, order, source)
        outcome = Outcome(
            Result.REVERSED, reason, fact.event_name, fact.transaction_id, entry=fact.key
        )
        return _Reversed(outcome, again)

    async def _note(
        self, source: Source, state: State, reason: str, about: Sequence[str]
    ) -> Outcome:
        """Record what never became a conversion."""
        fact = fact_of_unreadable(source, self.settings, about)
        await self.stores.ledger.record(fact, state, now=self.clock(), reason=reason)
        return Outcome(Result(state.value), reason, entry=fact.key)

    async def _keep(self, record: ReplayRecord, kept: NotSent, stores: Stores) -> Outcome:
        """Record a conversion that is not sent, with what replay needs."""
        conversion = record.conversion
        fact = fact_of(conversion, self.settings)
        await stores.ledger.record(
            fact,
            kept.state,
            now=self.clock(),
            reason=kept.reason,
            replay=encode_replay(record),
            references=conversion.references + conversion.customer_references if kept.waits else (),
        )
        return outcome_of(Result(kept.state.value), conversion, kept.reason, fact=fact)


def _noted(outcome: Outcome, ready: Prepared) -> Outcome:
    notes = ready.outgoing.notes
    return replace(outcome, notes=outcome.notes + notes) if notes else outcome
