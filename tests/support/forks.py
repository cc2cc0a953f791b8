"""Processes of their own, forked from one that has imported all they need: importing takes longest.

Nothing is shared but the modules: each has its own environment, outputs and loop.
"""

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Mapping
from multiprocessing.context import ForkServerContext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.tools.done import Done
from tools import cli

FORKS: Final[ForkServerContext] = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        "google.cloud.bigquery",
        "google.cloud.firestore",
        "google.pubsub_v1",
        "tests.stores.order_workers",
        "tests.support.forks",
        "tests.support.ledger_workers",
        "tools.reconcile.export.command",
        "tools.reconcile.provider.command",
        "tools.trigger.command",
    ]
)
_SECONDS: Final = 60


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
    closed: bool = False,
) -> Done:
    """Run the `connectors` command to its end.

    Args:
        arguments: Its arguments.
        environ: The whole of its environment.
        working_folder: Where it runs; where the tests run, without one.
        closed: Whether its output is a pipe that nobody reads.
    """
    with TemporaryDirectory() as folder:
        outputs = (f"{folder}/stdout", f"{folder}/stderr")
        place = str(working_folder or Path.cwd())
        process = FORKS.Process(
            target=_run,
            args=(arguments, dict(environ), place, outputs),
            kwargs={"closed": closed},
        )
        process.start()
        process.join(_SECONDS)
        if process.exitcode is None:
            process.kill()
        out, error = (Path(output).read_text(encoding="utf-8") for output in outputs)
        assert process.exitcode is not None, f"it does not end:\n{error}"
        return Done(process.exitcode, out, error)


def _run(
    arguments: tuple[str, ...],
    environ: dict[str, str],
    place: str,
    outputs: tuple[str, str],
    *,
    closed: bool,
) -> None:
    for number, output in enumerate(outputs, start=1):
        opened = os.open(output, os.O_CREAT | os.O_WRONLY, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    if closed:
        reader, writer = os.pipe()
        os.close(reader)
        os.dup2(writer, 1)
        os.close(writer)
    os.chdir(place)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = ["connectors", *arguments]
    cli.main()
