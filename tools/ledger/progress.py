"""How far long work is, for people who wait; nothing for everybody else."""

import sys
from collections.abc import AsyncIterator
from typing import TypeVar

T = TypeVar("T")


async def watched(entries: AsyncIterator[T]) -> AsyncIterator[T]:
    """Yield entries, and show how many were looked at where standard error is a terminal.

    Args:
        entries: What is worked through; nobody knows how many there will be.
    """
    if not sys.stderr.isatty():
        async for entry in entries:
            yield entry
        return
    from rich.console import Console  # noqa: PLC0415 - a run without a terminal needs none

    with Console(stderr=True).status("entries") as status:
        count = 0
        async for entry in entries:
            count += 1
            status.update(f"{count:,} entries")
            yield entry
