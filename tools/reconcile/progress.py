"""A progress bar for people who wait; nothing for everybody else."""

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def watched(days: Sequence[T]) -> Iterator[T]:
    """Yield days, and show how many are done where standard error is a terminal.

    Args:
        days: What is worked through.
    """
    if not sys.stderr.isatty():
        yield from days
        return
    from rich.console import Console  # noqa: PLC0415 - a run without a terminal needs none
    from rich.progress import track  # noqa: PLC0415

    yield from track(
        days, description="days", console=Console(stderr=True), transient=True, total=len(days)
    )
