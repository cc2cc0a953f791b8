"""Three deliberate defects: a matrix that does not find them proves nothing."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from shared.stores.entry import LedgerEvent, State
from shared.stores.lease import Done, InProgress, Lease
from shared.stores.ledger import Ledger
from shared.stores.stores import Stores
from tools.changed import replace

Claim = Lease | Done | InProgress
_CLAIMED: Final[dict[str, tuple[LedgerEvent, bool]]] = {}
"""What was looked at and not claimed."""


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

    def __init__(self, inner: Ledger, claimed: dict[str, tuple[LedgerEvent, bool]]) -> None:
        super().__init__(inner)
        self._claimed = claimed

    async def claim(self, fact: LedgerEvent, *, now: datetime, resend: bool) -> Claim:
        """Look."""
        del now
        entry = await self._inner.find(fact.key)
        if entry is not None and entry.state in (State.DELIVERED, State.UNCERTAIN):
            return Done(entry.state)
        self._claimed[fact.key] = (fact, resend)
        return Lease(fact.key, "nobody", 1, sending_began=False)

    async def begin(self, lease: Lease, *, now: datetime) -> None:
        """Do nothing."""

    async def settle(self, lease: Lease, state: State, *, now: datetime, **rest: Any) -> None:  # noqa: ANN401 - the ledger's
        """Write the end down all at once."""
        fact, resend = self._claimed[lease.key]
        claim = await self._inner.claim(fact, now=now, resend=resend)
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


class _Marking(Stores, frozen=True):
    @property
    def ledger(self) -> Any:  # noqa: ANN401 - in place of a ledger
        return MarksBeforeSending(super().ledger)


class _Leaseless(Stores, frozen=True):
    @property
    def ledger(self) -> Any:  # noqa: ANN401 - in place of a ledger
        return HasNoLease(super().ledger, _CLAIMED)


class _OfDeliveries(Stores, frozen=True):
    @property
    def ledger(self) -> Any:  # noqa: ANN401 - in place of a ledger
        return KnowsDeliveriesOnly(super().ledger)


def _made(kind: type[Stores]) -> Callable[[Stores], Stores]:
    return lambda stores: kind(stores.database, stores.clock)


DEFECTS: Final[Mapping[str, Callable[[Stores], Stores]]] = {
    "mark before send": _made(_Marking),
    "no lease": _made(_Leaseless),
    "dedupe on delivery id only": _made(_OfDeliveries),
}
"""Name → what makes defective stores of good ones."""
