"""A source file is one noun you can hold in your head."""

from pathlib import Path
from statistics import median

import pytest

from tests.support.places import ROOT

FILES = sorted(path for folder in ("shared", "functions") for path in (ROOT / folder).rglob("*.py"))


def lines(path: Path) -> int:
    """Return how many lines a file has."""
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_longer_than_220_lines(path: Path) -> None:
    """Beyond that it is two nouns."""
    assert lines(path) <= 220


def test_half_of_the_files_have_fewer_than_80_lines() -> None:
    """Design, §9."""
    assert median(map(lines, FILES)) < 80


def test_a_function_folder_holds_only_its_main() -> None:
    """So that the same import line works in the repository and in the deployed zip."""
    folders = [path for path in (ROOT / "functions").iterdir() if path.is_dir()]
    found = {
        path.name
        for folder in folders
        for path in folder.iterdir()
        if path.name != "__pycache__" and folder.name != "__pycache__"
    }

    assert found == {"main.py"}
