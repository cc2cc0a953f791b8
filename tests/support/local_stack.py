"""`connectors serve` as a process, for the tests that talk to a whole local stack."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.support.forks import run_connectors
from tests.support.places import ROOT
from tests.tools.done import Done

_SERVE = (sys.executable, "-P", "-m", "tools.cli", "serve", "--json")
_SETTINGS = ("GA4_", "CONNECTORS_", "STORE", "PAYMENT_PROVIDERS")


def clean_environment(**settings: str) -> dict[str, str]:
    """Return our environment without anybody's settings, and with the repository importable."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
    return {**kept, "PYTHONPATH": str(ROOT), **settings}


@dataclass(frozen=True)
class ServedStack:
    """A stack that listens.

    Attributes:
        line: What `serve --json` printed.
        environ: The environment of commands that talk to it.
        log: Where its functions' log lines are.
    """

    line: Mapping[str, Any]
    environ: Mapping[str, str]
    log: Path

    def trigger(self, *arguments: str, collector: bool = True) -> Done:
        """Run `connectors trigger`, at this stack unless `collector` says otherwise."""
        where = ("--collector", self.line["collector"]) if collector else ()
        return run_connectors("trigger", *arguments, *where, environ=self.environ)

    def answers(self, *arguments: str) -> list[dict[str, Any]]:
        """Run `connectors trigger --json`; return its lines."""
        lines: list[dict[str, Any]] = self.trigger(*arguments, "--json").lines
        return lines

    def events(self) -> list[Any]:
        """Return what the collector got, as GA4 requests with their verdicts."""
        found: list[Any] = httpx.get(f"{self.line['collector']}/events").json()
        return found

    def forget(self) -> None:
        """Let the collector forget what it got."""
        httpx.delete(f"{self.line['collector']}/events")

    def sent(self) -> list[dict[str, Any]]:
        """Return the GA4 events that the collector got, oldest first."""
        return [event for request in self.events() for event in request["body"]["events"]]


@contextmanager
def served(*arguments: str, port: int = 0, **settings: str) -> Iterator[ServedStack]:
    """Run `connectors serve` for as long as the block runs.

    Args:
        arguments: Further options of `serve`.
        port: Its first port; 0 for any free ones.
        settings: Settings in its environment.
    """
    environ = clean_environment()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        with log.open("wb") as errors:
            process = subprocess.Popen(  # noqa: S603 - our own command
                [*_SERVE, "--port", str(port), *arguments],
                env={**environ, "TMPDIR": folder, **settings},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line, log.read_text()
            yield ServedStack(json.loads(line), environ, log)
        finally:
            process.terminate()
            process.communicate(timeout=30)
