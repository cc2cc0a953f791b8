"""How hard a text is to read: sentences that are too long, and words that have a plainer one."""

import ast
import functools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tests.docs.pages import prose

MOST_WORDS: Final = 30
PLAINER: Final = {
    "amiss": "wrong",
    "anew": "again",
    "aught": "anything",
    "laid aside": "dead-lettered",
    "lest": "so that … not",
    "manieth": "how many times",
    "mend": "fix",
    "mended": "fixed",
    "mends": "fixes",
    "tell": "say",
    "tells": "says",
    "told": "sent, or said",
    "whoever": "who",
    "whomever": "who",
    "whose it is": "name the owner",
    "whosoever": "who",
    "overtakes": "arrives before",
    "brings it again": "retries",
    "comes again": "is sent again",
    "put away": "dead-lettered",
}
"""A word that readers look up → what to write."""

_HARD: Final = re.compile(
    rf"\b(?:{'|'.join(sorted(map(re.escape, PLAINER), key=len, reverse=True))})\b", re.IGNORECASE
)
_ABBREVIATIONS: Final = re.compile(r"\b(e\.g|i\.e|etc|vs|No|approx)\.")
# On one line, with words between spaces: no query, pattern or list of codes.
_SAID: Final = re.compile(
    r"(?!SELECT|FROM|WITH|CREATE|\s*\(\?|.*\(\?)[^\n]*[a-z,:] [a-z][^\n]* [^\n]*"
)
_ENDS: Final = re.compile(r"(?<=[.!?:;])[\"”')\]]*\s+(?=[A-Z`“\"\[(*0-9])")


def sentences(page: str) -> Iterator[str]:
    """Yield each sentence of a page of Markdown: of its prose, its lists and its tables' cells."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", prose(page))
    text = re.sub(r"<[^>]+>", " ", text)
    text = re.sub(r"^(#+ .*|\s*[-*] |\s*\d+\. |> )", r"\n\n\1", text, flags=re.MULTILINE)
    for paragraph in re.split(r"\n\s*\n|\||^#+ .*$|^---$", text, flags=re.MULTILINE):
        yield from sentences_of(paragraph)


def sentences_of(text: str) -> Iterator[str]:
    """Yield each sentence of a text; code counts as one word."""
    plain = re.sub(r"``?[^`\n]+``?", "CODE", " ".join(text.split())).replace("**", "")
    plain = _ABBREVIATIONS.sub(r"\1", plain)
    yield from (each for each in _ENDS.split(plain) if re.search(r"\w", each))


def too_long(found: Iterable[str]) -> list[str]:
    """Return the sentences that have more than 30 words."""
    return [each for each in found if length(each) > MOST_WORDS]


def length(sentence: str) -> int:
    """Return how many words a sentence has."""
    return len(re.findall(r"[\w'\u2019-]+", sentence))


def hard(found: Iterable[str]) -> list[str]:
    """Return the sentences that have a word with a plainer one, which is named."""
    return [
        f"{word[0]} ({PLAINER[word[0].lower()]}): {each}"
        for each in found
        for word in _HARD.finditer(each)
    ]


@functools.cache
def messages(source: Path) -> tuple[str, ...]:
    """Return each sentence that a program may say: of errors, findings, reasons and help.

    Args:
        source: A file of Python.
    """
    tree = ast.parse(source.read_text(encoding="utf-8"))
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return tuple(
        sentence
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in silent
        and _SAID.fullmatch(node.value)
        for sentence in sentences_of(node.value)
    )


@functools.cache
def docstrings(source: Path) -> tuple[str, ...]:
    """Return the first sentence of each docstring of a file.

    Args:
        source: A file of Python.
    """
    return tuple(
        text.split("\n\n")[0].replace("\n", " ")
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and (text := ast.get_docstring(node))
    )
