"""Ends a command's processes and removes its folder when the command ends, however it ends.

`kill -9` and a closed terminal leave a command no time to clean up, so another process does it.
This file is that process: it is run by its path, imports nothing but the standard library, and
reads standard input, a pipe that only the command can write to. The system closes the pipe when
the command is gone. Until then it reads which process groups it has to end, a number a line.
"""

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable
from typing import Final

_GRACE_SECONDS: Final = 5.0
_POLL_SECONDS: Final = 0.02
# They reach every process of a terminal, and this one must outlive the command.
_IGNORED: Final = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)


def clean_up(groups: Iterable[int], folder: str) -> None:
    """End process groups, politely and then not, and remove a folder.

    Args:
        groups: The groups; those that have ended are passed over.
        folder: The folder; it may be gone.
    """
    left = list(groups)
    for way in (signal.SIGTERM, signal.SIGKILL):
        left = [group for group in left if _signal(group, way)]
        give_up_at = time.monotonic() + _GRACE_SECONDS
        while left and time.monotonic() < give_up_at:
            time.sleep(_POLL_SECONDS)
            left = [group for group in left if _signal(group, 0)]
    shutil.rmtree(folder, ignore_errors=True)


def _signal(group: int, number: int) -> bool:
    """Signal a group; return whether it is still there."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS: only zombies are left
        return False
    return True


def _main() -> None:
    for number in _IGNORED:
        signal.signal(number, signal.SIG_IGN)
    clean_up([int(line) for line in sys.stdin], sys.argv[1])


if __name__ == "__main__":
    _main()
