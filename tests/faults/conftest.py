"""The stores that the faults are tried on, and the local GA4 for processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.domain.sink import Sink
from tests.faults.deployment import Deployment
from tests.functions.running import GA4
from tests.stores.conftest import Store, store, store_name
from tests.support.firestore_emulator import DATABASE, address_and_project

__all__ = ["store", "store_name"]


@pytest.fixture(scope="module")
def ga4(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GA4]:
    """The local GA4."""
    with GA4(tmp_path_factory.mktemp("ga4")) as process:
        yield process


@pytest.fixture
def sink() -> Sink:
    """Which API is sent by; a module may have another answer."""
    return Sink.MEASUREMENT_PROTOCOL


@pytest.fixture
def deployment(ga4: GA4, store_name: str, store: Store, sink: Sink, tmp_path: Path) -> Deployment:
    """Where instances come and go, on a store they share; GA4 has heard of nothing."""
    ga4.forget()
    if store_name == "sqlite":
        settings = {"STORE": f"sqlite:{tmp_path}/store.sqlite"}
    else:
        emulator, project = address_and_project(tmp_path)
        settings = {
            "STORE": f"firestore:{project}/{DATABASE}",
            "FIRESTORE_EMULATOR_HOST": emulator,
        }
    return Deployment(tmp_path, settings, store.open, sink)
