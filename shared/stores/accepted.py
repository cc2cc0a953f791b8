"""What a sink took and has not said the end of: found when its status is due, and settled once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from shared.stores import ledger_fields as fields
from shared.stores.document import LEDGER, Database, Document
from shared.stores.entry import Entry, State
from shared.stores.packing import unreadable
from shared.stores.unit import Run, Unit

_AT_ONCE: Final = 100
"""How many entries are one commit: a request of Firestore's is 10 MiB at most."""


class Due(msgspec.Struct, frozen=True):
    """An accepted entry whose status is to be looked up.

    Attributes:
        entry: The entry.
        document: The same as it was read: what spares a read before it is settled.
    """

    entry: Entry
    document: Document


class Settlement(msgspec.Struct, frozen=True):
    """What becomes of an accepted entry.

    Attributes:
        state: `delivered`, `rejected`, or `accepted` where its end is still not known.
        reason: Why it was rejected.
        notes: What else was learned; it is added to what the entry has.
        check_at: Of one that stays accepted: when to look next; None for never.
    """

    state: State = State.ACCEPTED
    reason: str | None = None
    notes: tuple[str, ...] = ()
    check_at: datetime | None = None


class AcceptedEvents(msgspec.Struct, frozen=True):
    """The accepted entries of a ledger. Every method raises `UnavailableError` as `Ledger` does.

    Attributes:
        database: Where they are.
        run: In which unit of work.
        retention: How long an entry is kept after it was settled.
    """

    database: Database
    run: Run
    retention: timedelta

    async def due(self, *, now: datetime, most: int) -> list[Due]:
        """Return the entries whose status is to be looked up, those that are due longest first.

        Args:
            now: The current time, UTC.
            most: How many at most.
        """
        found = []
        for document in await self.database.due(now=now, most=most):
            try:
                found.append(Due(fields.entry(document), document))
            except (ValueError, KeyError, TypeError):
                unreadable("entry")
        return found

    async def settle(
        self, settlements: Sequence[tuple[Due, Settlement]], *, now: datetime
    ) -> list[tuple[Due, Settlement]]:
        """Settle entries, each unless another run was faster.

        Args:
            settlements: The entries, each with what becomes of it.
            now: The current time, UTC.

        Returns:
            Those that this very call has settled, and no other ever will.
        """
        done = []
        for first in range(0, len(settlements), _AT_ONCE):
            done += await self._together(settlements[first : first + _AT_ONCE], now)
        return done

    async def _together(
        self, settlements: Sequence[tuple[Due, Settlement]], now: datetime
    ) -> list[tuple[Due, Settlement]]:
        async def settle(unit: Unit) -> list[tuple[Due, Settlement]]:
            for due, _ in settlements:
                if due.document.name not in unit.act.memory:  # else somebody came in between
                    unit.act.memory[due.document.name] = None
                    unit.know(due.document)
            found = await unit.read(LEDGER, [due.document.name for due, _ in settlements])
            ours = []
            for document, (due, settlement) in zip(found, settlements, strict=True):
                if document.fields.get("ended_by") == unit.act.name:
                    ours.append((due, settlement))  # only the answer was lost
                elif _is_open(document, due, settlement):
                    unit.write(document, self._settled(document, settlement, now, unit.act.name))
                    ours.append((due, settlement))
            return ours

        return await self.run(settle)

    def _settled(
        self, document: Document, settlement: Settlement, now: datetime, act: str
    ) -> dict[str, Any]:
        was, is_over = document.fields, settlement.state is not State.ACCEPTED
        notes = dict.fromkeys((*was["receipt"]["notes"], *settlement.notes))
        change = {
            "state": settlement.state.value,
            "reason": settlement.reason,
            "replay": None if settlement.state is State.DELIVERED else was["replay"],
            "receipt": {
                **was["receipt"],
                "looks": was["receipt"]["looks"] + 1,
                "notes": list(notes)[: fields.MOST_NOTES],
            },
            "check_at": settlement.check_at,
            "ended_by": act,
            "updated_at": now,
        }
        if is_over:
            change["expires_at"] = now + self.retention
        return fields.changed(document, change)


def _is_open(document: Document, due: Due, settlement: Settlement) -> bool:
    """Return whether an entry still waits for what is now known of it."""
    was, seen = document.fields, due.document.fields
    if was.get("state") != State.ACCEPTED:
        return False
    if settlement.state is State.ACCEPTED:
        return bool(was["receipt"] == seen["receipt"])  # no other run has looked meanwhile
    return bool(was["receipt"]["request_id"] == seen["receipt"]["request_id"])
