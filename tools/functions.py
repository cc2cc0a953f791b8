"""The functions of this repository as local processes, each as the platform would start it."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import aiohttp

from tools.child_processes import ChildProcesses
from tools.errors import FailedError
from tools.followed_output import Log
from tools.ports import HOST

_ROOT: Final = Path(__file__).resolve().parent.parent
GOOGLE: Final = {"LOG_EXECUTION_ID": "true"}
"""What Google puts into the environment of a function that does not set it itself."""
_START_SECONDS: Final = 30.0
_POLL_SECONDS: Final = 0.02


@dataclass(frozen=True)
class Function:
    """One deployable function.

    Attributes:
        name: Its folder, its entry point and its name in Google Cloud.
        source: Its `main.py`.
    """

    name: str
    source: Path


FUNCTIONS: Final = tuple(
    Function(name, _ROOT / "functions" / name / "main.py")
    for name in (
        "payment_webhook",
        "subscription_renewal",
        "data_enrichment",
        "offline_event",
        "context_capture",
        "reconciliation",
        "event_status",
    )
)


class FunctionProcess:
    """A `functions-framework` process that serves one function on loopback.

    Attributes:
        function: What it serves.
        url: Where.
    """

    def __init__(self, function: Function, port: int, process: asyncio.subprocess.Process) -> None:
        """Wrap a process that `start` has made."""
        self.function = function
        self.url = f"http://{HOST}:{port}"
        self._process = process

    @classmethod
    async def start(
        cls,
        function: Function,
        port: int,
        *,
        children: ChildProcesses,
        environ: Mapping[str, str],
        log: Log,
    ) -> Self:
        """Start the process; it does not listen yet when this returns.

        Args:
            function: What to serve.
            port: Where.
            children: What starts it, and ends it.
            environ: Its environment. The repository is added to its import path, because the
                framework adds only the folder of `main.py`.
            log: Where both of its outputs go.
        """
        paths = [str(_ROOT), *filter(None, [environ.get("PYTHONPATH")])]
        process = await children.start(
            sys.executable,
            "-P",  # the current folder may hold a `shared` of somebody else's
            *("-m", "functions_framework"),
            *("--target", function.name),
            *("--source", str(function.source)),
            *("--host", HOST),
            *("--port", str(port)),
            environ={**GOOGLE, **environ, "PYTHONPATH": os.pathsep.join(paths)},
            log=log,
        )
        return cls(function, port, process)

    @property
    def pid(self) -> int:
        """The process, which is also its group."""
        return self._process.pid

    async def listening(self, client: aiohttp.ClientSession) -> None:
        """Wait until the framework answers.

        Raises:
            FailedError: If the process ends or takes too long.
        """
        try:
            async with asyncio.timeout(_START_SECONDS):
                # The framework answers this path itself, so that the function sees no request.
                while not await _answers(client, f"{self.url}/robots.txt"):
                    if self._process.returncode is not None:
                        raise FailedError(f"{self.ending} before it listened")
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            message = f"{self.function.name} did not listen within {_START_SECONDS:.0f} s"
            raise FailedError(message) from None

    async def ended(self) -> "FunctionProcess":
        """Wait until the process ends, which it should not do by itself."""
        await self._process.wait()
        return self

    @property
    def ending(self) -> str:
        """How the process ended, in words."""
        return f"{self.function.name} ended with status {self._process.returncode}"


async def _answers(client: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with client.get(url, timeout=aiohttp.ClientTimeout(total=1)):
            return True
    except (aiohttp.ClientError, TimeoutError):
        return False
