"""How far a run came: a small file beside the input, from which the next run goes on."""

import os
from contextlib import suppress
from pathlib import Path

import msgspec

from tools.errors import FailedError, UsageError


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far every row is known to be published or rejected.

    Attributes:
        size: The input's size: another one is another input.
        digest: The digest of its beginning, likewise.
        purpose: A digest of what else the run was asked: type, topic, mapping.
        offset: The byte after the last row that is settled.
        line: The line that begins there.
        published: How many rows are published so far.
        rejected: How many are rejected.
        rejects_bytes: How long the rejects file is.
    """

    size: int
    digest: str
    purpose: str
    offset: int = 0
    line: int = 1
    published: int = 0
    rejected: int = 0
    rejects_bytes: int = 0


def journal_of(source: Path) -> Path:
    """Return where the journal of an input is."""
    return source.with_name(source.name + ".progress")


def write(path: Path, progress: Progress) -> None:
    """Write a journal: whole, or as it was before.

    Raises:
        FailedError: It cannot be written.
    """
    draft = path.with_name(path.name + ".new")
    try:
        with draft.open("wb") as file:
            file.write(msgspec.json.encode(progress))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FailedError(f"{path} cannot be written ({reason})") from None


def resumed(path: Path, start: Progress) -> Progress:
    """Return how far the run came that is to be gone on with; the start, if there was none.

    Args:
        path: The journal.
        start: This run, before its first row.

    Raises:
        UsageError: The journal is of another input or of another purpose, or unreadable.
    """
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Progress)
    except FileNotFoundError:
        return start
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        raise UsageError(f"{path} cannot be read; without --resume the run starts again") from None
    if (found.size, found.digest) != (start.size, start.digest):
        raise UsageError(f"--resume: the input is not what {path} is about: it has changed")
    if found.purpose != start.purpose:
        raise UsageError(f"--resume: {path} is about another type, topic or mapping")
    return found


def forget(path: Path) -> None:
    """Remove a journal, if there is one."""
    with suppress(FileNotFoundError):
        path.unlink()
