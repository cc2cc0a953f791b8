"""A short wait for a context that is being captured right now."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from shared.deadline import give_up_at
from shared.domain.consent import Choice
from shared.domain.context import Context

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
