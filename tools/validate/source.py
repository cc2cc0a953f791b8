"""Where payloads come from, a file or standard input, and how far the reading is."""

import io
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from tools.errors import UsageError
from tools.input_file import BUFFER_BYTES, open_input
from tools.progress import bar

T = TypeVar("T")

STANDARD_INPUT: Final = "-"
_EVERY: Final = 500  # payloads: some thirty times a second


class Source(NamedTuple):
    """An input that is open.

    Attributes:
        stream: Its bytes.
        name: What to call it.
        size: How many bytes it has; None where that cannot be known, as with a pipe.
    """

    stream: io.BufferedReader
    name: str
    size: int | None

    @property
    def live(self) -> bool:
        """Whether somebody may be waiting for each answer before asking on."""
        return self.size is None


@contextmanager
def opened(file: str) -> Iterator[Source]:
    """Open an input for as long as the block runs.

    Args:
        file: A path, or `-` for standard input.

    Raises:
        UsageError: If it cannot be opened.
    """
    with _standard_input() if file == STANDARD_INPUT else _file(file) as stream:
        status = os.fstat(stream.fileno())
        regular = stat.S_ISREG(status.st_mode)
        name = "standard input" if file == STANDARD_INPUT else file
        yield Source(stream, name, status.st_size if regular else None)


def _standard_input() -> io.BufferedReader:
    try:
        # Opened again: Python's own buffer is small, and standard input is not ours to close.
        return io.BufferedReader(io.FileIO(sys.stdin.fileno(), closefd=False), BUFFER_BYTES)
    except (AttributeError, OSError):
        raise UsageError("standard input is closed") from None


def _file(file: str) -> io.BufferedReader:
    if file.startswith("-") and not Path(file).exists():
        raise UsageError(f"{file} is no option, and no file to read (No such file or directory)")
    return open_input(file)


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
