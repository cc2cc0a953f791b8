"""Three deliberate defects: a matrix that does not find them proves nothing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from shared.stores.entry import LedgerEvent, State
from shared.stores.protocol import Done, InProgress, Lease, Ledger

Claim = Lease | Done | InProgress


class _Ledger:
    """A ledger with a defect; what is not defective is the ledger's own."""

    def __init__(self, inner: Ledger) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the ledger has
        """Return the ledger's own."""
        return getattr(self._inner, name)


class MarksBeforeSending(_Ledger):
    """Writes `delivered` down before anything is sent, and does not come back to it."""

    async def claim(self, fact: LedgerEvent, *, now: datetime, resend: bool) -> Claim:
        """Claim, and settle at once."""
        claim = await self._inner.claim(fact, now=now, resend=resend)
        if isinstance(claim, Lease):
            await self._inner.settle(claim, State.DELIVERED, now=now)
        return claim

    async def begin(self, lease: Lease, *, now: datetime) -> None:
        """Do nothing."""

    async def settle(self, lease: Lease, state: State, **rest: object) -> None:
        """Do nothing."""

    async def release(self, lease: Lease) -> None:
        """Do nothing."""


class HasNoLease(_Ledger):
    """Looks whether it was sent, and claims nothing: whoever looks at the same moment sends too."""

    async def claim(self, fact: LedgerEvent, *, now: datetime, resend: bool) -> Claim:
        """Look."""
        del now
        entry = await self._inner.find(fact.key)
        if entry is not None and entry.state in (State.DELIVERED, State.UNCERTAIN):
            return Done(entry.state)
        self._fact, self._resend = fact, resend
        return Lease(fact.key, "nobody", 1, sending_began=False)

    async def begin(self, lease: Lease, *, now: datetime) -> None:
        """Do nothing."""

    async def settle(self, lease: Lease, state: State, *, now: datetime, **rest: Any) -> None:  # noqa: ANN401 - the ledger's
        """Write the end down all at once."""
        del lease
        claim = await self._inner.claim(self._fact, now=now, resend=self._resend)
        if isinstance(claim, Lease):
            await self._inner.settle(claim, state, now=now, **rest)

    async def release(self, lease: Lease) -> None:
        """Do nothing."""


class KnowsDeliveriesOnly(_Ledger):
    """Takes the provider's event id for the business key: two events about one fact are two."""

    async def claim(self, fact: LedgerEvent, *, now: datetime, resend: bool) -> Claim:
        """Claim the delivery."""
        fact = replace(fact, business_key=fact.source.split(" ")[-1])
        return await self._inner.claim(fact, now=now, resend=resend)


DEFECTS: Final[Mapping[str, Callable[[Ledger], Any]]] = {
    "mark before send": MarksBeforeSending,
    "no lease": HasNoLease,
    "dedupe on delivery id only": KnowsDeliveriesOnly,
}
"""Name → what makes a ledger of it."""
