"""Files that commands read: opened in one place, so that each says the same of a bad one."""

import codecs
import io
import os
import stat
from pathlib import Path
from typing import Final

from tools.errors import UsageError

BUFFER_BYTES: Final = 256 * 1024
# gzip, zip, zstd, bzip2, xz.
_COMPRESSED: Final = (b"\x1f\x8b", b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ")


def open_input(path: str, about: str = "") -> io.BufferedReader:
    """Open a file that has to hold something readable.

    Args:
        path: Where it is.
        about: The option that names it, where that is not plain.

    Raises:
        UsageError: It cannot be opened, is empty or is compressed.
    """
    try:
        stream: io.BufferedReader = io.BufferedReader(io.FileIO(path), BUFFER_BYTES)
    except OSError as error:
        raise unreadable(path, error.strerror or type(error).__name__, about) from None
    except ValueError:
        # A zero byte.
        raise UsageError(f"{about or 'FILE'} is not the name of a file") from None
    status = os.fstat(stream.fileno())
    if not stat.S_ISREG(status.st_mode):
        return stream  # of a pipe nothing can be known before it is read
    problem = "it is empty"
    if status.st_size and not (problem := _compressed(stream.peek(8))):
        return stream
    stream.close()
    raise unreadable(path, problem, about)


def read_text(path: str, about: str = "") -> str:
    """Return the text of a file, without the byte order mark that Windows' editors begin it with.

    Arguments as `open_input`.

    Raises:
        UsageError: As `open_input`, or it is not UTF-8.
    """
    with open_input(path, about) as stream:
        try:
            return stream.read().removeprefix(codecs.BOM_UTF8).decode()
        except UnicodeDecodeError as error:
            problem = f"it is not UTF-8 text: byte {error.start + 1}"
            raise unreadable(path, problem, about) from None


def is_missing(path: str | Path) -> bool:
    """Return whether there is no such file. One in a closed folder may be there: opening says why.

    Args:
        path: Where it would be.
    """
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def unreadable(path: str | Path, reason: str, about: str = "") -> UsageError:
    """Return the error of a file that cannot be read.

    Args:
        path: Where it is.
        reason: Why.
        about: The option that names it, where that is not plain.
    """
    return UsageError(f"{about and f'{about}: '}{path} cannot be read ({reason})")


def _compressed(beginning: bytes) -> str:
    compressed = beginning.startswith(_COMPRESSED)
    return "it is compressed: unpack it first, e.g. with gunzip" if compressed else ""
