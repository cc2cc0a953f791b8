"""`connectors serve` and `demo`, whose functions are forks of one process, not new Pythons.

A new Python imports the framework and Google's clients for half a second, seven times for a stack.
All else is as ever: each function is the framework in a process of its own, with its environment,
its port, its group for the watchdog and its log. What a test has to say about how functions are
started, it says with the command itself.
"""

import asyncio
import json
import os
import pkgutil
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final, cast

from tools import child_processes, cli, serve
from tools.child_processes import ChildProcesses
from tools.functions import FUNCTIONS, Function

_FRAMEWORK: Final = "functions_framework"
_MOST_BYTES: Final = 1024 * 1024


class _Spare:
    """A process that waits to become a function.

    Attributes:
        pid: The process, which is also its group.
        returncode: How it ended; None while it runs.
    """

    def __init__(self, others: Sequence["_Spare"]) -> None:
        self._socket, its_socket = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            for other in (*others, self):  # or it would not see that the command has ended
                other.close()
            _await_work(its_socket)
        its_socket.close()

    def close(self) -> None:
        """Let go of it: it ends where it has no work yet."""
        self._socket.close()

    def become(self, arguments: Sequence[str], environ: Mapping[str, str], log: int) -> None:
        """Let it be the framework.

        Args:
            arguments: The framework's.
            environ: The whole of its environment.
            log: Where both of its outputs go.
        """
        work = json.dumps([arguments, dict(environ)]).encode()
        socket.send_fds(self._socket, [len(work).to_bytes(4, "big") + work], [log])
        self._end = asyncio.create_task(self._await_end())

    async def wait(self) -> int:
        """Wait until it has ended; return its exit status."""
        return await asyncio.shield(self._end)

    async def _await_end(self) -> int:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        process = os.pidfd_open(self.pid)  # its workers may live on, and hold what it held
        loop.add_reader(process, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(process)
            os.close(process)
        _, status = await asyncio.to_thread(os.waitpid, self.pid, 0)
        self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


_SPARE: Final[list[_Spare]] = []


class _Forks(ChildProcesses):
    async def _start(
        self, command: Sequence[str], environ: Mapping[str, str], log: IO[bytes] | int
    ) -> asyncio.subprocess.Process:
        if _FRAMEWORK not in command:
            return await super()._start(command, environ, log)
        arguments = command[command.index(_FRAMEWORK) + 1 :]
        spare = _SPARE.pop()
        self.groups.append(spare.pid)
        self._announce.write(b"%d\n" % spare.pid)
        spare.become(arguments, environ, log if isinstance(log, int) else log.fileno())
        return cast("asyncio.subprocess.Process", spare)


def main() -> None:
    """Run the `connectors` command of this process's arguments."""
    _run(FUNCTIONS)


def serve_one() -> None:
    """Run `connectors serve` with one function: its name and its `main.py` are given first."""
    name, source = sys.argv[1:3]
    sys.argv[1:3] = ["serve"]
    functions = (Function(name, Path(source)),)
    defaults = serve.run.__kwdefaults__
    assert defaults is not None
    defaults["functions"] = functions
    _run(functions)


def _run(functions: Sequence[Function]) -> None:
    for _ in functions:
        _SPARE.append(_Spare(_SPARE))
    child_processes.ChildProcesses = _Forks  # type: ignore[misc] # in this process alone
    cli.main()


def _await_work(work: socket.socket) -> None:
    """Become the framework once there is work; end when the command has ended without any."""
    os.setsid()
    status = 1
    try:
        text, descriptors, _, _ = socket.recv_fds(work, _MOST_BYTES, 1)
        while text and len(text) < 4 + int.from_bytes(text[:4], "big"):
            text += work.recv(_MOST_BYTES)
        if text:
            arguments, environ = json.loads(text[4:])
            for output in (1, 2):
                os.dup2(descriptors[0], output)
            os.close(descriptors[0])
            os.environ.clear()
            os.environ.update(environ)
            sys.argv = [_FRAMEWORK, *arguments]
            pkgutil.resolve_name(f"{_FRAMEWORK}._cli:_cli")()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    finally:
        os._exit(status)
