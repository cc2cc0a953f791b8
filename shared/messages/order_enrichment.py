"""`order-enrichment/1`: an order whose margin and customer are to be looked up."""

from typing import Annotated, Final, Literal

import msgspec

from shared.messages.billing_event import (
    Amount,
    Analytics,
    Id,
    Minor,
    Moment,
    Quantity,
    Text,
    TransactionId,
)
from shared.messages.versioned import read_versioned

SCHEMA: Final = "order-enrichment/1"


class SoldItem(msgspec.Struct, frozen=True, kw_only=True):
    """One product. Its price is per unit, after discount and without tax."""

    item_id: Text | None = None
    quantity: Minor | Quantity = 1
    price: Amount


class OrderEnrichment(msgspec.Struct, frozen=True, kw_only=True):
    """One message; fields it does not name are ignored.

    Attributes:
        schema: `order-enrichment/1`.
        event_id: The same for every copy of the message, however often it is published.
        occurred_at: When the order was paid; RFC 3339.
        transaction_id: The order's, as its `purchase` has it.
        currency: ISO 4217, of the prices.
        items: What was sold; margin is of these.
        fees: What the order cost besides its goods: payment fee, postage. Profit is margin less
            these.
        provider: Who took the money.
        account: The provider's connected account, where it has such.
        environment: `test` is no real money.
        customer_ref: Looked up in the customer list; never sent to GA4.
        analytics: What the browser knew.
    """

    schema: str
    event_id: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    occurred_at: Moment
    transaction_id: TransactionId
    currency: str
    items: tuple[SoldItem, ...] = ()
    fees: Amount | None = None
    provider: Annotated[str, msgspec.Meta(pattern="^[a-z0-9_]+$", max_length=40)] = "internal"
    account: Id | None = None
    environment: Literal["live", "test"] = "live"
    customer_ref: Id | None = None
    analytics: Analytics | None = None


def read_order_enrichment(raw: bytes | msgspec.Raw) -> OrderEnrichment:
    """Read a message.

    Args:
        raw: Its JSON.

    Raises:
        UnusableError: It is of another schema, or a field is missing or malformed; it is named.
    """
    return read_versioned(raw, OrderEnrichment, SCHEMA)
