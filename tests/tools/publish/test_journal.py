"""How far a run came."""

from pathlib import Path

import msgspec
import pytest

from tools.errors import UsageError
from tools.publish.journal import Progress, forget, resumed, write

START = Progress(size=9, digest="d", purpose="p")


def test_a_journal_comes_back(tmp_path: Path) -> None:
    """With all it says, and nothing is left beside it."""
    there = msgspec.structs.replace(START, offset=5, line=2, published=1, rejects_bytes=7)
    write(tmp_path / "j", START)
    write(tmp_path / "j", there)

    assert resumed(tmp_path / "j", START) == there
    assert [path.name for path in tmp_path.iterdir()] == ["j"]


def test_without_a_journal_a_run_starts_at_the_start(tmp_path: Path) -> None:
    """So `--resume` can always be given."""
    forget(tmp_path / "j")

    assert resumed(tmp_path / "j", START) == START


@pytest.mark.parametrize("change", [{"size": 10}, {"digest": "e"}, {"purpose": "q"}])
def test_a_journal_of_something_else_is_wrong_usage(tmp_path: Path, change: dict[str, str]) -> None:
    """Its offset would point anywhere."""
    write(tmp_path / "j", START)
    with pytest.raises(UsageError, match="--resume"):
        resumed(tmp_path / "j", msgspec.structs.replace(START, **change))


def test_an_unreadable_journal_is_wrong_usage(tmp_path: Path) -> None:
    """It is named, and what to do."""
    (tmp_path / "j").write_bytes(b"\xff")
    with pytest.raises(UsageError, match="starts again"):
        resumed(tmp_path / "j", START)
