"""One collector for each test."""

from collections.abc import Iterator

import httpx
import pytest

from tests.tools.data_manager.wire import running


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client of a running collector."""
    with running() as found:
        yield found
