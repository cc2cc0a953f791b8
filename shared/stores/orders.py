"""What purchases leave behind: orders by every reference, and whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Protocol

from shared.domain.context import Context
from shared.domain.order import Order

# What a yearly subscription's renewal needs after a month of failed charges; refunds and lost
# disputes come within half a year at the latest.
RETENTION: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class RefundPosition:
    """A refund's place in its order.

    Attributes:
        order: The order it takes from.
        before: What the order's other refunds took back before this one, gross, major units.
    """

    order: Order
    before: Decimal


class Orders(Protocol):
    """Remembers orders. Every method is atomic across processes.

    References are opaque; a blank one stands for nothing. An order may be forgotten `RETENTION`
    after it was last remembered, linked or taken from.

    Every method raises `UnavailableError` when the store cannot be reached.
    """

    async def remember(self, order: Order, references: Sequence[str], *, now: datetime) -> Order:
        """Remember an order under all its references.

        References that were linked, or remembered with an order, stand for one order: its
        references are joined. The first order wins: two events about the same money, under
        different transaction ids, come out as one.

        Args:
            order: What was paid.
            references: Every id that stands for this order alone.
            now: The current time, UTC.

        Returns:
            The order that counts: this one, or the one that was there before.
        """
        ...

    async def link(self, references: Sequence[str], *, now: datetime) -> None:
        """Remember that references stand for one order, whether it is known yet or not."""
        ...

    async def find(self, references: Sequence[str]) -> Order | None:
        """Return the order of the first reference that has one."""
        ...

    async def assign_refund(
        self, references: Sequence[str], refund_id: str, amount: Decimal, *, now: datetime
    ) -> RefundPosition | None:
        """Give a refund its place in its order; the same place, however often it is asked.

        Places are given in the order they are asked for. Refunds of two records that turn out to
        be one order count together from then on; the places they have, they keep.

        Args:
            references: Ids the order may be found by, the surest first.
            refund_id: The provider's id of the refund, unique in the store.
            amount: What was paid back, gross, major units; the first that comes counts.
            now: The current time, UTC.

        Returns:
            None when no order is known.
        """
        ...


class Contexts(Protocol):
    """Remembers contexts. Every method is atomic across processes, and raises as `Orders`.

    How two contexts under one reference become one, and one of several references, is not the
    store's to decide: `shared.domain.merge_contexts`.
    """

    async def put(
        self,
        references: Sequence[str],
        context: Context,
        *,
        now: datetime,
        first_wins: bool = False,
        retention: timedelta = RETENTION,
    ) -> None:
        """Remember a context under every reference, each by itself `merged` with what is there.

        Args:
            references: Ids it is to be found by.
            context: What is known.
            now: The current time, UTC.
            first_wins: See `merged`.
            retention: How long it is kept; what is kept for longer already stays as long.
        """
        ...

    async def get(
        self, references: Sequence[str], *, lasting: Sequence[str] = ()
    ) -> Context | None:
        """Return the contexts of all references, combined in their order.

        Args:
            references: Ids that a context may be found by.
            lasting: Those of them that stand for more than one order, a customer for example:
                of their contexts the session is left out.
        """
        ...
