"""Running `connectors publish` in the process of the test."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.billing_json import billing_event
from tests.tools.done import Done
from tests.tools.here import run_here

Publish = Callable[..., Done]
NOW = "2026-11-25T04:00:00Z"


@pytest.fixture
def publish(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Publish:
    """Return what runs the command to its end."""
    for name in ("RENEWALS_TOPIC", "PUBSUB_EMULATOR_HOST", "PERSONAL_DATA_EXEMPTIONS"):
        monkeypatch.delenv(name, raising=False)

    def run(file: Path, *arguments: str, **environ: str) -> Done:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        command = ("publish", str(file), "--type", "billing-event", *arguments)
        return run_here(capfd.readouterr, *command)

    return run


def rows(count: int, **fields: Any) -> bytes:  # noqa: ANN401 - JSON
    """Return purchases as JSON lines."""
    made = (
        billing_event(**{"event_id": f"bev_{n}", "transaction_id": f"ORD-{n}", **fields})
        for n in range(count)
    )
    return b"".join(json.dumps(row).encode() + b"\n" for row in made)
