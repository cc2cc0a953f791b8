"""The fact sheet in its machine-readable form."""

import json
from pathlib import Path
from typing import Any

import pytest

_FACTS = Path(__file__).with_name("mp-rules.json")


@pytest.fixture(scope="session")
def facts() -> dict[str, Any]:
    """The rules as they were compiled from Google's pages."""
    rules: dict[str, Any] = json.loads(_FACTS.read_text(encoding="utf-8"))
    return rules
