"""What the tests of the command line share."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.functions import Function

ROOT = Path(__file__).resolve().parents[2]
STAND_IN = Path(__file__).parent / "stand_in" / "main.py"

Program = Callable[[str], list[str]]


@pytest.fixture
def stand_in() -> Function:
    """A payment webhook that is not ours, so that the stack is tested for itself."""
    return Function("payment_webhook", STAND_IN)


@pytest.fixture
def environ() -> dict[str, str]:
    """The environment of a command started by a test: ours, and the repository importable."""
    settings = ("GA4_", "CONNECTORS_", "STORE", "PAYMENT_PROVIDERS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(settings)}
    return {**kept, "PYTHONPATH": str(ROOT)}


@pytest.fixture
def command() -> list[str]:
    """How the `connectors` command is started."""
    return [sys.executable, "-P", "-m", "tools.cli"]
