"""The stores that the faults are tried on, and the local GA4 for processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.stores.sqlite import sqlite_stores
from tests.faults.deployment import Deployment
from tests.functions.running import GA4
from tests.stores.conftest import STORES, Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store."""
    return STORES["sqlite"](tmp_path)


@pytest.fixture(scope="module")
def ga4(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GA4]:
    """The local GA4."""
    with GA4(tmp_path_factory.mktemp("ga4")) as process:
        yield process


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    """Where instances come and go, on a store they share."""
    path = str(tmp_path / "store.sqlite")
    return Deployment(tmp_path, {"STORE": f"sqlite:{path}"}, lambda: sqlite_stores(path))
