"""Deliveries with random faults at fixed seeds: the books balance, and memory is flat."""

from pathlib import Path

import pytest

from shared.domain.sink import Sink
from tests.faults.soak import soak
from tests.stores.conftest import Store

_MAY_GROW_KIB = 16 * 1024
# An emulator takes milliseconds where a file takes none.
SHORT = {"sqlite": 500, "firestore": 300}
LONG = {"sqlite": 20_000, "firestore": 4_000}
# By the Data Manager API an instance lets a fifth of a second pass between two requests.
LONG_BY_DATA_MANAGER = 5_000


@pytest.mark.parametrize("sink", list(Sink))
def test_the_books_balance(store_name: str, store: Store, tmp_path: Path, sink: Sink) -> None:
    """In a few hundred deliveries."""
    books = soak(1, SHORT[store_name], tmp_path, store.open, sink)

    assert books.wrong == []
    assert sum(books.faults.values()) > SHORT[store_name] // 10


@pytest.mark.soak
@pytest.mark.parametrize("sink", list(Sink))
def test_the_books_balance_for_long(
    store_name: str, store: Store, tmp_path: Path, sink: Sink, capsys: pytest.CaptureFixture[str]
) -> None:
    """In thousands; and the process holds no more at the end than near the beginning."""
    deliveries = LONG[store_name]
    if sink is Sink.DATA_MANAGER:
        deliveries = min(deliveries, LONG_BY_DATA_MANAGER)
    books = soak(2, deliveries, tmp_path, store.open, sink)

    with capsys.disabled():
        print(f"\n{store_name}, {sink}: {books}")  # noqa: T201 - what `make test-soak` shows
    assert books.wrong == []
    assert books.growth_kib < _MAY_GROW_KIB
