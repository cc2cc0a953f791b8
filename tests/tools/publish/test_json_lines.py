"""Rows of JSON lines: which there are, where each ends, and that reading can go on anywhere."""

from pathlib import Path

import pytest

from tools.errors import UsageError
from tools.publish.rows import Row, json_lines
from tools.publish.source import LONGEST_ROW, opened


def read(path: Path, offset: int = 0, line: int = 1) -> list[Row]:
    """Return the rows of a file."""
    with opened(str(path)) as source:
        return list(json_lines(source, offset=offset, line=line))


def test_each_line_is_a_row(tmp_path: Path) -> None:
    """Byte order mark, CR LF, blank lines and a missing last line end belong to the file."""
    file = tmp_path / "rows"
    file.write_bytes(b'\xef\xbb\xbf{"a":1}\r\n\n  \n {"b":2}')

    assert [(row.line, row.body) for row in read(file)] == [(1, b'{"a":1}'), (4, b'{"b":2}')]


def test_a_line_without_an_end_in_sight_is_told_of_and_passed(tmp_path: Path) -> None:
    """It is never held whole."""
    file = tmp_path / "rows"
    file.write_bytes(b"x" * (3 * LONGEST_ROW) + b'\n{"b":2}\n')
    too_long, following = read(file)

    assert too_long.problem == ("body", f"longer than {LONGEST_ROW} bytes")
    assert (following.line, following.body) == (2, b'{"b":2}')


def test_reading_goes_on_after_any_row(tmp_path: Path) -> None:
    """From where a row ends come exactly the rows below it, with their lines."""
    file = tmp_path / "rows"
    file.write_bytes(b'\xef\xbb\xbf{"a":1}\r\n\n{"b":2}\n' + b"x" * (LONGEST_ROW + 9) + b"\n[]\n{}")
    whole = read(file)

    assert len(whole) == 5
    for place, row in enumerate(whole, start=1):
        assert read(file, row.end, row.end_line) == whole[place:]


@pytest.mark.parametrize("name", ["nothing", "", "\0"])
def test_what_is_no_file_is_wrong_usage(tmp_path: Path, name: str) -> None:
    """Neither what is not there nor a folder can be read."""
    with pytest.raises(UsageError), opened(f"{tmp_path}/{name}"):
        pass


def test_a_pipe_is_wrong_usage() -> None:
    """Of a pipe nothing can be read again."""
    with pytest.raises(UsageError, match="no regular file"), opened("/dev/null"):
        pass
