"""How hard all texts are to read, in figures: `python -m tests.docs.readability [FOLDER]`.

The folder is this repository's, or that of an older commit (`git worktree add FOLDER COMMIT`).
"""

import sys
from pathlib import Path
from typing import Final

from tests.docs.pages import pages
from tests.docs.words import MOST_WORDS, docstrings, hard, length, messages, sentences
from tests.support.places import ROOT

_MANY_WORDS: Final = 20


def main(root: Path) -> None:
    """Print one row for each kind of text.

    Args:
        root: A folder with the repository in it.
    """
    sources = [
        path for top in ("shared", "functions", "tools") for path in (root / top).rglob("*.py")
    ]
    every = list(pages(root))
    decisions = [path for path in every if path.parent.name == "decisions"]
    rows = {
        "README": _of_pages([root / "README.md"]),
        "pages": _of_pages([path for path in every if path not in decisions]),
        "decisions": _of_pages(decisions),
        "messages of programs": [each for source in sources for each in messages(source)],
        "docstrings": [each for source in sources for each in docstrings(source)],
    }
    table = [
        f"| text | sentences | words each | over {_MANY_WORDS} | over {MOST_WORDS} | hard words |",
        "|---|---|---|---|---|---|",
        *(f"| {name} | {_figures(found)} |" for name, found in rows.items()),
    ]
    sys.stdout.write("\n".join(table) + "\n")


def _of_pages(paths: list[Path]) -> list[str]:
    return [each for path in paths for each in sentences(path.read_text(encoding="utf-8"))]


def _figures(found: list[str]) -> str:
    lengths = [length(each) for each in found]
    mean = sum(lengths) / max(1, len(lengths))
    many = sum(each > _MANY_WORDS for each in lengths) / max(1, len(lengths))
    most = sum(each > MOST_WORDS for each in lengths)
    return f"{len(found):,} | {mean:.1f} | {many:.0%} | {most} | {len(hard(iter(found)))}"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else ROOT)
