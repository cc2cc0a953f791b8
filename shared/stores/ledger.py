"""The ledger: which events were sent. Claimed before, settled after, each on condition."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from shared.domain.sink import Receipt
from shared.errors import LeaseLostError
from shared.stores import ledger_fields as fields
from shared.stores.denied_entries import without_identity
from shared.stores.document import LEDGER, Database, Document
from shared.stores.entry import Entry, LedgerEvent, State
from shared.stores.lease import Done, InProgress, Lease
from shared.stores.packing import unpacked, unreadable
from shared.stores.query import Query
from shared.stores.reference import hashed
from shared.stores.stats import Stats
from shared.stores.unit import Run, Seen, Unit, random_name

_STATES: Final = frozenset(State)
_DONE: Final = (State.ACCEPTED, State.DELIVERED, State.REVERSED)
_NOT_SENT: Final = (State.REJECTED, State.WITHHELD, State.IGNORED)


class Ledger(msgspec.Struct, frozen=True):
    """Remembers which events were sent. Every method is atomic across processes.

    Every method raises `UnavailableError` when the store cannot be reached.

    Attributes:
        database: Where its entries are.
        run: In which unit of work.
        clock: The current time, UTC: what has expired is not there.
        retention: How long an entry is kept after it was claimed, settled or recorded last.
        status_after: How long after a sink took an event its status is looked up first.
    """

    database: Database
    run: Run
    clock: Callable[[], datetime]
    retention: timedelta
    status_after: timedelta

    async def claim(
        self, fact: LedgerEvent, *, now: datetime, resend: bool
    ) -> Lease | Done | InProgress:
        """Ask for the right to send an event.

        Granted when nobody has it, when the holder's lease has run out, and when the entry is
        `rejected` or `withheld`: nothing was sent then, so a corrected delivery may try again.
        An `uncertain` entry is granted only when a duplicate does no harm.

        Args:
            fact: The event.
            now: The current time, UTC.
            resend: Whether a duplicate does no harm.
        """

        async def claim(unit: Unit) -> Lease | Done | InProgress:
            (found,) = await unit.read(LEDGER, [fact.key])
            holder, was, times = unit.act.name, found.fields, self._times(now)
            if not found.alive(now):
                return _taken(unit, found, fields.claimed(fact, holder, times))
            if was["holder"] == holder:
                return _lease(unit, found)  # our own: only the answer was lost
            state, until = was["state"], was["lease_until"]
            if state not in _STATES:
                unreadable("entry")
                return Done(State.UNCERTAIN)  # it may have been sent
            if state in _DONE or (state == State.UNCERTAIN and not resend):
                return Done(State(state))
            if state == State.CLAIMED and until > now:
                return InProgress(fields.moment(until))
            return _taken(unit, found, fields.claimed_again(fact, holder, times, found))

        return await self.run(claim)

    async def begin(self, lease: Lease, *, now: datetime) -> None:
        """Put on record that sending begins, before the first byte leaves.

        Raises:
            LeaseLostError: Somebody took the lease over.
        """
        await self._held(lease, fields.begun(now))

    async def settle(  # noqa: PLR0913 - how it ended, and what is kept
        self,
        lease: Lease,
        state: State,
        *,
        now: datetime,
        reason: str | None = None,
        replay: bytes | None = None,
        receipt: Receipt | None = None,
    ) -> None:
        """End a claim with what became of the event.

        Args:
            lease: The claim.
            state: What became of it. An `accepted` event is settled again by `AcceptedEvents`.
            now: The current time, UTC.
            reason: Why, where the state has a reason.
            replay: What is needed to send it again, where that may be.
            receipt: What the sink said when it took the event; an `accepted` event needs one.

        Raises:
            LeaseLostError: Somebody took the lease over; the entry is theirs.
        """
        act = random_name()
        times = self._times(now)
        ended = fields.settled(state, times, reason, replay, act)
        if receipt is not None:
            ended |= fields.received(receipt, now)
        if state is State.ACCEPTED:
            ended["check_at"] = now + self.status_after
        await self._held(lease, ended, act)

    async def release(self, lease: Lease) -> None:
        """Give a claim back: surely nothing was sent.

        The entry is again what it was when nobody had claimed it, or is gone if it never was
        anything else. A lost lease is nothing to release.
        """

        async def release(unit: Unit) -> None:
            held = await _seen(unit, lease)
            if held.fields.get("holder") == lease.holder:
                earlier = held.fields["earlier"]
                restored = None if earlier is None else fields.restored(earlier)
                unit.write(held, restored and fields.changed(held, restored))

        await self.run(release)

    async def record(  # noqa: PLR0913 - a whole entry
        self,
        fact: LedgerEvent,
        state: State,
        *,
        now: datetime,
        reason: str,
        replay: bytes | None = None,
        references: Sequence[str] = (),
    ) -> None:
        """Write down an event that is not sent, `rejected` or `withheld`.

        An entry that is claimed, delivered, uncertain or reversed is left as it is.

        Args:
            fact: The event.
            state: `rejected` or `withheld`.
            now: The current time, UTC.
            reason: Why it is not sent.
            replay: What is needed to send it.
            references: Of an event that waits for its context: what that may come under. They
                are kept hashed, in place of those recorded before.
        """
        names, times = hashed(references), self._times(now)
        whole = fields.recorded(fact, state, times, (reason, replay), names)

        async def record(unit: Unit) -> None:
            (found,) = await unit.read(LEDGER, [fact.key])
            if not found.alive(now):
                unit.write(found, whole)
            elif found.fields["state"] in _NOT_SENT:
                unit.write(found, fields.recorded_again(whole, found))

        await self.run(record)

    async def ignore(
        self, fact: LedgerEvent, *, now: datetime, reason: str, retention: timedelta
    ) -> None:
        """Write down a delivery that is no event for GA4, for people who look for it.

        It decides nothing: whatever else comes under its key is taken as if it were not there, and
        an entry of anything else is left as it is.

        Args:
            fact: What the delivery was; it has no money.
            now: The current time, UTC.
            reason: Why it was ignored.
            retention: How long that is kept.
        """
        times = fields.Times(now, now + retention)
        whole = fields.recorded(fact, State.IGNORED, times, (reason, None), ())

        async def ignore(unit: Unit) -> None:
            # Mostly it comes once: nobody asks whether it is there, and the commit finds out.
            if fact.key not in unit.act.memory:
                unit.act.memory[fact.key] = None
                unit.know(Document(LEDGER, fact.key))
            (found,) = await unit.read(LEDGER, [fact.key])
            if not found.alive(now):
                unit.write(found, whole)
            elif found.fields["state"] == State.IGNORED:
                unit.write(found, fields.recorded_again(whole, found))

        await self.run(ignore)

    async def reverse(
        self, fact: LedgerEvent, *, now: datetime, reason: str
    ) -> Entry | InProgress | None:
        """Put on record that a refund is none after all; nothing sends it from now on.

        Args:
            fact: The refund.
            now: The current time, UTC.
            reason: Why.

        Returns:
            The entry as it was before, which says whether GA4 has the refund; None where there was
            none; `InProgress` where it is being sent, and nothing was changed.
        """
        times = self._times(now)
        whole = fields.recorded(fact, State.REVERSED, times, (reason, None), ())

        async def reverse(unit: Unit) -> Entry | InProgress | None:
            (found,) = await unit.read(LEDGER, [fact.key])
            if not found.alive(now):
                unit.write(found, whole)
                return None
            before = _entry(found)
            if before and before.lease_until is not None and before.lease_until > now:
                return InProgress(before.lease_until)
            ended = fields.settled(State.REVERSED, times, reason, None, unit.act.name)
            ended["mentions"] = fields.mentions_of(fact, found)
            unit.write(found, fields.changed(found, ended))
            return before

        return await self.run(reverse)

    async def find(self, key: str) -> Entry | None:
        """Return the entry of a key, if there is one."""
        (entry,) = await self.find_all([key])
        return entry

    async def find_all(self, keys: Sequence[str]) -> list[Entry | None]:
        """Return the entries of keys in their order, read together."""

        async def find(unit: Unit) -> list[Entry | None]:
            now = self.clock()
            found = await unit.read(LEDGER, keys)
            return [_entry(each) if each.alive(now) else None for each in found]

        return await self.run(find)

    def entries(self, query: Query) -> AsyncIterator[Entry]:
        """Yield the entries a query asks for, those that were made last first.

        A page is held at a time. What is made or settled meanwhile may be there or not; nothing
        comes twice.
        """
        return self.database.entries(query, now=self.clock())

    async def stats(self, since: datetime, until: datetime) -> Stats:
        """Count the events first claimed or recorded from `since` to before `until`, UTC."""
        return await self.database.stats(since, until, now=self.clock())

    async def withheld(self, references: Sequence[str], *, now: datetime) -> Sequence[Entry]:
        """Return the `withheld` entries that wait for a context under any of the references.

        What has expired, and what is withheld for another reason, is not among them. The oldest
        comes first; at most `RELEASED_AT_ONCE`.
        """
        return await self.database.withheld(hashed(references), now=now)

    async def mentioning(self, ids: Sequence[str]) -> Sequence[Entry]:
        """Return the entries that are about any of some ids, of every state.

        What was made last comes first. Of more than `MOST_MENTIONING` some are left out.
        """
        return await self.database.mentioning(hashed(ids), now=self.clock())

    async def close(self) -> None:
        """Let go of the store."""
        await self.database.close()

    def _times(self, now: datetime) -> fields.Times:
        return fields.Times(now, now + self.retention)

    async def _held(self, lease: Lease, change: fields.Fields, act: str | None = None) -> None:
        """Change what the lease holds.

        Args:
            lease: Who changes it.
            change: What is written.
            act: The name of this very act, if it ends the claim.

        Raises:
            LeaseLostError: Somebody took the lease over.
        """

        async def write(unit: Unit) -> None:
            held = await _seen(unit, lease)
            if act is not None and held.fields.get("ended_by") == act:
                return  # only the answer was lost
            if held.fields.get("holder") != lease.holder:
                raise LeaseLostError("the lease was taken over")
            written = without_identity(held.fields, change)
            unit.write(held, fields.changed(held, written))

        await self.run(write)


def _entry(document: Document) -> Entry | None:
    """Return a document as an entry; None where it cannot be read, as after a roll-back."""
    try:
        return fields.entry(document)
    except ValueError:
        unreadable("entry")
        return None


def _taken(unit: Unit, before: Document, claim: fields.Fields) -> Lease:
    unit.write(before, claim)
    unit.act.memory[before.name] = claim["sending"]
    return _lease(unit, Document(LEDGER, before.name, claim))


def _lease(unit: Unit, document: Document) -> Lease:
    was = document.fields
    earlier = was["earlier"] or {}
    again = earlier.get("state") == State.UNCERTAIN and was["replay"] is not None
    sending_began = bool(unit.act.memory.get(document.name, was["sending"]))
    lease = Lease(
        document.name,
        was["holder"],
        was["attempt"],
        sending_began=sending_began,
        sink=fields.sink_of(was),
        sent=unpacked(was["replay"]) if again else None,
        seen=Seen(document),
    )
    unit.watch(lease.seen)
    return lease


async def _seen(unit: Unit, lease: Lease) -> Document:
    """Return the entry of a lease: as its holder saw it last, and after a conflict as it is."""
    seen = lease.seen
    if seen.document.version is not None:
        unit.know(seen.document)
    seen.document = Document(LEDGER, lease.key)
    (document,) = await unit.read(LEDGER, [lease.key])
    unit.watch(seen)
    return document
