"""Files that another version of the connectors made: refused in words, and left as they are."""

import sqlite3
from pathlib import Path

import pytest

from shared.errors import MisconfiguredError
from shared.stores.sqlite.database import sqlite_stores
from shared.stores.sqlite.schema import VERSION
from tests.support.loop import in_a_loop


def made(path: Path, version: int, *statements: str) -> None:
    """Make a file of a version."""
    connection = sqlite3.connect(path)
    for statement in (*statements, f"PRAGMA user_version = {version}"):
        connection.execute(statement)
    connection.close()


def dumped(path: Path) -> list[str]:
    """Return everything a file holds."""
    connection = sqlite3.connect(path)
    found = [*connection.iterdump()]
    connection.close()
    return found


@pytest.mark.parametrize("version", [0, VERSION - 1, VERSION + 1])
@in_a_loop
async def test_a_file_of_another_version_is_refused_and_kept(tmp_path: Path, version: int) -> None:
    """The setting is named and the fix is said; what the file holds is named nowhere."""
    path = tmp_path / "store.sqlite"
    made(path, version, "CREATE TABLE ledger (jane TEXT)", "INSERT INTO ledger VALUES ('doe')")
    before = dumped(path)
    stores = sqlite_stores(str(path))

    with pytest.raises(MisconfiguredError) as caught:
        await stores.ledger.find("key")
    await stores.close()

    (problem,) = caught.value.problems
    assert problem.startswith("STORE: this file was made by another version of the connectors;")
    assert problem.endswith("choose another file, or remove it")
    assert dumped(path) == before


@in_a_loop
async def test_the_version_is_on_record(tmp_path: Path) -> None:
    """In the file itself; an empty file becomes a store."""
    path = tmp_path / "store.sqlite"
    path.touch()
    stores = sqlite_stores(str(path))
    assert await stores.ledger.find("key") is None
    await stores.close()

    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
    connection.close()
