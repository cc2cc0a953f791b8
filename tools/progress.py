"""How far long work is, for people who wait at a terminal; nothing for everybody else.

`rich` is imported where there is somebody to see it: a run without a terminal needs none.
"""

import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress

T = TypeVar("T")
Show = Callable[[int, int], None]
"""Takes the offset a run has come to, and how many rows that were."""

_SECONDS: Final = 0.2


def watched_days(days: Sequence[T]) -> Iterator[T]:
    """Yield days, and show how many are done where standard error is a terminal.

    Args:
        days: What is worked through.
    """
    if not sys.stderr.isatty():
        yield from days
        return
    from rich.progress import track  # noqa: PLC0415

    from tools.terminal import Terminal  # noqa: PLC0415

    yield from track(
        days, description="days", console=Terminal(stderr=True), transient=True, total=len(days)
    )


async def watched_entries(entries: AsyncIterator[T]) -> AsyncIterator[T]:
    """Yield entries, and show how many were looked at where standard error is a terminal.

    Args:
        entries: What is worked through; nobody knows how many there will be.
    """
    if not sys.stderr.isatty():
        async for entry in entries:
            yield entry
        return
    from tools.terminal import Terminal  # noqa: PLC0415

    with Terminal(stderr=True).status("entries") as status:
        count = 0
        async for entry in entries:
            count += 1
            status.update(f"{count:,} entries")
            yield entry


@contextmanager
def shown_rows(name: str, *, begin: int, end: int) -> Iterator[Show]:
    """Yield what takes how far the run is; it shows rate and remaining time as well.

    Args:
        name: What to call the input.
        begin: The offset where the run begins.
        end: The offset where it will have ended.
    """
    if not sys.stderr.isatty():
        yield lambda _offset, _rows: None
        return
    with bar("{task.fields[rows]:,} rows, {task.fields[rate]:,.0f}/s") as shown:
        task = shown.add_task(name, total=end - begin, rows=0, rate=0.0)
        started = last = time.monotonic()

        def show(at: int, rows: int) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= _SECONDS:
                last = now
                shown.update(task, completed=at - begin, rows=rows, rate=rows / (now - started))

        yield show


def bar(counted: str) -> "Progress":
    """Return a bar on standard error that leaves nothing behind.

    Args:
        counted: What is said behind it, with the task's own fields.
    """
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    from tools.terminal import Terminal  # noqa: PLC0415

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn(counted),
        TimeRemainingColumn(),
        console=Terminal(stderr=True),
        transient=True,
    )
