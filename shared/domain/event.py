"""What an event of a provider can mean: a conversion, a refund, what was learned, or nothing."""

from datetime import datetime

import msgspec

from shared.domain.context import Context
from shared.domain.conversion import Conversion, ForeignReference, Ignored
from shared.domain.order import Order
from shared.domain.refund import Refund, Returned, Reversal


class Link(msgspec.Struct, frozen=True):
    """Ids of one order, or of one subscriber, that arrived in one message.

    Attributes:
        reason: Why it is no event, for the answer and the log.
        orders: Ids of one and the same order, such as an invoice and its payment intent.
        customer_references: Ids to find the context by: subscription, customer, invoice.
        context: What came with the message.
        occurred_at: When the message was made, UTC.
        foreign: As `Conversion.foreign`.
        trial: The subscription that begins with a trial: its first payment is its start.
        checkout: An order that is placed and not paid yet; another event is its payment.
        returned: What was returned with refunds that come by events of their own.
        about: As `Conversion.about`.
    """

    reason: str
    orders: tuple[str, ...] = ()
    customer_references: tuple[str, ...] = ()
    context: Context = msgspec.field(default_factory=Context)
    checkout: Order | None = None
    trial: str | None = None
    returned: Returned | None = None
    foreign: ForeignReference | None = None
    occurred_at: datetime | None = None
    about: tuple[str, ...] = ()


DomainEvent = Conversion | Refund | Reversal | Link | Ignored
