"""What GA4's export has of the events under one key."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from shared.domain.timestamps import from_unix_micros
from shared.reconciliation.export.event_key import EventKey


class Hits(msgspec.Struct, frozen=True):
    """The rows under one key, counted.

    Attributes:
        ours: How many have our mark, `mp_source`.
        sent_by_tag: How many have not: the shop's own tag sent them.
        clients: How many clients all of them have together.
        orphans: How many of ours have a session in which nothing else was ever recorded.
        value: The sum of our values; None where none has a value.
        first: The earliest stamp of ours, UTC.
    """

    ours: int
    sent_by_tag: int
    clients: int
    orphans: int
    value: Decimal | None
    first: datetime


def read_hits(row: Mapping[str, Any]) -> tuple[EventKey, Hits]:
    """Return a row of the query's answer.

    Args:
        row: Its columns by name; see `query.py`.
    """
    stamp = None if row["stamp"] is None else from_unix_micros(row["stamp"])
    return EventKey(row["event_name"], row["transaction_id"], stamp), Hits(
        ours=row["ours"],
        sent_by_tag=row["sent_by_tag"],
        clients=row["clients"],
        orphans=row["orphans"],
        value=row["value"],
        first=from_unix_micros(row["first"]),
    )
