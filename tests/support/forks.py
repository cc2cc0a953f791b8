"""Processes of their own, forked from one that has imported all they need: importing takes longest.

Nothing is shared but the modules: each has its own environment, inputs, outputs and loop.
"""

import asyncio
import multiprocessing
import os
import pkgutil
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing.context import ForkServerContext
from multiprocessing.reduction import DupFd
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

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
# The loop's own threads are few: all eight providers are asked at once.
_WAITING: Final = ThreadPoolExecutor(8)


class Fork:
    """A program of Python's, in a process group of its own."""

    def __init__(  # noqa: PLR0913 - all that a process has
        self,
        program: str,
        arguments: Sequence[str],
        *,
        environ: Mapping[str, str],
        streams: tuple[Path | None, Path | int, Path | int],
        folder: Path | None = None,
        closed: bool = False,
    ) -> None:
        """Start it.

        Args:
            program: What is called, as `package.module:function`.
            arguments: Its arguments.
            environ: The whole of its environment.
            streams: The file it reads, or none, and those it appends its two outputs to, or the
                numbers of such as are open here.
            folder: Where it runs; where the tests run, without one.
            closed: Whether its output is a pipe that nobody reads.
        """
        place = str(folder or Path.cwd())
        self._process = FORKS.Process(
            target=_become,
            args=(program, tuple(arguments), dict(environ), place, *map(_Stream, streams)),
            kwargs={"closed": closed},
        )
        self._process.start()
        self.pid: Final = self._process.pid or 0

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        return self._process.exitcode

    @property
    def sentinel(self) -> int:
        """The number of an open file that can be read once it has ended."""
        return self._process.sentinel

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
    command = partial(run_connectors, *arguments, environ=environ)
    return await asyncio.get_running_loop().run_in_executor(_WAITING, command)


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


def _become(
    program: str,
    arguments: tuple[str, ...],
    environ: dict[str, str],
    place: str,
    *streams: "_Stream",
    closed: bool,
) -> None:
    os.setsid()
    for number, stream in enumerate(streams):
        _put(number, stream.open(os.O_CREAT | os.O_WRONLY | os.O_APPEND if number else os.O_RDONLY))
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    if closed:
        reader, writer = os.pipe()
        os.close(reader)
        _put(1, writer)
    os.chdir(place)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = [program, *arguments]
    sys.exit(pkgutil.resolve_name(program)())


class _Stream:
    """A file that the new process opens, or one that is open here and goes along."""

    def __init__(self, place: Path | int | None) -> None:
        self._place = place

    def __getstate__(self) -> dict[str, Any]:
        """Let an open file go along."""
        place = self._place
        return {"_place": DupFd(place) if isinstance(place, int) else place}

    def open(self, flags: int) -> int:
        """Return its number in the new process."""
        place: Any = self._place
        if place is None or isinstance(place, Path):
            return os.open(place or os.devnull, flags, 0o600)
        number: int = place.detach()
        return number


def _put(number: int, opened: int) -> None:
    """Let a number of the three standard ones stand for an opened file."""
    os.dup2(opened, number)
    os.close(opened)
