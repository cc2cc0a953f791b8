"""Every `connectors` command of the pages, in blocks and in sentences."""

import re
import shlex
from collections.abc import Iterator
from typing import Final, NamedTuple

from tests.docs.pages import blocks, code_words, name_of, pages

_ENDS: Final = frozenset({"|", "||", "&&", ";", "&", ">", "<", "<<", ">>", ")", "("})
_ASSIGNED: Final = re.compile(r"[A-Z_]+=.*")
_COMMAND: Final = ("connectors", ".venv/bin/connectors")


class Command(NamedTuple):
    """A command.

    Attributes:
        page: The page that shows it.
        words: Its arguments, without the program's name.
        given: The file that it reads as standard input, if any.
        shown: Whether it is shown to be typed: in a block, or alone in the last cell of a row.
    """

    page: str
    words: tuple[str, ...]
    given: str | None = None
    shown: bool = False

    @property
    def text(self) -> str:
        """Return it as one types it."""
        return shlex.join(("connectors", *self.words))


def commands() -> Iterator[Command]:
    """Yield each command once for each page. Changes and decisions say what was."""
    seen = set()
    for command in (*_in_blocks(), *_in_sentences()):
        if command not in seen and not command.page.startswith(("docs/decisions/", "CHANGELOG")):
            seen.add(command)
            yield command


def _in_blocks() -> Iterator[Command]:
    for block in blocks():
        if block.kind == "sh":
            for command in _split(block.page, block.text.replace("\\\n", " ")):
                yield command._replace(shown=True)


def _in_sentences() -> Iterator[Command]:
    for page in pages():
        text = page.read_text(encoding="utf-8")
        last = set(re.findall(r"\| `([^`]+)` \|$", text, re.MULTILINE))
        for code in code_words(text):
            if code.startswith("connectors "):
                for command in _split(name_of(page), code.replace("\\|", "|")):
                    yield command._replace(shown=code in last)


def _split(page: str, text: str) -> Iterator[Command]:
    for line in text.splitlines():
        if "connectors" not in line:
            continue
        words = list(_words(line))
        while words:
            end = next((at for at, word in enumerate(words) if word in _ENDS), len(words))
            part = [word for word in words[:end] if word]
            while part and _ASSIGNED.fullmatch(part[0]):
                part.pop(0)
            given = words[end + 1] if words[end : end + 1] == ["<"] else None
            if part and part[0] in _COMMAND:
                yield Command(page, tuple(part[1:]), given)
            words = words[end + 1 :]


def _words(line: str) -> Iterator[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = "#"
    try:
        yield from lexer
    except ValueError:
        return  # a quotation that goes over several lines holds no command of ours
