"""A local stack in the test's own process, whose functions are forks and not new Pythons.

As in `forked_stack`, where the command is a process of its own: each function is still the
framework in a process, with its environment, its port, its group for the watchdog and its log.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import IO, Any, Final, cast
from unittest.mock import patch

from tests.support.forks import Fork
from tools import child_processes
from tools.child_processes import ChildProcesses
from tools.stack import LocalStack, local_stack

_FRAMEWORK: Final = "functions_framework"


@asynccontextmanager
async def forked_local_stack(
    environ: Mapping[str, str],
    **options: Any,  # noqa: ANN401 - as `local_stack` has them
) -> AsyncIterator[LocalStack]:
    """Run a stack as `local_stack` does; `options` are its own."""
    with functions_as_forks():
        async with local_stack(environ, **options) as stack:
            yield stack


@contextmanager
def functions_as_forks() -> Iterator[None]:
    """Let every stack that this process starts in the block have forks."""
    with patch.object(child_processes, "ChildProcesses", _Forks):
        yield


class _Forked:
    """A fork, as far as the stack looks at a process.

    Attributes:
        pid: The process, which is also its group.
    """

    def __init__(self, fork: Fork) -> None:
        self._fork = fork
        self.pid = fork.pid
        self._end = asyncio.create_task(self._await_end())

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it runs."""
        return self._fork.status

    async def wait(self) -> int:
        """Wait until it has ended; return its exit status."""
        return await asyncio.shield(self._end)

    async def _await_end(self) -> int:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._fork.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._fork.sentinel)
        return self._fork.wait() or 0


class _Forks(ChildProcesses):
    async def _start(
        self, command: Sequence[str], environ: Mapping[str, str], log: IO[bytes] | int
    ) -> asyncio.subprocess.Process:
        if _FRAMEWORK not in command:
            return await super()._start(command, environ, log)
        arguments = command[command.index(_FRAMEWORK) + 1 :]
        output = log if isinstance(log, int) else log.fileno()
        fork = Fork(
            f"{_FRAMEWORK}._cli:_cli",
            arguments,
            environ=environ,
            streams=(None, output, output),
        )
        self.groups.append(fork.pid)
        self._announce.write(b"%d\n" % fork.pid)
        return cast("asyncio.subprocess.Process", _Forked(fork))
