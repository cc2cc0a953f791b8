"""What the tests of `connectors validate` share."""

from pathlib import Path

import pytest

from tests.tools.validate.running import Validate, ValidateHere


@pytest.fixture
def validate(command: list[str], environ: dict[str, str]) -> Validate:
    """The command, ready to run."""
    return Validate(command, environ)


@pytest.fixture
def validate_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> ValidateHere:
    """The command, ready to run in this process."""
    return ValidateHere(monkeypatch, tmp_path, capsys.readouterr)
