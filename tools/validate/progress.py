"""A progress bar for people who wait; nothing for everybody else."""

import sys
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from tools.progress import bar
from tools.validate.source import Source

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
    with bar("{task.fields[payloads]:,} payloads") as shown:
        task = shown.add_task(source.name, total=source.size, payloads=0)
        for count, item in enumerate(items, start=1):
            yield item
            if count % _EVERY == 0:
                # A pipe does not know where it is, nor how long it will be.
                at = source.stream.tell() if source.size is not None else 0
                shown.update(task, completed=at, payloads=count)
