"""Every fault, every kind of event, every store: once where it can be known, and the truth kept."""

from pathlib import Path

import pytest

from tests.faults.matrix import DATA_MANAGER_ROWS, ROWS, Row
from tests.faults.play import ending
from tests.stores.conftest import Store


@pytest.mark.parametrize("row", [*ROWS, *DATA_MANAGER_ROWS], ids=str)
def test_it_ends_as_the_matrix_says(row: Row, store: Store, tmp_path: Path) -> None:
    """What GA4 counts, how many copies it got, and what the ledger says of it."""
    assert ending(row, tmp_path, store.open) == row.ending
