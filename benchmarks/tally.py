"""What a server counted, in a file that it and the benchmark map into memory."""

import mmap
import os
from pathlib import Path
from typing import Final

from tools.store_cost import COUNTED

_BYTES: Final = 8
_SIZE: Final = _BYTES * len(COUNTED)


class Tally:
    """One number for each of `COUNTED`; written by one process, read by any.

    Args:
        path: The file; it is made when absent.
    """

    def __init__(self, path: str | Path) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.ftruncate(descriptor, _SIZE)
            self._numbers = memoryview(mmap.mmap(descriptor, _SIZE)).cast("d")
        finally:
            os.close(descriptor)

    def add(self, what: str, more: float) -> None:
        """Count more of something."""
        self._numbers[COUNTED.index(what)] += more

    def numbers(self) -> dict[str, float]:
        """Return everything that was counted so far."""
        return dict(zip(COUNTED, self._numbers, strict=True))
