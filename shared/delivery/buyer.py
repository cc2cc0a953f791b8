"""What is learned of a buyer without money, and the short wait for what is being captured."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from decimal import Decimal
from typing import Final

from shared.deadline import give_up_at
from shared.delivery.denials import is_nobody
from shared.delivery.payment_identity import dated_context, mark, scoped
from shared.domain.consent import Choice
from shared.domain.context import Context
from shared.domain.conversion import Source
from shared.domain.event import Link
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


POLL_SECONDS: Final = 0.2


async def wait_for_context(
    context: Context, look: Callable[[Context], Awaitable[Context]], *, seconds: float
) -> Context:
    """Return a context once it knows a client, or as it is when the wait is over.

    A webhook may come before the browser's own request has been taken. Nobody waits whose consent
    is denied, and nobody longer than the request has time.

    Args:
        context: What is known.
        look: Looks once more.
        seconds: How long to wait at most; 0 is not at all.
    """
    time = asyncio.get_running_loop().time
    until = give_up_at(seconds)
    while (
        not context.has_id
        and context.consent.analytics is not Choice.DENIED
        and time() + POLL_SECONDS <= until
    ):
        await asyncio.sleep(POLL_SECONDS)
        context = await look(context)
    return context
