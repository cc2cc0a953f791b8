"""What a purchase leaves behind, for its refunds, disputes and renewals."""

from datetime import datetime
from decimal import Decimal

import msgspec

from shared.domain.context import Context
from shared.domain.conversion import PurchaseType
from shared.domain.item import Item
from shared.domain.money import Money
from shared.domain.sink import Sink


class Order(msgspec.Struct, frozen=True):
    """An order as its purchase said.

    Attributes:
        transaction_id: What GA4 knows it by.
        money: What was paid.
        items: What was bought.
        context: Whose it is.
        occurred_at: When it was paid, UTC.
        customer_ref: The provider's opaque id of the customer, if there is one.
        payment_id: The provider's own id of the payment, as `Conversion.payment_id`.
        released: What was authorised and not captured, major units, where that is something.
        purchase_type: Which kind of purchase it was placed as, where another event pays it.
        charged: All that the buyer was charged, where `money` is in another currency or less: a
            refund without parts is stated in this.
        stream: The stream it went to, by its name in `STREAMS`; None where streams had no names.
        sink: How its purchase was sent, and so is all about it.
        scope: Whose its numbers are, as `Source.scope`; None for the shop's own.
        references: Every id under which others may say whose it is, and what was allowed.
    """

    transaction_id: str
    money: Money
    items: tuple[Item, ...]
    context: Context
    occurred_at: datetime
    customer_ref: str | None = None
    references: tuple[str, ...] = ()
    payment_id: str | None = None
    released: Decimal | None = None
    charged: Money | None = None
    purchase_type: PurchaseType | None = None
    stream: str | None = None
    sink: Sink | None = None
    scope: str | None = None


def own_references(order: Order) -> tuple[str, ...]:
    """Return the ids that stand for an order and its buyer alone.

    Accounts number their orders by themselves: what one's buyer denied, another's of the same
    number did not.

    Args:
        order: What was paid.
    """
    number, own = order.transaction_id, (order.payment_id or "").partition(":")[2]
    theirs = (
        each
        for each in order.references
        if each != number or each == own or order.payment_id is None
    )
    return tuple(dict.fromkeys((*theirs, f"{order.scope}:{number}" if order.scope else number)))
