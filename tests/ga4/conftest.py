"""The fact sheet in its machine-readable form, where it lies beside the repository."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[2]
_FACTS = _ROOT.parent / "shared" / "reference" / "mp-rules.json"


@pytest.fixture(scope="session")
def facts() -> dict[str, Any]:
    """The rules as they were compiled from Google's pages."""
    if not _FACTS.exists():
        message = "mp-rules.json is not beside the repository"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    rules: dict[str, Any] = json.loads(_FACTS.read_text())
    return rules
