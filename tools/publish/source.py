"""The input: a file that stays as it is, so that an interrupted run can go on in it."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from tools.errors import UsageError
from tools.input_file import open_input

LONGEST_ROW: Final = 1024 * 1024
_HASHED_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """An open file.

    Attributes:
        path: Where it is.
        stream: Its bytes.
        size: How many there are.
        digest: SHA-256 of the first mebibyte, in hexadecimal.
    """

    path: Path
    stream: BinaryIO
    size: int
    digest: str


@contextmanager
def opened(file: str) -> Iterator[Source]:
    """Open a file for as long as the block runs.

    Args:
        file: Its path.

    Raises:
        UsageError: If it cannot be read, or is no file: of a pipe nothing can be read again.
    """
    with open_input(file) as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise UsageError(f"{file} is no regular file: write it to one, to go on after a break")
        digest = hashlib.sha256(stream.read(_HASHED_BYTES)).hexdigest()
        stream.seek(0)
        yield Source(Path(file), stream, status.st_size, digest)
