"""What a reference that anybody may write lends: nothing, once a second customer uses it.

docs/decisions/0046-foreign-references.md says why.
"""

from datetime import datetime
from decimal import Decimal
from typing import Final, TypeVar

from shared.changed import replace
from shared.delivery.payment_identity import mark, scoped
from shared.domain.consent import Consent, denials, resolve_consent
from shared.domain.context import Context
from shared.domain.conversion import Conversion, ForeignReference, Source
from shared.domain.event import Link
from shared.domain.money import Money
from shared.domain.order import Order
from shared.stores.orders import Orders

EventT = TypeVar("EventT", Conversion, Link)

NOTE: Final = "client_reference_id: several customers use it; nothing is known by it"


async def lent(orders: Orders, event: EventT, source: Source, now: datetime) -> EventT:
    """Return an event with what its foreign reference lends it, or without.

    Args:
        orders: What is known.
        event: What happened, or was learned. Its context and references include all that the
            reference lends.
        source: Where we learned it.
        now: The current time, UTC.
    """
    foreign = event.foreign
    if foreign is None:
        return event
    if await _is_first_user(orders, foreign, source, now):
        return replace(event, foreign=None)
    # Of two payments without a customer nobody knows whether they are one person's: a denial in
    # the reference's own text still counts.
    denied = Consent() if foreign.customer else denials(event.context.consent)
    consent = resolve_consent(foreign.context.consent, denied)
    return _alone(event, foreign, replace(foreign.context, consent=consent))


async def _is_first_user(
    orders: Orders, foreign: ForeignReference, source: Source, now: datetime
) -> bool:
    """Return whether the customer is the only one so far who used a reference; remember it."""
    shared = scoped(source, (mark("shared reference", foreign.reference),))
    if await orders.find(shared) is not None:
        return False
    user = Order(foreign.user, Money("", Decimal(0)), (), Context(), now)
    used = scoped(source, (mark("foreign reference", foreign.reference),))
    first = await orders.remember(user, used, now=now)
    if first.transaction_id != foreign.user:
        await orders.remember(user, shared, now=now)
    return first.transaction_id == foreign.user


def _alone(event: EventT, foreign: ForeignReference, context: Context) -> EventT:
    """Return an event without its reference."""
    references = tuple(each for each in event.customer_references if each != foreign.reference)
    event = replace(event, context=context, customer_references=references, foreign=None)
    if isinstance(event, Conversion):
        return replace(event, notes=(*event.notes, NOTE))
    if event.checkout is not None:
        return replace(event, checkout=replace(event.checkout, context=context))
    return event
