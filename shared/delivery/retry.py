"""Write down what is known: a store that is away for a moment must not make it forgotten."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final

from shared.deadline import give_up_at
from shared.errors import UnavailableError

PATIENCE_SECONDS: Final = 3.0
_PAUSE_SECONDS: Final = 0.1


async def retry_while_unavailable(write: Callable[[], Awaitable[None]]) -> None:
    """Write to the store, again and again while it is out of reach and there is time.

    Args:
        write: Does it; a second time it may find that the first was heard.

    Raises:
        UnavailableError: The store is out of reach to the end.
    """
    clock = asyncio.get_running_loop().time
    until = give_up_at(PATIENCE_SECONDS)
    while True:
        try:
            return await write()
        except UnavailableError:
            pause = _PAUSE_SECONDS * random.uniform(1, 2)  # noqa: S311 - jitter
            if clock() + pause >= until:
                raise
            await asyncio.sleep(pause)
