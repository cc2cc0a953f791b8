"""A command's output: usable from the start, and quiet where nobody reads it, as behind `head`."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

EXIT_STATUS: Final = 128 + signal.SIGPIPE
"""141, what a shell says of a program that a closed pipe ended."""

_LEAST_COLUMNS: Final = 10  # rich draws nothing sensible in fewer, and never ends with 0


def prepare_output() -> None:
    """Make standard output and standard error usable, however the command was started.

    A shell's `>&-` closes one: what is written there is dropped, as with `>/dev/null`. A width that
    no terminal has, as `COLUMNS=0` of a terminal without a size, is passed over.
    """
    for name, number in (("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, number)
            os.set_inheritable(number, True)  # noqa: FBT003 - as the system has it
            setattr(sys, name, os.fdopen(number, "w", encoding="utf-8", closefd=False))
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) < _LEAST_COLUMNS:
        del os.environ["COLUMNS"]


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


def discard_output() -> None:
    """Drop what standard output still holds: written again at the end, it would fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end() -> None:
    discard_output()
    sys.exit(EXIT_STATUS)
