"""What a process writes, passed on byte for byte and listened to on the way."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from subprocess import DEVNULL
from typing import IO, Final

from shared.observability.log import StandardOutput

Heard = Callable[[list[bytes]], object]
"""Takes whole lines, without their line feeds; called in a thread."""


@dataclass(frozen=True)
class Followed:
    """Where a process's output goes, and who listens to it.

    Attributes:
        log: A file, a file descriptor, or `DEVNULL`.
        heard: Takes its lines.
    """

    log: IO[bytes] | int
    heard: Heard


Log = IO[bytes] | int | Followed
"""Where a process's output goes."""

_CHUNK_BYTES: Final = 64 * 1024
_LONGEST_LINE: Final = 256 * 1024
_PATIENCE_SECONDS: Final = 1.0


class FollowedOutput:
    """Passes on what a process writes, in a thread, until nobody can write any more.

    What is slow to read slows the process down, as it does without anybody between them.

    Args:
        source: The end of a pipe that the process writes to.
        followed: Where it is passed on to, and who listens.
    """

    def __init__(self, source: IO[bytes], followed: Followed) -> None:
        log = followed.log
        descriptor = log if isinstance(log, int) else log.fileno()
        # A descriptor of its own: the other may be closed first.
        self._log = None if descriptor == DEVNULL else os.dup(descriptor)
        self._source = source
        self._heard = followed.heard
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait until all is passed on, unless nobody takes it."""
        self._thread.join(_PATIENCE_SECONDS)

    def _follow(self) -> None:
        lines = Lines()
        write = None if self._log is None else StandardOutput(self._log)
        with self._source as source:
            while chunk := os.read(source.fileno(), _CHUNK_BYTES):
                if write is not None:
                    write(chunk)
                if whole := lines.of(chunk):
                    self._heard(whole)
        if self._log is not None:
            os.close(self._log)


class Lines:
    """Cuts chunks of bytes into lines; a line that is too long for anybody is left out."""

    def __init__(self) -> None:
        self._rest = b""
        self._is_too_long = False

    def of(self, chunk: bytes) -> list[bytes]:
        """Return the lines that end in a chunk.

        Args:
            chunk: The next bytes.
        """
        *whole, rest = (self._rest + chunk).split(b"\n")
        if whole and self._is_too_long:
            whole, self._is_too_long = whole[1:], False
        if len(rest) > _LONGEST_LINE:
            rest, self._is_too_long = b"", True
        self._rest = rest
        return [line for line in whole if len(line) <= _LONGEST_LINE]
