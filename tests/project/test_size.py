"""A source file is one idea, whole; a function folder holds only its main.py."""

from tests.support.places import ROOT

_MOST_LINES = 400


def test_no_file_is_longer_than_400_lines() -> None:
    """Beyond that it is two ideas."""
    files = [path for top in ("shared", "functions") for path in (ROOT / top).rglob("*.py")]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}

    assert {path: length for path, length in lengths.items() if length > _MOST_LINES} == {}


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
