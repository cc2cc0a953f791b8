"""The ledger in Firestore: one commit to claim, one to settle, each on condition."""

import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.errors import LeaseLostError
from shared.stores.entry import Entry, LedgerEvent, State
from shared.stores.firestore import ledger_fields as fields
from shared.stores.firestore import ledger_lists as lists
from shared.stores.firestore.database import FirestoreDatabase
from shared.stores.firestore.document import LEDGER, Change, ConflictError, Document
from shared.stores.firestore.encoding import unpacked
from shared.stores.protocol import Done, InProgress, Lease
from shared.stores.query import Query
from shared.stores.reference import hashed
from shared.stores.stats import Stats


@dataclass
class _Seen:
    """The entry as its holder saw it last: what spares a read before every write."""

    document: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class _SeenLease(Lease):
    """A lease that knows its document. Without it, by a lease of another process, it is read."""

    seen: _Seen = field(repr=False, compare=False)


class FirestoreLedger:
    """A `Ledger` in one Firestore database.

    Args:
        database: The database.
        clock: The current time, UTC: what has expired is not there.
    """

    def __init__(self, database: FirestoreDatabase, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def claim(
        self, fact: LedgerEvent, *, now: datetime, resend: bool
    ) -> Lease | Done | InProgress:
        """See `Ledger.claim`."""
        holder = uuid.uuid4().hex

        async def claim() -> Lease | Done | InProgress:
            nothing = Document(LEDGER, fact.key)
            try:  # mostly nobody was here before
                return await self._taken(nothing, fields.claimed(fact, holder, now))
            except ConflictError:
                found = await self._read(fact.key)
            if found.version is None:
                raise ConflictError  # released in between
            state, until = found.fields["state"], found.fields["lease_until"]
            if found.fields["holder"] == holder:
                return _lease(found)  # our own: only the answer was lost
            if not found.alive(now):
                return await self._taken(found, fields.claimed(fact, holder, now))
            done = state in (State.DELIVERED, State.REVERSED)
            if done or (state == State.UNCERTAIN and not resend):
                return Done(State(state))
            if state == State.CLAIMED and until > now:
                return InProgress(fields.moment(until))
            return await self._taken(found, fields.claimed_again(fact, holder, now, found))

        return await self._database.patiently(claim)

    async def begin(self, lease: Lease, *, now: datetime) -> None:
        """See `Ledger.begin`."""
        await self._held(lease, fields.begun(now))

    async def settle(
        self,
        lease: Lease,
        state: State,
        *,
        now: datetime,
        reason: str | None = None,
        replay: bytes | None = None,
    ) -> None:
        """See `Ledger.settle`."""
        act = uuid.uuid4().hex
        await self._held(lease, fields.settled(state, now, reason, replay, act), act)

    async def release(self, lease: Lease) -> None:
        """See `Ledger.release`."""

        async def release() -> None:
            held = await self._seen(lease)
            if held is None:
                return
            earlier = held.document.fields["earlier"]
            change = None if earlier is None else fields.restored(earlier)
            await self._written(held, Change(held.document, change))

        await self._database.patiently(release)

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
        """See `Ledger.record`."""
        whole = fields.recorded(fact, state, now, (reason, replay), hashed(references))

        async def record() -> None:
            try:
                await self._database.commit([Change(Document(LEDGER, fact.key), whole)])
            except ConflictError:
                found = await self._read(fact.key)
            else:
                return
            if found.version is None:
                raise ConflictError  # released in between
            if not found.alive(now):
                await self._database.commit([Change(found, whole)])
            elif found.fields["state"] in (State.REJECTED, State.WITHHELD):
                again = fields.recorded_again(whole, found)
                await self._database.commit([Change(found, again)])

        await self._database.patiently(record)

    async def reverse(
        self, fact: LedgerEvent, *, now: datetime, reason: str
    ) -> Entry | InProgress | None:
        """See `Ledger.reverse`."""
        whole = fields.recorded(fact, State.REVERSED, now, (reason, None), ())

        async def reverse() -> Entry | InProgress | None:
            found = await self._read(fact.key)
            if not found.alive(now):
                await self._database.commit([Change(found, whole)])
                return None
            before = fields.entry(found)
            if before.lease_until is not None and before.lease_until > now:
                return InProgress(before.lease_until)
            change = fields.settled(State.REVERSED, now, reason, None, uuid.uuid4().hex)
            await self._database.commit([Change(found, change)])
            return before

        return await self._database.patiently(reverse)

    async def find(self, key: str) -> Entry | None:
        """See `Ledger.find`."""
        found = await self._database.patiently(lambda: self._read(key))
        return fields.entry(found) if found.alive(self._clock()) else None

    async def entries(self, query: Query) -> AsyncIterator[Entry]:
        """See `Ledger.entries`."""
        async for document in lists.newest(self._database, query):
            if document.alive(self._clock()) and query.matches(found := fields.entry(document)):
                yield found

    async def stats(self, since: datetime, until: datetime) -> Stats:
        """See `Ledger.stats`."""
        return await lists.stats(self._database, since, until, self._clock())

    async def withheld(self, references: Sequence[str], *, now: datetime) -> Sequence[Entry]:
        """See `Ledger.withheld`."""
        return await lists.withheld(self._database, references, now)

    async def close(self) -> None:
        """See `Ledger.close`."""
        await self._database.close()

    async def _read(self, key: str) -> Document:
        (document,) = await self._database.read(LEDGER, [key])
        return document

    async def _taken(self, before: Document, claim: fields.Fields) -> Lease:
        (version,) = await self._database.commit([Change(before, claim)])
        return _lease(Document(LEDGER, before.name, claim, version))

    async def _held(self, lease: Lease, change: fields.Fields, act: str | None = None) -> None:
        """Change what the lease holds.

        Args:
            lease: Who changes it.
            change: What is written.
            act: The name of this very act, if it ends the claim.

        Raises:
            LeaseLostError: Somebody took the lease over.
        """

        async def write() -> None:
            held = await self._seen(lease, act)
            if held is None:
                raise LeaseLostError("the lease was taken over")
            if act is None or held.document.fields["ended_by"] != act:
                await self._written(held, Change(held.document, change))

        await self._database.patiently(write)

    async def _seen(self, lease: Lease, act: str | None = None) -> _Seen | None:
        """Return the entry that a lease holds, or that `act` has ended; None when it is lost."""
        seen = lease.seen if isinstance(lease, _SeenLease) else _Seen(Document(LEDGER, lease.key))
        if seen.document.version is None:
            seen.document = await self._read(lease.key)
        was = seen.document.fields
        held = was.get("holder") == lease.holder or (act is not None and was.get("ended_by") == act)
        return seen if held else None

    async def _written(self, seen: _Seen, change: Change) -> None:
        """Write, and remember what was written; after a conflict it is read again."""
        before = seen.document
        seen.document = Document(LEDGER, before.name)
        (version,) = await self._database.commit([change])
        if change.fields is not None:
            whole = {**before.fields, **change.fields}
            seen.document = Document(LEDGER, before.name, whole, version)


def _is_again(was: Mapping[str, Any]) -> bool:
    """Tell whether a claim is of an uncertain entry that kept what was sent."""
    earlier = was["earlier"] or {}
    return earlier.get("state") == State.UNCERTAIN and was["replay"] is not None


def _lease(document: Document) -> Lease:
    was = document.fields
    return _SeenLease(
        document.name,
        was["holder"],
        was["attempt"],
        sending_began=was["sending"],
        sent=unpacked(was["replay"]) if _is_again(was) else None,
        seen=_Seen(document),
    )
