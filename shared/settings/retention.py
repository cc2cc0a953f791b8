"""For how long the store keeps the ledger and the orders."""

from datetime import timedelta
from typing import Final

from shared.settings import values
from shared.settings.reader import Reader
from shared.stores.retention import LEAST_DAYS, LEDGER_DAYS, MOST_DAYS, ORDER_DAYS, Retention

_EXPECTED: Final = f"whole days from {LEAST_DAYS} to {MOST_DAYS}"


def read_retention(reader: Reader) -> Retention:
    """Return `LEDGER_RETENTION_DAYS` and `ORDER_RETENTION_DAYS`.

    Args:
        reader: Reads them, and collects what is wrong.
    """
    return Retention(
        ledger=_days(reader, "LEDGER_RETENTION_DAYS", LEDGER_DAYS),
        orders=_days(reader, "ORDER_RETENTION_DAYS", ORDER_DAYS),
    )


def _days(reader: Reader, name: str, default: int) -> timedelta:
    days = reader.default(name, values.whole(LEAST_DAYS, MOST_DAYS), _EXPECTED, default)
    return timedelta(days=days)
