"""Processes of their own, forked from one that has imported all they need: importing takes longest.

Nothing is shared but the modules: each has its own environment, inputs, outputs and loop.
"""

import asyncio
import multiprocessing
import os
import pkgutil
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerContext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.tools.done import Done

FORKS: Final[ForkServerContext] = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        "functions_framework.aio",
        "google.cloud.bigquery",
        "google.cloud.firestore",
        "google.pubsub_v1",
        "functions_framework._http.asgi",
        "functions_framework._http.gunicorn",
        "httpx_aiohttp",
        "tests.stores.order_workers",
        "tests.support.forked_stack",
        "tests.support.forks",
        "tests.support.ledger_workers",
        "tools.cli",
        "tools.reconcile.export.command",
        "tools.reconcile.provider.command",
        "tools.explain.command",
        "tools.trigger.command",
    ]
)
COMMAND: Final = "tools.cli:main"
_SECONDS: Final = 120


class Fork:
    """A program of Python's, in a process group of its own."""

    def __init__(  # noqa: PLR0913 - all that a process has
        self,
        program: str,
        arguments: Sequence[str],
        *,
        environ: Mapping[str, str],
        streams: tuple[Path | None, Path, Path],
        folder: Path | None = None,
        closed: bool = False,
    ) -> None:
        """Start it.

        Args:
            program: What is called, as `package.module:function`.
            arguments: Its arguments.
            environ: The whole of its environment.
            streams: The files it reads, or none, and appends its two outputs to.
            folder: Where it runs; where the tests run, without one.
            closed: Whether its output is a pipe that nobody reads.
        """
        place = str(folder or Path.cwd())
        self._process = FORKS.Process(
            target=_become,
            args=(program, tuple(arguments), dict(environ), place, streams),
            kwargs={"closed": closed},
        )
        self._process.start()
        self.pid: Final = self._process.pid or 0

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        return self._process.exitcode

    def wait(self, seconds: float | None = None) -> int | None:
        """Wait until it has ended, or for some seconds; return its exit status."""
        self._process.join(seconds)
        return self.status

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    def kill(self) -> None:
        """End it at once; whoever else is in its group is left."""
        self._process.kill()


async def connectors(*arguments: str, environ: Mapping[str, str]) -> Done:
    """Run the `connectors` command to its end, while the test's loop goes on.

    Args:
        arguments: Its arguments.
        environ: The whole of its environment.
    """
    return await asyncio.to_thread(run_connectors, *arguments, environ=environ)


def run_connectors(
    *arguments: str,
    environ: Mapping[str, str],
    working_folder: Path | None = None,
    given: bytes = b"",
    closed: bool = False,
    program: str = COMMAND,
) -> Done:
    """Run the `connectors` command to its end.

    Args:
        arguments: Its arguments.
        environ: The whole of its environment.
        working_folder: Where it runs; where the tests run, without one.
        given: Its standard input.
        closed: Whether its output is a pipe that nobody reads.
        program: What is called instead, as `package.module:function`.
    """
    with TemporaryDirectory() as folder:
        stdin, stdout, stderr = (Path(folder) / name for name in ("stdin", "stdout", "stderr"))
        stdin.write_bytes(given)
        process = Fork(
            program,
            arguments,
            environ=environ,
            streams=(stdin, stdout, stderr),
            folder=working_folder,
            closed=closed,
        )
        status = process.wait(_SECONDS)
        if status is None:
            process.kill()
        out, error = (output.read_text(encoding="utf-8") for output in (stdout, stderr))
        assert status is not None, f"it does not end:\n{error}"
        return Done(status, out, error)


def _become(  # noqa: PLR0913 - all that a process has
    program: str,
    arguments: tuple[str, ...],
    environ: dict[str, str],
    place: str,
    streams: tuple[Path | None, Path, Path],
    *,
    closed: bool,
) -> None:
    os.setsid()
    given, *outputs = streams
    _put(0, os.open(given or os.devnull, os.O_RDONLY))
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    for number, output in enumerate(outputs, start=1):
        _put(number, os.open(output, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600))
    if closed:
        reader, writer = os.pipe()
        os.close(reader)
        _put(1, writer)
    os.chdir(place)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = [program, *arguments]
    sys.exit(pkgutil.resolve_name(program)())


def _put(number: int, opened: int) -> None:
    """Let a number of the three standard ones stand for an opened file."""
    os.dup2(opened, number)
    os.close(opened)
