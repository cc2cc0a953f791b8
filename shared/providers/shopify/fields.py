"""What orders and refunds have in common: times, attributes, products."""

from datetime import UTC, datetime
from typing import Final

import msgspec

from shared.errors import UnusableError
from shared.providers.metadata import Metadata
from shared.providers.shopify.objects import LineItem
from shared.providers.shopify.options import ShopifyOptions

ATTRIBUTES: Final = "note_attributes"
# Gateways that collect no money: what they pay was collected before, or never.
PAID_WITH_GIFT_CARD: Final = frozenset({"gift_card"})
PAID_WITH_STORE_CREDIT: Final = frozenset({"shopify_store_credit", "store_credit"})


def moment(processed_at: datetime | None, created_at: datetime | None) -> datetime:
    """Return when the money moved, UTC.

    Args:
        processed_at: As the shop booked it, which may be long before it was written.
        created_at: When it was written.

    Raises:
        UnusableError: There is neither, or no such time.
    """
    found = processed_at or created_at
    if found is None:
        raise UnusableError("processed_at", "missing")
    try:
        return found.astimezone(UTC)
    except OverflowError:  # the first and the last day of the calendar
        raise UnusableError("processed_at", "no believable time") from None


def attributes(raw: msgspec.Raw) -> Metadata:
    """Return `note_attributes`, a list of names and values, as metadata.

    Args:
        raw: The list. The shop's own pages write it: whatever it is, it costs no payment.
    """
    return Metadata(raw, at=ATTRIBUTES, listed=True)


def product_id(line: LineItem, options: ShopifyOptions) -> str | None:
    """Return the id of what a line sold, by the operator's choice or the next best.

    Args:
        line: The line.
        options: The operator's choices.
    """
    ids = {"sku": line.sku, "variant": line.variant_id, "product": line.product_id}
    found = ids[options.item_id] or line.sku or line.variant_id or line.product_id
    return str(found) if found else None
