"""A purchase as the message that asks for its margin and its customer."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

import msgspec

from shared.domain.conversion import Conversion
from shared.domain.item import Item
from shared.messages.handing_on import Message, lasting_analytics
from shared.messages.order_enrichment import SCHEMA, OrderEnrichment, SoldItem

_PRICE: Final = Decimal("0.000001")
_QUANTITY: Final = Decimal("0.000000000001")


def enrichment_message(conversion: Conversion) -> Message | None:
    """Return the message that asks for a purchase's enrichment; None of what has no money.

    Args:
        conversion: A purchase, with all that is known of it.
    """
    money, source = conversion.money, conversion.source
    if money is None or conversion.transaction_id is None:
        return None
    request = OrderEnrichment(
        schema=SCHEMA,
        event_id=source.event_id[:128],
        occurred_at=conversion.occurred_at,
        transaction_id=conversion.transaction_id,
        currency=money.currency,
        items=tuple(_item(item) for item in conversion.items),
        provider=source.provider,
        account=source.account,
        customer_ref=conversion.customer_ref,
        analytics=lasting_analytics(conversion.context),
    )
    attributes = {"schema": SCHEMA, "provider": source.provider, "event_id": request.event_id}
    return Message(msgspec.json.encode(request), attributes, "")


def _item(item: Item) -> SoldItem:
    return SoldItem(
        item_id=item.item_id,
        quantity=_text(item.quantity, _QUANTITY),
        price=_text(item.price, _PRICE),
    )


def _text(amount: Decimal, finest: Decimal) -> str:
    """Return an amount as the message writes it; what is finer than that is rounded."""
    rounded = amount.quantize(finest, ROUND_HALF_EVEN)
    return f"{amount if rounded == amount else rounded:f}"
