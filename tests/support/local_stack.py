"""`connectors serve` as a process, for the tests that talk to a whole local stack."""

import json
import os
import random
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.support import loopback
from tests.support.forks import Fork, run_connectors
from tests.support.places import ROOT
from tests.tools.done import Done
from tools.errors import FailedError
from tools.functions import FUNCTIONS
from tools.ports import choose_ports

FORKED: Final = "tests.support.forked_stack:main"
_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.02
_SETTINGS: Final = ("GA4_", "CONNECTORS_", "STORE", "PAYMENT_PROVIDERS")


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
        found: list[Any] = loopback.get(f"{self.line['collector']}/events").json()
        return found

    def forget(self) -> None:
        """Let the collector forget what it got."""
        loopback.delete(f"{self.line['collector']}/events")

    def sent(self) -> list[dict[str, Any]]:
        """Return the GA4 events that the collector got, oldest first."""
        return [event for request in self.events() for event in request["body"]["events"]]


def block_of_ports() -> int:
    """Return the first port of a block that a stack can have, leave, and have once more.

    No other test takes one of them meanwhile: `choose_ports` chooses free ones elsewhere.
    """
    firsts = range(12_000, 19_000, 20)
    for first in random.SystemRandom().sample(firsts, len(firsts)):
        with suppress(FailedError):
            return choose_ports(first, ("collector", *(function.name for function in FUNCTIONS)))[0]
    raise AssertionError("no block of free ports")


@contextmanager
def served(
    *arguments: str, port: int = 0, program: str = FORKED, **settings: str
) -> Iterator[ServedStack]:
    """Run `connectors serve` for as long as the block runs.

    Args:
        arguments: Further options of `serve`.
        port: Its first port; 0 for any free ones.
        program: What runs. `COMMAND` starts new Pythons, where they are what is tested.
        settings: Settings in its environment.
    """
    environ = clean_environment()
    with tempfile.TemporaryDirectory() as folder:
        printed, log = Path(folder, "printed"), Path(folder, "log")
        process = Fork(
            program,
            ["serve", "--json", "--port", str(port), *arguments],
            environ={**environ, "TMPDIR": folder, **settings},
            streams=(None, printed, log),
        )
        try:
            yield ServedStack(_first_line(process, printed, log), environ, log)
        finally:
            process.terminate()
            if process.wait(_SECONDS) is None:
                process.kill()


def _first_line(process: Fork, printed: Path, log: Path) -> Any:  # noqa: ANN401 - JSON
    give_up_at = time.monotonic() + _SECONDS
    while not (printed.exists() and (text := printed.read_text()).endswith("\n")):
        assert process.status is None, log.read_text()
        assert time.monotonic() < give_up_at, log.read_text()
        time.sleep(_POLL_SECONDS)
    return json.loads(text)
