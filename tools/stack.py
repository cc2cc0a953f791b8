"""The local stack: the collector, and one process for each function."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, TypeVar

import aiohttp

from shared.settings.read_streams import read_streams
from shared.settings.reader import Reader
from tools.child_processes import ChildProcesses, child_processes
from tools.collector import Collector
from tools.errors import FailedError
from tools.followed_output import Followed, Heard
from tools.functions import FUNCTIONS, Function, FunctionProcess
from tools.local_settings import local_environment, signing_references
from tools.ports import choose_ports
from tools.real_stream import Forwarder, RealStream

STDERR: Final = 2

T = TypeVar("T")


@dataclass(frozen=True)
class LocalStack:
    """A stack that listens.

    Attributes:
        collector: Where the local GA4 is.
        functions: Name → address.
        environ: What the functions find in their environment.
        folder: Where the secrets and, unless it is set, the store are.
        processes: The functions' processes.
        real: The stream of the real GA4 that gets everything too.
    """

    collector: str
    functions: Mapping[str, str]
    environ: Mapping[str, str]
    folder: Path
    processes: tuple[FunctionProcess, ...]
    real: RealStream | None = None

    def describe(self) -> dict[str, Any]:
        """The stack as `connectors serve --json` prints it."""
        return {
            "collector": self.collector,
            "functions": dict(self.functions),
            "store": self.environ["STORE"],
            **streams_of(self.environ),
            **({} if self.real is None else {"forwards_to": self.real.endpoint}),
        }

    def secret_file(self, who: str) -> Path:
        """Where the signing secret of `who` is."""
        return self.folder / f"{who}_secret"

    async def guard(self, work: Coroutine[Any, Any, T]) -> T:
        """Do work that needs the stack.

        Raises:
            FailedError: If a function ends before the work does.
        """
        task, watcher = asyncio.ensure_future(work), asyncio.ensure_future(self.watch())
        try:
            done, _ = await asyncio.wait({task, watcher}, return_when=asyncio.FIRST_COMPLETED)
            if task not in done:
                await watcher
            return await task
        finally:
            task.cancel()
            watcher.cancel()

    async def watch(self) -> None:
        """Wait for something that should not happen.

        Raises:
            FailedError: As soon as a function ends.
        """
        watchers = [asyncio.ensure_future(process.ended()) for process in self.processes]
        try:
            done, _ = await asyncio.wait(watchers, return_when=asyncio.FIRST_COMPLETED)
            raise FailedError(done.pop().result().ending)
        finally:
            for watcher in watchers:
                watcher.cancel()


def streams_of(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the stream that events go to; of several the first, and all of them by name.

    Args:
        environ: What the functions find in their environment.
    """
    reader = Reader(environ)
    streams = read_streams(reader)
    if not reader.given("STREAMS"):
        return {"measurement_id": environ.get("GA4_MEASUREMENT_ID")}
    return {
        "measurement_id": streams.first.measurement_id,
        "streams": {stream.name: stream.id for stream in streams.by_name.values() if stream.id},
    }


@asynccontextmanager
async def local_stack(  # noqa: PLR0913 - what differs between a demo, a test and `serve`
    environ: Mapping[str, str],
    *,
    port: int = 0,
    functions: Sequence[Function] = FUNCTIONS,
    within: ChildProcesses | None = None,
    log: IO[bytes] | int = STDERR,
    real: RealStream | None = None,
    follow: bool = False,
) -> AsyncIterator[LocalStack]:
    """Run a stack for as long as the block runs; it listens when the block begins.

    Args:
        environ: Settings that win over the local defaults, and what else the functions may need.
        port: The collector's port, the functions taking the following ones; 0 for any free ones.
        functions: What to serve.
        within: What starts the functions and has their folder. Default: of its own.
        log: Where the functions' output goes.
        real: The stream of the real GA4 that gets what the collector gets.
        follow: Whether the collector's page shows every delivery: it reads their log on its way.

    Raises:
        UsageError: If the ports cannot be.
        FailedError: If a port is taken or a function does not start.
    """
    ports = choose_ports(port, ["collector", *(function.name for function in functions)])
    async with AsyncExitStack() as exits:
        children = within
        if children is None:
            children = await exits.enter_async_context(child_processes())
        folder = children.folder
        collector = await exits.enter_async_context(Collector(ports[0], follows=follow))
        own_environ = environ if real is None else real.environ(environ)
        settings = local_environment(own_environ, folder=folder, collector=collector.url)
        if real is not None:
            local_secret = (folder / "api_secret").read_text(encoding="utf-8")
            forwarder = Forwarder(real, local_secret)
            collector.forwarder = await exits.enter_async_context(forwarder)
        output = Followed(log, _in_the_loop(collector.page.journal.heard)) if follow else log
        processes: list[FunctionProcess] = []
        for number, (function, its_port) in enumerate(zip(functions, ports[1:], strict=True)):
            runtime = folder / str(number)
            runtime.mkdir()
            # gunicorn puts a control socket there, or else into the home folder, for good. The
            # path of a socket has about a hundred characters at most, so the name is short.
            own = {**settings, "XDG_RUNTIME_DIR": str(runtime)}
            process = await FunctionProcess.start(
                function, its_port, children=children, environ=own, log=output
            )
            processes.append(process)
        async with aiohttp.ClientSession() as client:
            for process in processes:
                await process.listening(client)
        stack = LocalStack(
            collector=collector.url,
            functions={process.function.name: process.url for process in processes},
            environ=settings,
            folder=folder,
            processes=tuple(processes),
            real=real,
        )
        collector.stack, collector.secrets = stack.describe(), signing_references(settings)
        collector.page.reach(collector.stack, collector.secrets, settings)
        yield stack


def _in_the_loop(heard: Callable[[list[bytes], float], None]) -> Heard:
    """Return what takes lines in a thread, and hands them to the loop with their time."""
    loop = asyncio.get_running_loop()

    def hand_over(lines: list[bytes]) -> None:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(heard, lines, time.time())

    return hand_over
