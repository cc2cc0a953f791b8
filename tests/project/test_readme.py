"""The README names what the code knows, and nothing the code does not."""

import re

from shared.outcome import Result
from shared.settings import setting_names
from shared.web.responses import STATUS
from tests.support.places import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """Return one section of the README."""
    found = re.search(rf"^## {title}$(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def first_cells(text: str) -> set[str]:
    """Return the code words in the first cell of each row of the section's tables."""
    cells = re.findall(r"^\| (`[^|]*`) \|", text, re.MULTILINE)
    return {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}


def test_every_setting_is_in_the_readme_and_the_reverse() -> None:
    """A setting that is not documented does not exist for a stranger."""
    assert first_cells(section("Settings")) == set(setting_names())


def test_every_answer_is_in_the_readme_and_the_reverse() -> None:
    """Each word an answer can start with is explained."""
    words = {result.value for result in Result} | {word for _, _, word in STATUS} | {"failed"}

    assert first_cells(section("Answers")) == words


def test_every_file_the_readme_links_to_exists() -> None:
    """No link leads nowhere."""
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README)

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_make_target_the_readme_names_exists() -> None:
    """A command that is shown can be run."""
    targets = set(re.findall(r"make ([a-z-]+)", README))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert targets <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
