"""Orders in SQLite: records, the references that lead to them, and the refunds taken from them."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from shared.domain.order import Order
from shared.domain.records import decode_order, encode
from shared.domain.timestamps import to_unix_micros
from shared.stores.orders import RETENTION, RefundPosition
from shared.stores.reference import hashed
from shared.stores.sqlite import order_statements as sql
from shared.stores.sqlite.database import SqliteDatabase, array


class SqliteOrders:
    """`Orders` in one SQLite file.

    Args:
        database: The file.
    """

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def remember(self, order: Order, references: Sequence[str], *, now: datetime) -> Order:
        """See `Orders.remember`."""
        keys, purchase, expires_at = (
            hashed(references),
            encode(order),
            to_unix_micros(now + RETENTION),
        )
        if not keys:
            return order
        first = await self._database.transaction(
            lambda connection: _join(connection, keys, purchase, expires_at)
        )
        return order if first is None or first == purchase else decode_order(first)

    async def link(self, references: Sequence[str], *, now: datetime) -> None:
        """See `Orders.link`."""
        keys, expires_at = hashed(references), to_unix_micros(now + RETENTION)
        if len(keys) > 1:
            await self._database.transaction(
                lambda connection: _join(connection, keys, None, expires_at)
            )

    async def find(self, references: Sequence[str]) -> Order | None:
        """See `Orders.find`."""
        row = await self._database.one(sql.FIND, {"references": array(hashed(references))})
        return None if row is None else decode_order(row[1])

    async def assign_refund(
        self, references: Sequence[str], refund_id: str, amount: Decimal, *, now: datetime
    ) -> RefundPosition | None:
        """See `Orders.assign_refund`."""
        keys, (refund,) = hashed(references), hashed([refund_id])
        place = await self._database.transaction(
            lambda connection: _place(
                connection, keys, refund, amount, to_unix_micros(now + RETENTION)
            )
        )
        return place and RefundPosition(decode_order(place[0]), place[1])


def _join(
    connection: sqlite3.Connection,
    keys: tuple[str, ...],
    purchase: bytes | None,
    expires_at: int,
) -> bytes | None:
    """Make all keys lead to one record, whose purchase is the first that was remembered.

    Returns:
        The purchase of the record.
    """
    references = array(keys)
    # Records with a purchase before those without, each the oldest first.
    found = connection.execute(sql.RECORDS, {"references": references}).fetchall()
    if found and (found[0][1] is not None or purchase is None):
        (record, purchase, _), *absorbed = found
        if not absorbed and sum(keys_of for *_, keys_of in found) == len(keys):
            return purchase  # nothing new
        connection.execute(sql.PROLONG, {"record": record, "expires_at": expires_at})
    else:
        # A new record even where a link made one: ids say who was remembered first.
        values = {"purchase": purchase, "expires_at": expires_at}
        record, absorbed = connection.execute(sql.RECORD, values).lastrowid, found
    for other, *_ in absorbed:
        for statement in sql.ABSORB:
            connection.execute(statement, {"record": record, "other": other})
    connection.execute(sql.REFER, {"references": references, "record": record})
    return purchase


def _place(
    connection: sqlite3.Connection,
    keys: tuple[str, ...],
    refund: str,
    amount: Decimal,
    expires_at: int,
) -> tuple[bytes, Decimal] | None:
    """Return a refund's order and what other refunds took before it; settled the first time."""
    row = connection.execute(sql.PLACE, {"refund": refund}).fetchone()
    if row is not None:
        return row[0], Decimal(row[1])
    row = connection.execute(sql.FIND, {"references": array(keys)}).fetchone()
    if row is None:
        return None
    record, purchase = row
    taken = connection.execute(sql.ACCEPTED, {"record": record}).fetchall()
    before = sum((Decimal(other) for (other,) in taken), Decimal(0))
    values = {"refund": refund, "record": record, "amount": str(amount), "before": str(before)}
    connection.execute(sql.ALLOT, values)
    connection.execute(sql.PROLONG, {"record": record, "expires_at": expires_at})
    return purchase, before
