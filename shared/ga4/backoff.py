"""When the next request may leave: after a failure, and while GA4 wants to be left alone."""

import asyncio
import random
from typing import Final

_BACKOFF_SECONDS: Final = 0.15


class Backoff:
    """What one process waits before it asks GA4 again; every delivery of it waits alike."""

    def __init__(self) -> None:
        self._resume_at = 0.0

    @property
    def seconds(self) -> float | None:
        """How long GA4 still wants to be left alone; None when it does not."""
        left = self._resume_at - asyncio.get_running_loop().time()
        return left if left > 0 else None

    def wanted(self, seconds: float) -> None:
        """Put down that GA4 wants to be left alone for so long."""
        resume_at = asyncio.get_running_loop().time() + seconds
        self._resume_at = max(self._resume_at, resume_at)

    async def over(self, *, before: float, attempt: int) -> bool:
        """Wait until a request may leave, or tell at once that it is too late for that.

        Args:
            before: The loop's time at which it is too late.
            attempt: The how-manieth attempt it will be; the first waits only for GA4's word.
        """
        now = asyncio.get_running_loop().time()
        backoff = _BACKOFF_SECONDS * 2 ** (attempt - 2) if attempt > 1 else 0.0
        wait = max(backoff, self._resume_at - now)
        if wait > 0:
            # Who waits for one moment is spread over it, and over a little more.
            wait *= random.uniform(1, 1.5)  # noqa: S311 - jitter
        if now + wait >= before:
            return False
        if wait > 0:
            await asyncio.sleep(wait)
        return True
