"""A whole local stack, as `connectors serve` runs it, for all tests of `connectors trigger`."""

from collections.abc import Iterator

import pytest

from tests.support.local_stack import ServedStack, served


@pytest.fixture(scope="session")
def running() -> Iterator[ServedStack]:
    """The stack of this run."""
    with served() as stack:
        yield stack


@pytest.fixture
def stack(running: ServedStack) -> ServedStack:
    """The stack, with a collector that got nothing yet."""
    running.forget()
    return running
