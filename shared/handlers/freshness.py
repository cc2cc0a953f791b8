"""Deliveries that are older than the ledger's memory, so that they may have been sent.

Most providers sign the time of each attempt, and a copy is refused after five minutes. Shopify
signs no time: whoever got hold of a delivery can repeat it for ever. While the ledger remembers
it, that is a duplicate. After that it is refused, by the time in its body.
"""

from collections.abc import Iterable
from datetime import datetime

from shared.errors import SignatureError
from shared.providers.event import ProviderEvent
from shared.stores.entry import RETENTION


def refuse_forgotten(events: Iterable[ProviderEvent], now: datetime) -> None:
    """Refuse a delivery with an event that the ledger may have forgotten.

    Args:
        events: The delivery's.
        now: The current time, UTC.

    Raises:
        SignatureError: One is that old. Nothing is stored.
    """
    for event in events:
        if event.signed_at is not None and now - event.signed_at > RETENTION:
            raise SignatureError(
                f"body: made more than {RETENTION.days} days ago; the signature has no time, and "
                "the ledger does not remember so long"
            )
