"""Running the command, and payloads to run it on."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.forks import run_connectors
from tests.tools.done import Done
from tests.tools.here import run_here

GOOD = {
    "client_id": "1170316824.1700000000",
    "events": [{"name": "tutorial_begin", "params": {}}],
}
ADVISED = {**GOOD, "client_id": "abc"}
BAD = {**GOOD, "events": [{"name": "not a name", "params": {}}]}
VERDICTS = {"ok": GOOD, "advice": ADVISED, "error": BAD}


@dataclass(frozen=True)
class Validate:
    """Runs `connectors validate`.

    Attributes:
        command: How the command is started.
        environ: What it finds in its environment.
    """

    command: list[str]
    environ: dict[str, str]

    def __call__(self, *arguments: str, given: bytes = b"", **environ: str) -> Done:
        """Run it to its end on what is given to its standard input."""
        whole = {**self.environ, **environ}
        return run_connectors("validate", *arguments, environ=whole, given=given)


@dataclass(frozen=True)
class ValidateHere:
    """Runs the same command in the process of the test: for tables, which need no process each.

    Attributes:
        patch: Undoes what a run changes.
        folder: Where what is given lies.
        captured: What was printed.
    """

    patch: pytest.MonkeyPatch
    folder: Path
    captured: Callable[[], tuple[str, str]]

    def __call__(self, *arguments: str, given: bytes = b"", **environ: str) -> Done:
        """Run it to its end on a file with what is given."""
        file = self.folder / "given"
        file.write_bytes(given)
        for name in ("GA4_API_SECRET", "GA4_MEASUREMENT_ID"):
            self.patch.delenv(name, raising=False)
        for name, value in environ.items():
            self.patch.setenv(name, value)
        return run_here(self.captured, "validate", *arguments, str(file))


def lines(*payloads: object) -> bytes:
    """Payloads as JSON lines."""
    return b"".join(json.dumps(payload).encode() + b"\n" for payload in payloads)
