"""The layers of the design: import-linter holds them."""

import subprocess
import sys
from pathlib import Path

from tests.support.places import ROOT


def test_every_import_goes_in_the_one_direction() -> None:
    """The contracts stand in pyproject.toml; the report says which import breaks which."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]

    found = subprocess.run(  # noqa: S603 - our own tool
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert found.returncode == 0, found.stdout + found.stderr
    assert " 0 broken." in found.stdout
