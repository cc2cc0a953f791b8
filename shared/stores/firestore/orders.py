"""Orders in Firestore: one document per order, and a pointer to it from each id."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from shared.domain.order import Order
from shared.domain.records import decode_order, encode
from shared.errors import UnusableError
from shared.stores.firestore.database import FirestoreDatabase
from shared.stores.firestore.encoding import packed, unpacked
from shared.stores.firestore.order_graph import Graph, read_graph
from shared.stores.firestore.order_joining import allotted, joined
from shared.stores.orders import RefundPosition
from shared.stores.reference import hashed


class FirestoreOrders:
    """`Orders` in one Firestore database.

    Args:
        database: The database.
        clock: The current time, UTC: what has expired is not there.
    """

    def __init__(self, database: FirestoreDatabase, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def remember(self, order: Order, references: Sequence[str], *, now: datetime) -> Order:
        """See `Orders.remember`.

        Raises:
            UnusableError: The order is larger than a document, or has too many references.
        """
        keys, purchase = hashed(references), packed(encode(order))
        if purchase is None:
            raise UnusableError("order", "larger than the store can keep")
        if not keys:
            return order
        first = await self._join(keys, purchase, now)
        return order if first in (None, purchase) else _order(first)

    async def link(self, references: Sequence[str], *, now: datetime) -> None:
        """See `Orders.link`. Raises as `remember`."""
        keys = hashed(references)
        if len(keys) > 1:
            await self._join(keys, None, now)

    async def find(self, references: Sequence[str]) -> Order | None:
        """See `Orders.find`."""
        graph = await self._graph(hashed(references), self._clock())
        record = graph.order_of(hashed(references))
        return None if record is None else _order(record.fields["purchase"])

    async def assign_refund(
        self, references: Sequence[str], refund_id: str, amount: Decimal, *, now: datetime
    ) -> RefundPosition | None:
        """See `Orders.assign_refund`. Raises as `remember`."""
        keys, (refund,) = hashed(references), hashed([refund_id])
        pointer = f"refund-{refund}"

        async def assign_refund() -> RefundPosition | None:
            graph = await read_graph(self._database, (pointer, *keys), now)
            record = graph.record_of(pointer)
            place = None if record is None else record.fields["refunds"].get(pointer)
            if record is None or place is None:
                record = graph.order_of(keys)
                if record is None:
                    return None
                place = record.fields["taken"]
                await self._database.commit(allotted(graph, record, pointer, amount, now))
            return RefundPosition(_order(record.fields["purchase"]), Decimal(place))

        return await self._database.patiently(assign_refund)

    async def _graph(self, names: Sequence[str], now: datetime) -> Graph:
        return await self._database.patiently(lambda: read_graph(self._database, names, now))

    async def _join(
        self, keys: Sequence[str], purchase: bytes | None, now: datetime
    ) -> bytes | None:
        """Make all keys lead to one record; return its purchase, the first that was remembered."""

        async def join() -> bytes | None:
            graph = await read_graph(self._database, keys, now)
            counts, changes = joined(graph, keys, purchase, now)
            if changes:
                await self._database.commit(changes)
            return counts

        return await self._database.patiently(join)


def _order(purchase: bytes | None) -> Order:
    return decode_order(unpacked(purchase or b""))
