"""Files that settings name: that they are there, can be read, and hold what they should."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tools.doctor.finding import Finding, error, ok, warning

_IN_JSON: Final = re.compile(r'"file:([^"]+)"')
_FILE: Final = "file:"
_SQLITE: Final = "sqlite:"
_SQLITE_HEAD: Final = b"SQLite format 3\0"
_TABLES: Final = ("CATALOGUE", "CUSTOMERS")
_ABSENT: Final = "names a file that is not there"
_HEAD_BYTES: Final = 4096


def examine(settings: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is found of the files that settings name.

    Args:
        settings: Names and values.
    """
    for name, value in settings.items():
        yield from secrets(name, value)
    for name in _TABLES:
        scheme, _, place = settings.get(name, "").partition(":")
        if scheme in ("csv", "jsonl", "sqlite"):
            yield from _table(name, Path(place))
    if (store := settings.get("STORE", "")).startswith(_SQLITE):
        yield from _store(Path(store.removeprefix(_SQLITE)))


def secrets(name: str, value: str) -> Iterator[Finding]:
    """Yield what is found of each secret's file that one setting names.

    Args:
        name: The setting.
        value: What it holds: JSON, or references with commas between.
    """
    about = f"setting {name}"
    for path in _secret_files(value):
        head = _head_of(path)
        if isinstance(head, str):
            yield error(about, head, _fix_of(head, "secret"))
        elif not head.strip():
            yield error(about, "names an empty file", "put the secret into it")
        elif path.stat().st_mode & 0o077:
            yield warning(about, "names a file that others may read", "chmod 600 the file")
        else:
            yield ok(about, "its file is there")


def _secret_files(value: str) -> Iterator[Path]:
    if value.startswith(("{", "[")):
        yield from map(Path, _IN_JSON.findall(value))
        return
    for part in map(str.strip, value.split(",")):
        if part.startswith(_FILE):
            yield Path(part.removeprefix(_FILE))


def _table(name: str, path: Path) -> Iterator[Finding]:
    head = _head_of(path)
    if isinstance(head, str):
        yield error(f"setting {name}", head, _fix_of(head, "file"))
    elif not head:
        yield error(f"setting {name}", "names an empty file", "put its rows into it")


def _store(path: Path) -> Iterator[Finding]:
    """Look at the file of `STORE`, which is made where there is none; its folder is not."""
    about = "setting STORE"
    head = _head_of(path)
    if not os.path.isdir(path.parent):  # noqa: PTH112 - of a closed folder, Path raises
        yield error(about, "its folder is not there", f"mkdir -p {path.parent}")
    elif isinstance(head, bytes) and head and not head.startswith(_SQLITE_HEAD):
        says = "names a file that is no SQLite database"
        yield error(about, says, "name another file; it is made where there is none")
    elif isinstance(head, str) and head != _ABSENT:
        yield error(about, head, "name a file that may be read and written")
    elif not os.access(path.parent, os.W_OK | os.X_OK):
        says = "its folder cannot be written, and SQLite keeps files beside the database"
        yield error(about, says, "let the functions' user write it, or name another")


def _fix_of(says: str, what: str) -> str:
    do = f"place the {what}" if says == _ABSENT else "name a file that the functions' user may read"
    return f"{do}, or correct the path"


def _head_of(path: Path) -> bytes | str:
    """Return how a file begins; in words, why that cannot be known."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return "names a folder, not a file"
        if not stat.S_ISREG(mode):
            return "names something that is no file"  # reading a pipe would wait for ever
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return _ABSENT
    except OSError as failure:
        return f"names a file that cannot be read ({failure.strerror})"
    except ValueError:  # a zero byte
        return _ABSENT
