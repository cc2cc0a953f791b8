"""Plain English: no sentence over 30 words, and no word that has a plainer one."""

import re
from pathlib import Path
from typing import Final

from tests.docs.pages import name_of, pages, text_of
from tests.docs.words import docstrings, hard, messages, sentences, sentences_of, too_long
from tests.support.places import ROOT
from tests.support.rows import every

PAGES: Final = [name_of(page) for page in pages()]
SOURCES: Final = [
    path for top in ("shared", "functions", "tools") for path in sorted((ROOT / top).rglob("*.py"))
]
# Marks in the store and a list of names: they are no sentences.
STORED: Final = {"shared/delivery/known_payments.py": {"told by"}}
LISTS: Final = {"shared/ga4/recommended.py"}


@every("name", PAGES)
def test_a_page_is_read_once(name: str) -> None:
    """Short sentences, and words that a reader knows who learned English late."""
    found = list(sentences(text_of(name)))

    assert too_long(iter(found)) == []
    assert hard(iter(found)) == []


@every("name", PAGES)
def test_a_page_begins_with_what_it_is_for(name: str) -> None:
    """A sentence comes first: before code, a table, a list or a heading, but that of a context."""
    text = re.sub(r"^(\*\*Status:\*\*.*|## Context)\n\n", "", text_of(name), flags=re.MULTILINE)
    first = text.split("\n\n")[1]

    assert not first.startswith(("```", "|", "#", "- ", "1. ", "<"))
    assert list(sentences(first))


def test_what_programs_say_is_read_once() -> None:
    """Errors, findings, reasons and help."""
    wrong = []
    for path in SOURCES:
        name = path.relative_to(ROOT).as_posix()
        said = [each for each in messages(path) if each.strip() not in STORED.get(name, set())]
        long = [] if name in LISTS else too_long(iter(said))
        wrong += [f"{name}: {each}" for each in (*long, *hard(iter(said)))]

    assert wrong == []


def test_the_first_sentences_of_docstrings_are_read_once() -> None:
    """Each says what the thing does."""
    wrong = [
        f"{path.relative_to(ROOT)}: {each}"
        for path in SOURCES
        for each in (*too_long(docstrings(path)), *hard(docstrings(path)))
    ]

    assert wrong == []


def test_the_check_sees_what_it_looks_for(tmp_path: Path) -> None:
    """A long sentence in prose, a list and a cell; a hard word in an error; no code."""
    long = " ".join(["word"] * 31)
    page = f"{long}.\n\n- {long}\n\n| a | {long} |\n\n```sh\n{long}\n```\n\n`{long}`"
    assert len(too_long(sentences(page))) == 3
    assert too_long(sentences_of(f"{'word ' * 20}. {'Word ' * 20}.")) == []
    source = tmp_path / "said.py"
    source.write_text('raise ValueError("ask whoever may read the key")\n"no message told"\n')
    assert [each.partition(" (")[0] for each in hard(messages(source))] == ["whoever"]


def test_enough_is_looked_at() -> None:
    """So that a change of the splitter does not pass everything by."""
    assert sum(len(list(sentences(text_of(name)))) for name in PAGES) > 8_000
    assert sum(len(list(messages(path))) for path in SOURCES) > 1_500
