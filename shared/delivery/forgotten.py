"""What was counted so long ago that the ledger no longer says so.

Shopify signs no time, so a recent body of an old order may come as news of its payment. The orders
are remembered for longer than the ledger's entries, and say when each was counted
(docs/decisions/0044-deliveries-without-a-signed-time.md).
"""

from datetime import datetime
from typing import Final

from shared.delivery.known_payments import purchase_keys
from shared.domain.conversion import Conversion, Ignored
from shared.domain.order import Order
from shared.settings.common import Settings
from shared.stores.ledger import Ledger

COUNTED: Final = "paid so long ago that the ledger has forgotten it: counted then"


async def forgotten(
    purchase: Conversion, order: Order | None, ledger: Ledger, settings: Settings, now: datetime
) -> Ignored | None:
    """Return that a purchase was counted long ago; None where it is new or in the ledger.

    Args:
        purchase: The payment, under the ids that count; of an order that grew, what it grew by.
        order: The same payment as it was counted first, where that is known.
        ledger: Which events were sent.
        settings: What renewals are called, and how long things are remembered.
        now: The current time, UTC.
    """
    if purchase.placed_at is None or order is None:
        return None
    remembered = settings.retention.surely
    grew = purchase.transaction_id != order.transaction_id
    counted_at = purchase.occurred_at if grew else order.occurred_at
    if now - counted_at <= remembered.ledger:
        return None
    keys = purchase_keys(settings, purchase.transaction_id or "", purchase.source)
    return None if any(await ledger.find_all(keys)) else Ignored(COUNTED)
