"""Deliveries with random faults at fixed seeds: the books balance, and memory is flat."""

from pathlib import Path

import pytest

from tests.faults.soak import soak
from tests.stores.conftest import Store

_MAY_GROW_KIB = 16 * 1024
# An emulator takes milliseconds where a file takes none.
SHORT = {"sqlite": 500, "firestore": 300}
LONG = {"sqlite": 20_000, "firestore": 4_000}


def test_the_books_balance(store_name: str, store: Store, tmp_path: Path) -> None:
    """In a few hundred deliveries."""
    books = soak(1, SHORT[store_name], tmp_path, store.open)

    assert books.wrong == []
    assert sum(books.faults.values()) > SHORT[store_name] // 10


@pytest.mark.soak
def test_the_books_balance_for_long(
    store_name: str, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In thousands; and the process holds no more at the end than near the beginning."""
    books = soak(2, LONG[store_name], tmp_path, store.open)

    with capsys.disabled():
        print(f"\n{store_name}: {books}")  # noqa: T201 - what `make test-soak` shows
    assert books.wrong == []
    assert books.growth_kib < _MAY_GROW_KIB
