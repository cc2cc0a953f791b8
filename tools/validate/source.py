"""Where payloads come from: a file, or standard input."""

import io
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from tools.errors import UsageError

STANDARD_INPUT: Final = "-"
_BUFFER_BYTES: Final = 256 * 1024


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
    with _open(file) as stream:
        status = os.fstat(stream.fileno())
        regular = stat.S_ISREG(status.st_mode)
        name = "standard input" if file == STANDARD_INPUT else file
        yield Source(stream, name, status.st_size if regular else None)


def _open(file: str) -> io.BufferedReader:
    try:
        if file == STANDARD_INPUT:
            # Opened again: Python's own buffer is small, and standard input is not ours to close.
            raw = io.FileIO(sys.stdin.fileno(), closefd=False)
        else:
            raw = io.FileIO(file)
    except AttributeError:
        raise UsageError("standard input is closed") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        if file.startswith("-") and file != STANDARD_INPUT:
            raise UsageError(f"{file} is no option, and no file to read ({reason})") from None
        raise UsageError(f"{file} cannot be read ({reason})") from None
    except ValueError:
        raise UsageError("FILE is not the name of a file") from None  # as one with a zero byte
    return io.BufferedReader(raw, _BUFFER_BYTES)
