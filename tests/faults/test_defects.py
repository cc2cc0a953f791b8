"""The matrix finds what it is there to find: three deliberate defects, each must make it fail."""

from pathlib import Path

import pytest

from tests.faults.defects import DEFECTS
from tests.faults.matrix import ROWS, Row
from tests.faults.play import ending
from tests.stores.conftest import Store

# Which rows each defect breaks, whatever the timing: that it is found needs no more rows played.
FOUND_BY = {
    "mark before send": ("killed after settle", "GA4 refuses connections"),
    "no lease": ("10 copies, slow GA4",),
    "dedupe on delivery id only": ("nothing",),
}
BROKEN = [(defect, row) for defect, names in FOUND_BY.items() for row in ROWS if row.name in names]


@pytest.mark.parametrize(("defect", "row"), BROKEN, ids=str)
def test_a_defect_breaks_the_row(defect: str, row: Row, store: Store, tmp_path: Path) -> None:
    """With both kinds of event."""
    assert ending(row, tmp_path, store.open, DEFECTS[defect]) != row.ending


def test_every_defect_is_looked_for() -> None:
    """None is forgotten."""
    assert FOUND_BY.keys() == DEFECTS.keys()
