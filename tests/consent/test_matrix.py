"""Every row of the consent matrix, on both stores."""

from pathlib import Path

import pytest

from tests.consent.matrix import OF_ONE_EVENT, ROWS
from tests.consent.play import play, shop_in
from tests.support.fast_loop import run_fast
from tests.support.firestore_emulator import DATABASE, address_and_project, tell_address


@pytest.mark.parametrize(
    ("row", "store"),
    [
        # What one event says of itself is read before any store is asked.
        *((row, "sqlite") for row in ROWS),
        *((row, "firestore") for row in ROWS if row not in OF_ONE_EVENT),
    ],
)
def test_what_leaves_is_what_nobody_denied(
    row: str, store: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Whoever says it, by whichever event and under whichever reference."""
    settings = {}
    if store == "firestore":
        tell_address(request.getfixturevalue("firestore_emulator"), tmp_path)
        emulator, project = address_and_project(tmp_path)
        settings = {"STORE": f"firestore:{project}/{DATABASE}", "FIRESTORE_EMULATOR_HOST": emulator}
    shop = shop_in(tmp_path, **settings)
    story, sent = ROWS[row]

    assert run_fast(play(shop, story)) == list(sent)
