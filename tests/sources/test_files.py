"""Costs and customers in files: CSV, JSON lines, SQLite."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from shared.errors import MisconfiguredError
from shared.sources.protocol import Source
from shared.sources.sqlite_table import SqliteTable
from shared.sources.table_file import TableFile, csv_rows, json_rows
from tests.support.loop import in_a_loop

Make = Callable[[Path], Source]


def csv_file(folder: Path) -> Source:
    """Return a catalogue as a spreadsheet saves it, with its byte order mark."""
    path = folder / "costs.csv"
    path.write_text(
        "item_id,unit_cost,currency\nmug,4.10,EUR\nmug,4.50,USD\n,1,EUR\n", encoding="utf-8-sig"
    )
    return TableFile(str(path), "item_id", "CATALOGUE", csv_rows)


def json_file(folder: Path) -> Source:
    """Return the same as JSON lines."""
    path = folder / "costs.jsonl"
    path.write_text(
        '{"item_id": "mug", "unit_cost": 4.10, "currency": "EUR", "tags": ["x"], "sold": null}\n'
        '\n{"item_id": "mug", "unit_cost": "4.50", "currency": "USD"}\n'
    )
    return TableFile(str(path), "item_id", "CATALOGUE", json_rows)


def sqlite_file(folder: Path) -> Source:
    """Return the same as a table."""
    path = folder / "costs with space.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE catalogue (item_id TEXT, unit_cost TEXT, currency TEXT)")
        rows = [("mug", "4.10", "EUR"), ("mug", "4.50", "USD"), (None, "1", "EUR")]
        connection.executemany("INSERT INTO catalogue VALUES (?, ?, ?)", rows)
    return SqliteTable(str(path), "catalogue", "item_id", "CATALOGUE")


@pytest.mark.parametrize("make", [csv_file, json_file, sqlite_file])
@in_a_loop
async def test_rows_are_found_by_their_key(make: Make, tmp_path: Path) -> None:
    """Every row of it, digits as they are written; an unknown key has none."""
    source = make(tmp_path)
    found = await source.rows(["mug", "tea", "mug", "x' OR 1=1"])
    await source.close()

    assert [row["unit_cost"] for row in found["mug"]] == ["4.10", "4.50"]
    assert [row["currency"] for row in found["mug"]] == ["EUR", "USD"]
    assert set(found) == {"mug"}


@pytest.mark.parametrize("make", [csv_file, json_file, sqlite_file])
@in_a_loop
async def test_a_file_that_is_not_there_is_a_wrong_setting(make: Make, tmp_path: Path) -> None:
    """Named by the setting, and never by its path."""
    source = make(tmp_path)
    for path in list(tmp_path.iterdir()):  # noqa: ASYNC240 - a test
        path.unlink()

    with pytest.raises(MisconfiguredError, match=r"^CATALOGUE: ") as caught:
        await source.rows(["mug"])
    assert str(tmp_path) not in str(caught.value)


@in_a_loop
async def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    """A nightly export replaces it while the function runs."""
    source = csv_file(tmp_path)
    await source.rows(["tea"])
    path = tmp_path / "costs.csv"
    path.write_text("item_id,unit_cost,currency\ntea,1,EUR\n")
    os.utime(path, (1, 1))

    assert "tea" in await source.rows(["tea"])


@pytest.mark.parametrize(
    ("name", "content", "make"),
    [
        ("costs.csv", b'item_id,unit_cost\n"mug,1\n', csv_file),
        ("costs.csv", b"item_id\n\xff\xfe\n", csv_file),
        ("costs.jsonl", b'{"item_id": "mug"', json_file),
        ("costs.jsonl", b"[]", json_file),
    ],
)
@in_a_loop
async def test_a_file_that_cannot_be_read_is_a_wrong_setting(
    name: str, content: bytes, make: Make, tmp_path: Path
) -> None:
    """Nothing of it is repeated."""
    source = make(tmp_path)
    (tmp_path / name).write_bytes(content)

    with pytest.raises(MisconfiguredError, match=r"^CATALOGUE: "):
        await source.rows(["mug"])


@in_a_loop
async def test_a_table_is_never_written(tmp_path: Path) -> None:
    """The connection is read-only: a wrong setting makes no file either."""
    missing = tmp_path / "none.sqlite"
    with pytest.raises(MisconfiguredError):
        await SqliteTable(str(missing), "catalogue", "item_id", "CATALOGUE").rows(["mug"])

    assert not missing.exists()


@in_a_loop
async def test_many_keys_are_asked_for_in_parts(tmp_path: Path) -> None:
    """A statement takes only so many parameters."""
    found = await sqlite_file(tmp_path).rows([*(f"x{n}" for n in range(1_200)), "mug"])

    assert len(found["mug"]) == 2
