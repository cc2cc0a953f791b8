"""An event as both sides tell it: an entry of a ledger, and a row of GA4's export."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from shared.stores.entry import LedgerEvent, State
from shared.stores.lease import Lease
from shared.stores.sqlite.database import sqlite_stores
from tests.support.builders import MEASUREMENT_ID
from tests.support.ga4_export import Exported

SENT: Final = datetime.now(UTC) - timedelta(days=6)


async def sent(  # noqa: PLR0913 - an entry told whole
    store: Path,
    key: str,
    name: str = "purchase",
    *,
    order: str | None = None,
    stream: str = MEASUREMENT_ID,
    at: datetime = SENT,
) -> None:
    """Write into a ledger that an event over 12.50 was sent."""
    ledger = sqlite_stores(str(store)).ledger
    fact = LedgerEvent(stream, name, key, order or key, "EUR", Decimal("12.50"))
    lease = await ledger.claim(fact, now=at, resend=True)
    assert isinstance(lease, Lease)
    await ledger.settle(lease, State.DELIVERED, now=at)
    await ledger.close()


def there(
    order: str, name: str = "purchase", *, at: datetime = SENT, value: float = 12.5
) -> Exported:
    """Return a row of the export."""
    params = {"transaction_id": order, "value": value, "mp_source": "payment_webhook"}
    return Exported(name, at, "1.2", params)
