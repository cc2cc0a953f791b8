"""The local stack starts what it says, and leaves nothing behind."""

import asyncio
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import aiohttp
import pytest

from tools.errors import FailedError
from tools.functions import Function
from tools.stack import LocalStack, local_stack


@pytest.fixture
def log() -> Iterator[IO[bytes]]:
    """Where the functions' output goes."""
    with tempfile.TemporaryFile() as file:
        yield file


def is_running(url: str) -> bool:
    """Whether somebody answers."""

    async def ask() -> bool:
        """Ask for something the framework answers by itself."""
        async with aiohttp.ClientSession() as client:
            try:
                async with client.get(f"{url}/robots.txt"):
                    return True
            except aiohttp.ClientError:
                return False

    return asyncio.run(ask())


def test_it_listens_inside_the_block_and_is_gone_after(
    stand_in: Function, environ: dict[str, str], log: IO[bytes]
) -> None:
    """When the block begins everything answers; when it ends nothing is left."""

    async def visit() -> LocalStack:
        """Ask both, and leave."""
        async with local_stack(environ, functions=[stand_in], log=log) as stack:
            async with aiohttp.ClientSession() as client:
                async with client.get(f"{stack.collector}/events") as answer:
                    assert await answer.json() == []
                async with client.post(stack.functions["payment_webhook"], data=b"{}") as answer:
                    assert answer.status in {400, 500}
            assert stat.S_IMODE(stack.folder.stat().st_mode) == 0o700
            return stack

    stack = asyncio.run(visit())
    assert not stack.folder.exists()
    assert not is_running(stack.collector)
    assert not is_running(stack.functions["payment_webhook"])


def test_every_function_is_served(
    stand_in: Function, environ: dict[str, str], log: IO[bytes]
) -> None:
    """The functions are data: another row is another process and another address."""
    functions = [stand_in, Function("second_webhook", stand_in.source)]

    async def addresses() -> set[str]:
        """Return where the functions are."""
        async with local_stack(environ, functions=functions, log=log) as stack:
            return set(stack.describe()["functions"].values())

    assert len(asyncio.run(addresses())) == 2


def test_a_function_that_cannot_start_fails_the_stack(
    stand_in: Function,
    environ: dict[str, str],
    log: IO[bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A function that ends before it listens is an error with its name, and is cleaned up."""
    broken = {**environ, "STAND_IN_FLAWS": "broken"}
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)

    async def start() -> None:
        """Start what cannot start."""
        async with local_stack(broken, functions=[stand_in], log=log):
            pass

    with pytest.raises(FailedError, match="payment_webhook ended with status 1 before"):
        asyncio.run(start())
    log.seek(0)
    assert b"this function cannot be imported" in log.read()
    assert list(tmp_path.iterdir()) == []


def test_work_ends_when_a_function_does(
    stand_in: Function, environ: dict[str, str], log: IO[bytes]
) -> None:
    """Work that needs the stack is not left waiting for a function that died."""

    async def work() -> None:
        """Wait for long while the function is killed."""
        async with local_stack(environ, functions=[stand_in], log=log) as stack:
            (process,) = stack.processes
            os.kill(process.pid, 9)
            await stack.guard(asyncio.sleep(30))

    with pytest.raises(FailedError, match="payment_webhook ended with status -9"):
        asyncio.run(asyncio.wait_for(work(), 10))


def test_work_is_done_while_all_is_well(
    stand_in: Function, environ: dict[str, str], log: IO[bytes]
) -> None:
    """Guarded work gives its result."""

    async def work() -> str:
        """Do something quick."""
        async with local_stack(environ, functions=[stand_in], log=log) as stack:
            return await stack.guard(asyncio.sleep(0, "done"))

    assert asyncio.run(work()) == "done"
