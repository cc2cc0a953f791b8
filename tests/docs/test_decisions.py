"""Decisions: one form, one index, and no number that nobody explains."""

import re
from pathlib import Path
from typing import Final

from tests.docs.pages import text_of
from tests.support.places import ROOT
from tests.support.rows import every

FILES: Final = sorted((ROOT / "docs/decisions").glob("0*.md"))
INDEX: Final = text_of("docs/decisions/README.md")


@every("path", FILES, ids=lambda path: str(path.name))
def test_a_decision_has_the_form_of_all(path: Path) -> None:
    """Its number in its title, its status with the day, and what was decided after its context."""
    text = path.read_text(encoding="utf-8")

    assert text.startswith(f"# {int(path.name[:4])}. ")
    assert re.search(r"^\*\*Status:\*\* \w+, \d{4}-\d\d-\d\d", text, re.MULTILINE)
    sections = re.findall(r"^## (.*)$", text, re.MULTILINE)
    order = [each for each in sections if each in ("Context", "Decision", "Consequences")]
    assert order == [each for each in ("Context", "Decision", "Consequences") if each in sections]


@every("path", FILES, ids=lambda path: str(path.name))
def test_the_index_has_it_once_under_its_own_title(path: Path) -> None:
    """So that a reader finds it by its words."""
    title = path.read_text(encoding="utf-8").split("\n")[0].removeprefix("# ")

    assert INDEX.count(f"]({path.name})") == 1
    assert f"[{title}]({path.name})" in INDEX


def test_every_number_is_used_once_and_gaps_are_named() -> None:
    """From 1 to the newest."""
    numbers = [int(path.name[:4]) for path in FILES]
    missing = sorted(set(range(1, max(numbers) + 1)) - set(numbers))

    assert len(numbers) == len(set(numbers))
    (named,) = re.findall(r"There are no decisions ([\d,\sand]+)", INDEX)
    assert [int(each) for each in re.findall(r"\d+", named)] == missing
