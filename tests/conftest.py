"""What every test starts from: loggers as Python makes them, and repeatable properties."""

import io
import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from shared.observability import log
from tests.support.distribution import (
    pytest_collection_modifyitems,
    pytest_xdist_make_scheduler,
)
from tests.support.firestore_emulator import firestore_emulator
from tests.support.opened_shop import opened, shop
from tests.support.pubsub_emulator import pubsub_emulator

__all__ = [
    "firestore_emulator",
    "opened",
    "pubsub_emulator",
    "pytest_collection_modifyitems",
    "pytest_xdist_make_scheduler",
    "shop",
]

settings.register_profile(
    "local", deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("quick", settings.get_profile("local"), max_examples=15)
settings.register_profile(
    "ci", settings.get_profile("local"), max_examples=150, derandomize=True, print_blob=True
)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")


@pytest.fixture(autouse=True)
def _logging_as_found() -> Iterator[None]:
    """Undo what `configure()` does: a process does it once, tests many times."""
    loggers = [*map(logging.getLogger, log.SILENCED)]
    found = [(x.level, x.disabled, x.propagate, list(x.handlers)) for x in loggers]
    outputs = list(log.OUTPUTS)
    yield
    log.OUTPUTS[:] = outputs
    for logger, (level, disabled, propagate, handlers) in zip(loggers, found, strict=True):
        logger.setLevel(level)
        logger.disabled, logger.propagate = disabled, propagate
        logger.handlers[:] = handlers


@pytest.fixture
def log_lines() -> io.BytesIO:
    """The log lines of the test."""
    output = io.BytesIO()
    log.configure(output.write)
    return output
