"""How a command ends when nobody reads its output any more, as behind `head`."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

EXIT_STATUS: Final = 128 + signal.SIGPIPE
"""141, what a shell says of a program that a closed pipe ended."""


@contextmanager
def quiet_on_closed_pipe() -> Iterator[None]:
    """End the process without a word where the block's output is closed.

    The signal itself is no way: it would end a command in the middle of sending, for a connection
    that a server closed.
    """
    try:
        try:
            yield
        finally:
            sys.stdout.flush()  # what is closed shows here, or when Python ends and complains
    except BrokenPipeError:
        _end()
    except SystemExit as ended:
        # Rich and its tables end the process themselves, with 1, which says that something failed.
        if isinstance(ended.__context__, BrokenPipeError):
            _end()
        raise


def _end() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(EXIT_STATUS)
