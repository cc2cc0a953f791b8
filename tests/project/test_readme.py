"""The README is short, and sends the reader on."""

import re
from typing import Final

from tests.docs.pages import FENCE, prose
from tests.support.places import ROOT

README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
_MOST_WORDS: Final = 660


def test_the_readme_is_read_in_three_minutes() -> None:
    """About 600 words: the rest has pages of its own."""
    text = re.sub(r"\]\([^)]*\)|<[^>]*>|[|#*]|---", " ", prose(README))

    assert 400 < len(text.split()) <= _MOST_WORDS


def test_every_file_the_readme_links_to_exists() -> None:
    """No link leads nowhere."""
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README)

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_readme_has_one_diagram_one_picture_and_one_comparison() -> None:
    """In an order that a newcomer needs."""
    kinds = [fence[2] for fence in FENCE.finditer(README)]
    comparison = README.split("| your own handler |")[1].split("\n\n")[0]

    assert kinds.count("mermaid") == 1
    assert README.count("<img ") == 1
    assert len(comparison.strip().splitlines()) == 1 + 6 + 1
    titles = re.findall(r"^## (.*)$", README, re.MULTILINE)
    assert titles == [
        "Try it",
        "Why",
        "Quickstart",
        "Deploy",
        "What it does not do",
        "Documentation",
        "Status",
    ]
