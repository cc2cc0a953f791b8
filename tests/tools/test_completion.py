"""Completion in a real shell: what `--install-completion` leaves is all that a person needs."""

import os
import pty
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(BASH is None, reason="bash is not installed")
_SECONDS = 20


class Terminal:
    """An interactive bash of a person whose home is a folder of the test."""

    def __init__(self, home: Path) -> None:
        """Start it."""
        self.said = ""
        self._process, self._terminal = pty.fork()
        if self._process == 0:
            environ = {"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "dumb", "PS1": "$ "}
            os.execve(str(BASH), ["bash", "-i"], environ)  # noqa: S606 - the shell under test

    def type(self, text: str, *, until: str) -> None:
        """Type, and wait until something is on the screen."""
        os.write(self._terminal, text.encode())
        before, end = len(self.said), time.monotonic() + _SECONDS
        while until not in self.said[before:]:
            ready, _, _ = select.select([self._terminal], [], [], max(0, end - time.monotonic()))
            assert ready, f"{until!r} does not come: {self.said[before:]!r}"
            self.said += os.read(self._terminal, 4096).decode(errors="replace")

    def close(self) -> None:
        """Hang up."""
        os.close(self._terminal)
        os.waitpid(self._process, 0)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of somebody who installed completion."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def terminal(home: Path, command: list[str], environ: dict[str, str]) -> Iterator[Terminal]:
    """Their next terminal."""
    if not (home / ".bashrc").exists():
        subprocess.run(  # noqa: S603 - the command under test
            [*command, "--install-completion"],
            env={**environ, "HOME": str(home), "SHELL": str(BASH)},
            check=True,
            capture_output=True,
        )
    opened = Terminal(home)
    opened.type("echo re''ady\n", until="ready\r\n")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("connectors led\t", "connectors ledger "),
        ("connectors ledger sho\t", "connectors ledger show "),
        ("connectors validate --debug-e\t", "connectors validate --debug-endpoint "),
        ("connectors publish --type bill\t", "connectors publish --type billing-event "),
    ],
)
def test_tab_completes_commands_options_and_their_values(
    terminal: Terminal, typed: str, completed: str
) -> None:
    """In the terminal that is opened after the installation."""
    terminal.type(typed, until=completed)
