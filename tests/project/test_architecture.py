"""The map of the code names what is there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.support.places import ROOT

MAP: Final = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
_NAMED: Final = re.compile(r"`([\w<>./-]+(?:\.\w+|/))`")


def named() -> Iterator[str]:
    """Yield each file and folder the map names, as a pattern from the root.

    A name without a folder lies beside the one before it in the same cell: a cell names a folder
    once. Without one before it, it is a file that every provider has.
    """
    for line in MAP.splitlines():
        for cell in line.split("|"):
            folder = "shared/providers/*"
            for name in _NAMED.findall(cell):
                whole = name.rstrip("/")
                if "/" in whole:
                    folder = str(Path(whole) if name.endswith("/") else Path(whole).parent)
                elif not (ROOT / whole).exists():
                    beside = Path(folder)
                    in_parent = name.endswith("/") and not (ROOT / beside / whole).exists()
                    whole = str((beside.parent if in_parent else beside) / whole)
                yield re.sub(r"<\w+>", "*", whole)


def test_every_file_it_names_is_there() -> None:
    """Whoever follows the map arrives."""
    patterns = list(named())
    missing = [pattern for pattern in patterns if not any(ROOT.glob(pattern))]

    assert len(patterns) > 50
    assert missing == []


def test_a_file_that_every_provider_has_is_in_each() -> None:
    """Where the map says `mapping.py`, it means every provider's."""
    providers = [path for path in (ROOT / "shared/providers").iterdir() if path.is_dir()]
    folders = [path for path in providers if path.name != "__pycache__"]

    assert "the provider's `mapping.py`" in MAP
    assert [path.name for path in folders if not (path / "mapping.py").is_file()] == []
