"""What is generated: blocks of pages, between marks, and whole files."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tools.errors import FailedError

_BEGIN: Final = "<!-- {}: connectors dev {} -->\n"
_END: Final = "<!-- end -->\n"


def insist_on_clone(root: Path, place: Path) -> None:
    """Refuse to write into anything else than a clone of the repository: an installed package too.

    Args:
        root: Where it would be written.
        place: A page or folder that only a clone has.

    Raises:
        FailedError: There is none.
    """
    if not (root / place).exists():
        raise FailedError(f"{root} is no clone of the repository: there is no {place}")


def fill(text: str, command: str, name: str, block: str) -> str:
    """Return a page with one of its blocks made again.

    Args:
        text: The page.
        command: The command of `connectors dev` that writes it.
        name: The block's name.
        block: What is to stand in it.

    Raises:
        FailedError: The page has no place for it.
    """
    begin = _BEGIN.format(name, command)
    before, found, rest = text.partition(begin)
    if not found:
        raise FailedError(f"no page has a place for its block {begin.strip()}")
    return before + begin + block + _END + rest.partition(_END)[2]


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of Markdown.

    Args:
        titles: The columns.
        rows: The cells of each row.
    """
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(_cell(each) for each in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    """Return a text as code, or nothing for an empty one."""
    return f"`{text}`" if text else ""


def write_or_check(root: Path, files: Mapping[Path, str], *, check: bool, otherwise: str) -> int:
    """Write what is generated, or say which file is not as it would be written.

    Args:
        root: The repository.
        files: What each file holds, by its path in the repository.
        check: Whether nothing is written.
        otherwise: What is said of a file that is not as it should be.

    Returns:
        The exit status.
    """
    status = 0
    for path, text in files.items():
        file = root / path
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        if check:
            sys.stdout.write(f"{path} {otherwise}\n")
            status = 1
        else:
            file.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {path}\n")
    return status
