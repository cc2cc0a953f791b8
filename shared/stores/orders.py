"""Orders: what purchases leave behind, found by every reference."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from shared.domain.order import Order
from shared.domain.records import encode
from shared.domain.refund import Returned
from shared.errors import UnusableError
from shared.stores.order_records import find_records, join, list_order, take_refund
from shared.stores.packing import packed, read_order, read_returned
from shared.stores.reference import hashed, places, scoped_reference
from shared.stores.unit import Run, Unit


class RefundPosition(msgspec.Struct, frozen=True):
    """A refund's place in its order.

    Attributes:
        order: The order it takes from.
        before: What the order's other refunds took back before this one, gross, major units.
        returned: What was returned with it, where that came before it.
    """

    order: Order
    before: Decimal
    returned: Returned | None = None


class Orders(msgspec.Struct, frozen=True):
    """Remembers orders. Every method is atomic across processes.

    References are opaque, each after its scope where it has one (`scoped_reference`); a blank one
    stands for nothing.

    Every method raises `UnavailableError` when the store cannot be reached.

    Attributes:
        run: In which unit of work.
        clock: The current time, UTC: what has expired is not there.
        retention: How long an order is kept at least after it was last remembered, linked or taken
            from.
    """

    run: Run
    clock: Callable[[], datetime]
    retention: timedelta

    async def remember(self, order: Order, references: Sequence[str], *, now: datetime) -> Order:
        """Remember an order under all its references.

        References that were linked, or remembered with an order, stand for one order: its
        references are joined. The first order wins: two events about the same money, under
        different transaction ids, come out as one.

        Args:
            order: What was paid.
            references: Every id that stands for this order alone. It is kept in the document of
                the first.
            now: The current time, UTC.

        Returns:
            The order that counts: this one, or the one that was there before.

        Raises:
            UnusableError: The order is larger than a document, or has too many references.
        """
        wanted, purchase = places(references), packed(encode(order))
        if purchase is None:
            raise UnusableError("order", "larger than the store can keep")
        if not wanted:
            return order
        until = now + self.retention
        first = await self.run(lambda unit: join(unit, wanted, purchase, now, at_least_until=until))
        return order if first == purchase else read_order(first) or order

    async def belong(
        self, reference: str, owners: Sequence[str], *, now: datetime, sparingly: bool = False
    ) -> None:
        """Remember whose an order is, so that a denial under the owner's id finds it.

        Args:
            reference: An id that stands for the order alone.
            owners: Ids of the customer and the subscription, without a scope.
            now: The current time, UTC.
            sparingly: Whether two orders of one day need not both be found, where the second would
                be a write more: see `list_order`.
        """
        wanted, names = places([reference]), hashed(owners)
        until = now + self.retention
        if wanted and names:
            await self.run(
                lambda unit: list_order(unit, wanted[0], names, until, sparingly=sparingly)
            )

    async def link(
        self,
        references: Sequence[str],
        *,
        now: datetime,
        returned: Mapping[str, Returned] | None = None,
    ) -> None:
        """Remember that references stand for one order, whether it is known yet or not.

        Args:
            references: Ids of the order.
            now: The current time, UTC.
            returned: By a refund's id, unique in the store, what was returned with it.

        Raises:
            UnusableError: The order has too many references.
        """
        wanted = places(references)
        if len(wanted) > 1:
            until = now + self.retention
            kept = _kept(returned or {})
            await self.run(
                lambda unit: join(unit, wanted, None, now, at_least_until=until, returned=kept)
            )

    async def find(self, references: Sequence[str]) -> Order | None:
        """Return the order of the first reference that has one."""
        wanted = places(references)

        async def find(unit: Unit) -> Order | None:
            leads = await find_records(unit, wanted, self.clock())
            for found in leads.values():
                order = read_order(found.record["purchase"]) if found else None
                if order is not None:
                    return order
            return None

        return await self.run(find)

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

        Raises:
            UnusableError: The order has too many refunds.
        """
        wanted = places(references)
        (refund,) = places([refund_reference(refund_id)])

        async def assign(unit: Unit) -> RefundPosition | None:
            leads = await find_records(unit, (refund, *wanted), now)
            for found in leads.values():
                order = read_order(found.record["purchase"]) if found else None
                if found is None or order is None:
                    continue
                before = found.record["refunds"].get(refund.key)
                if before is None:
                    before = found.record["taken"]
                    await take_refund(unit, found, refund, amount, now + self.retention)
                returned = read_returned(found.record.get("returned", {}).get(refund.key))
                return RefundPosition(order, Decimal(before), returned)
            return None

        return await self.run(assign)


def _kept(returned: Mapping[str, Returned]) -> dict[str, bytes]:
    """Return what was returned under the keys of its refunds; too large, it is left out."""
    whole = {refund_id: packed(encode(each)) for refund_id, each in returned.items()}
    return {
        place.key: content
        for refund_id, content in whole.items()
        for place in places([refund_reference(refund_id)])
        if content is not None
    }


def refund_reference(refund_id: str) -> str:
    """Return what a refund's place is found by."""
    return scoped_reference("refund", refund_id)
