"""Every page of the documentation, and what stands in it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tests.support.places import ROOT

FENCE: Final = re.compile(r"^( *)```([\w.]*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_INLINE: Final = re.compile(r"``?([^`\n]+)``?")


class Block(NamedTuple):
    """A code block.

    Attributes:
        page: Where it stands, from the repository's root.
        line: Its first line there.
        kind: What it is, as its fence says.
        text: What is in it, without the indentation of its fence.
    """

    page: str
    line: int
    kind: str
    text: str

    @property
    def place(self) -> str:
        """Say where it stands."""
        return f"{self.page}:{self.line}"


def pages(root: Path = ROOT) -> Iterator[Path]:
    """Yield each page that a reader may open: no template, no package of somebody else."""
    yield from sorted(root.glob("*.md"))
    for folder in ("docs", "terraform", "browser"):
        for path in sorted((root / folder).rglob("*.md")):
            if not {"node_modules", ".terraform"} & set(path.parts):
                yield path


def name_of(page: Path) -> str:
    """Return a page's path from the repository's root."""
    return page.relative_to(ROOT).as_posix()


def text_of(name: str) -> str:
    """Return a page."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks() -> Iterator[Block]:
    """Yield each code block of every page."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        for fence in FENCE.finditer(text):
            indent, kind, body = fence.groups()
            own = re.sub(rf"^{indent}", "", body, flags=re.MULTILINE)
            yield Block(name_of(page), text.count("\n", 0, fence.start()) + 2, kind, own)


def prose(text: str) -> str:
    """Return a page without its code blocks and comments."""
    return re.sub(r"<!--.*?-->", "", FENCE.sub("", text), flags=re.DOTALL)


def code_words(text: str) -> Iterator[str]:
    """Yield each piece of code in a page's prose."""
    yield from _INLINE.findall(prose(text))
