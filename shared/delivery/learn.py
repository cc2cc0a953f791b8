"""What an event that is no conversion teaches of a buyer."""

from datetime import datetime
from decimal import Decimal

from shared.delivery.denials import is_nobody
from shared.delivery.payment_identity import dated_context, mark, scoped
from shared.domain.context import Context
from shared.domain.conversion import Source
from shared.domain.link import Link
from shared.domain.money import Money
from shared.domain.order import Order
from shared.domain.without_personal_data import without_personal_data
from shared.stores.stores import Stores

SESSION = "session"
"""Under such marks it is remembered that a buyer's session has come and says nothing of them."""


async def learn(stores: Stores, link: Link, source: Source, now: datetime) -> None:
    """Remember whose ids are, and what they denied.

    Args:
        stores: Where it is remembered.
        link: What was learned.
        source: Where.
        now: The current time, UTC.
    """
    context = without_personal_data(dated_context(link.context, now, link.occurred_at))
    if link.orders and is_nobody(context):
        # What waits for this buyer need not wait on.
        marks = tuple(mark(SESSION, each) for each in link.customer_references)
        nothing = Order("", Money("", Decimal(0)), (), Context(), now)
        await stores.orders.remember(nothing, scoped(source, marks), now=now)
    if context != Context():
        await stores.contexts.put(link.customer_references, context, now=now)
