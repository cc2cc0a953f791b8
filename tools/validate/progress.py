"""A progress bar for people who wait; nothing for everybody else."""

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, TypeVar

from tools.validate.source import Source

if TYPE_CHECKING:
    from rich.progress import Progress

T = TypeVar("T")

_EVERY: Final = 500  # payloads: some thirty times a second


def watched(items: Iterable[T], source: Source, *, alone: bool) -> Iterator[T]:
    """Yield what is given, and show how far that is where standard error is a terminal.

    Args:
        items: What is read from the source.
        source: The input.
        alone: Whether nothing is printed meanwhile; a bar and lines spoil one another.
    """
    spoilt = sys.stdout.isatty() and not alone
    if spoilt or not sys.stderr.isatty():
        yield from items
        return
    with _bar() as bar:
        task = bar.add_task(source.name, total=source.size, payloads=0)
        for count, item in enumerate(items, start=1):
            yield item
            if count % _EVERY == 0:
                # A pipe does not know where it is, nor how long it will be.
                at = source.stream.tell() if source.size is not None else 0
                bar.update(task, completed=at, payloads=count)


def _bar() -> "Progress":
    # Imported here: a run without a terminal does not need it.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[payloads]:,} payloads"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
