"""A progress bar with rate and remaining time for people who wait; nothing for everybody else."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from tools.publish.source import Source

Show = Callable[[int, int], None]
_SECONDS: Final = 0.2


@contextmanager
def progress_bar(source: Source, *, offset: int) -> Iterator[Show]:
    """Yield what is to be told how far the run is: the offset, and how many rows that were.

    Args:
        source: The input.
        offset: Where the run begins.
    """
    if not sys.stderr.isatty():
        yield lambda _offset, _rows: None
        return
    # Imported here: a run without a terminal does not need it.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[rows]:,} rows, {task.fields[rate]:,.0f}/s"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(
            source.path.name, total=source.size - offset, rows=0, rate=0.0, start=True
        )
        started = shown = time.monotonic()

        def show(at: int, rows: int) -> None:
            nonlocal shown
            now = time.monotonic()
            if now - shown < _SECONDS:
                return
            shown = now
            rate = rows / (now - started)
            bar.update(task, completed=at - offset, rows=rows, rate=rate)

        yield show
