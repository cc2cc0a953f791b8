"""Where things are, found from the repository's own root."""

import os
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
# Material that stays out of the repository lies in a folder beside it.
BESIDE: Final = ROOT.parent / "shared"


def beside(path: str) -> Path:
    """Return a file of the folder beside the repository.

    The test is skipped where it is absent; CI may not be without it.

    Args:
        path: The file, from that folder.
    """
    found = BESIDE / path
    if not found.exists():
        reason = f"{path} is not in the folder beside the repository"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found
