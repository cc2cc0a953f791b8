"""What every test starts from: loggers as Python makes them, and repeatable properties."""

import logging
import os
from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

from shared.observability.log import LOGGER, SILENCED
from tests.support.firestore_emulator import firestore_emulator
from tests.support.places import ROOT
from tests.support.pubsub_emulator import pubsub_emulator

__all__ = ["firestore_emulator", "pubsub_emulator"]

settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")

# Files that start processes and wait for them. Last in line, one of them alone would keep a single
# worker busy for a minute while the others have nothing left to do.
_FIRST: Final = (
    "pubsub",
    "faults",
    "tools/demo",
    "browser",
    "functions",
    "tools",
    "stores",
    "google_cloud",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long; the order within a folder stays."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    path = item.path.relative_to(ROOT / "tests").as_posix()
    turns = (turn for turn, folder in enumerate(_FIRST) if path.startswith(f"{folder}/"))
    return next(turns, len(_FIRST))


@pytest.fixture(autouse=True)
def _loggers_as_found() -> Iterator[None]:
    """Undo what `configure()` does to loggers: a process does it once, tests many times."""
    loggers = [LOGGER, *map(logging.getLogger, SILENCED)]
    found = [(x.level, x.disabled, x.propagate, list(x.handlers)) for x in loggers]
    yield
    for logger, (level, disabled, propagate, handlers) in zip(loggers, found, strict=True):
        logger.setLevel(level)
        logger.disabled, logger.propagate = disabled, propagate
        logger.handlers[:] = handlers
