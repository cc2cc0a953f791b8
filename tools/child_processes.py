"""Processes of a command, and a private folder: both are gone when the command is."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import IO, Final

from tools import watchdog
from tools.followed_output import Followed, FollowedOutput, Log

# A process waits for a line before it becomes the program: until the watchdog knows of it.
_WHEN_TOLD: Final = ("/bin/sh", "-c", 'read -r _ && exec "$0" "$@" </dev/null')


class ChildProcesses:
    """Starts processes that a watchdog ends.

    Attributes:
        folder: A private folder for secrets and the like; the watchdog removes it.
        groups: The process groups that were started.
        outputs: Their outputs that somebody listens to.
    """

    def __init__(self, folder: Path, announce: IO[bytes]) -> None:
        """Announce processes to a watchdog; see `child_processes`."""
        self.folder = folder
        self.groups: list[int] = []
        self.outputs: list[FollowedOutput] = []
        self._announce = announce

    async def start(
        self, *command: str, environ: Mapping[str, str], log: Log
    ) -> asyncio.subprocess.Process:
        """Start a process in a group of its own, which Ctrl-C does not reach.

        Args:
            command: The program and its arguments.
            environ: Its environment.
            log: Where both of its outputs go.
        """
        if not isinstance(log, Followed):
            return await self._start(command, environ, log)
        source, output = _pipe()
        self.outputs.append(FollowedOutput(source, log))
        with output:
            return await self._start(command, environ, output)

    async def _start(
        self, command: Sequence[str], environ: Mapping[str, str], log: IO[bytes] | int
    ) -> asyncio.subprocess.Process:
        reader, writer = _pipe()
        with reader, writer:
            process = await asyncio.create_subprocess_exec(
                *(*_WHEN_TOLD, *command),
                env=environ,
                stdin=reader,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            self.groups.append(process.pid)
            with suppress(BrokenPipeError):  # somebody killed the watchdog
                self._announce.write(b"%d\n" % process.pid)
            writer.write(b"go\n")
        return process


@asynccontextmanager
async def child_processes() -> AsyncIterator[ChildProcesses]:
    """Run a watchdog; what was started in the block has ended when the block does."""
    folder = mkdtemp(prefix="connectors-")
    dog, announce = _watchdog(folder)
    children = ChildProcesses(Path(folder), announce)
    try:
        yield children
    finally:
        announce.close()
        if await asyncio.to_thread(dog.wait) != 0:  # somebody killed it
            await asyncio.to_thread(watchdog.clean_up, children.groups, folder)
        for output in children.outputs:
            await asyncio.to_thread(output.wait)


def _watchdog(folder: str) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    """Start the watchdog of a folder; return it and where it hears of process groups."""
    heard, announce = _pipe()
    with heard:
        dog = subprocess.Popen(  # noqa: S603 - our own file
            [sys.executable, "-I", "-S", watchdog.__file__, folder],
            stdin=heard,
            start_new_session=True,
        )
    return dog, announce


def _pipe() -> tuple[IO[bytes], IO[bytes]]:
    """Return the ends of a pipe, to read and to write; no other process inherits them."""
    read, write = os.pipe()
    return os.fdopen(read, "rb", buffering=0), os.fdopen(write, "wb", buffering=0)
