"""A command's processes and its folder are gone when the command is, however it ended."""

import asyncio
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

from tools.child_processes import child_processes
from tools.functions import Function

_SECONDS: Final = 20.0
_CLOSED: Final = "the terminal is closed"

# Sleeps for long with a child of its own, as gunicorn and gcloud do.
_FAMILY: Final = ("/bin/sh", "-c", "sleep 300 & sleep 300")
# The same, deaf to SIGTERM.
_STUBBORN: Final = ("/bin/sh", "-c", "trap '' TERM; sleep 300 & sleep 300")

Environ = dict[str, str]


def marked(folder: Path) -> list[int]:
    """Return the processes whose temporary files are in a folder; zombies are none."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and f"TMPDIR={folder}\0".encode() in (
                (entry / "environ").read_bytes()
            ):
                found.append(int(entry.name))
    return found


def _runs(pid: int, word: str) -> bool:
    """Return whether the command of a process has a word in it."""
    with suppress(OSError):
        return word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Return whether something comes to hold in time."""
    give_up_at = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < give_up_at:
        time.sleep(0.02)
    return held


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The temporary folder of a command; what a failing test leaves running there is ended."""
    yield tmp_path
    for pid in marked(tmp_path):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture(autouse=True)
def hang_up() -> Iterator[None]:
    """A closed terminal ends commands, even where the tests themselves run under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def serving(stand_in: Function, *functions: str) -> list[str]:
    """Serve functions that are not ours, at any free ports."""
    code = (
        "from pathlib import Path; from tools import cli, functions, serve;"
        f"source = Path({str(stand_in.source)!r});"
        f"chosen = [functions.Function(name, source) for name in {functions!r}];"
        "serve.run.__kwdefaults__['functions'] = chosen;"
        "cli.main()"
    )
    return [sys.executable, "-P", "-c", code, "serve", "--json", "--port", "0"]


def in_a_terminal(command: list[str], environ: Environ) -> tuple[int, int]:
    """Start a command in a terminal of its own; return its process and the terminal."""
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover - becomes the command
        os.execve(command[0], command, environ)  # noqa: S606 - our own command
    return pid, terminal


@pytest.mark.parametrize(
    "ending",
    [signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGKILL, _CLOSED],
    ids=lambda ending: getattr(ending, "name", "closed"),
)
def test_nothing_outlives_serve(
    stand_in: Function, environ: Environ, folder: Path, ending: signal.Signals | str
) -> None:
    """No process, no port that they held, and no folder with secrets."""
    command = serving(stand_in, "payment_webhook", "second_webhook")
    pid, terminal = in_a_terminal(command, {**environ, "TMPDIR": str(folder)})
    line = b""
    while b"collector" not in line:
        line += os.read(terminal, 4096)
    # Itself, its watchdog, and for each function gunicorn and its worker.
    assert len(marked(folder)) == 6
    (made,) = folder.iterdir()
    assert (made / "stripe_secret").exists()

    if isinstance(ending, signal.Signals):
        os.kill(pid, ending)
    else:
        os.close(terminal)
    os.waitpid(pid, 0)

    assert within(_SECONDS, lambda: not marked(folder) and not made.exists())
    if isinstance(ending, signal.Signals):
        os.close(terminal)


@pytest.mark.parametrize("reached", ["*", "*/stripe_secret", "*/0", "*/1"])
def test_nothing_outlives_a_command_that_dies_while_it_starts(
    stand_in: Function, environ: Environ, folder: Path, reached: str
) -> None:
    """Whenever `kill -9` comes: with no process yet, with some of them, with all.

    Each function has a folder, named by its number.
    """
    with subprocess.Popen(  # noqa: S603 - our own command
        serving(stand_in, "payment_webhook", "second_webhook"),
        env={**environ, "TMPDIR": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        came = within(_SECONDS, lambda: bool(list(folder.glob(reached))))
        process.kill()  # in any case: leaving the block waits for its end

    assert came
    assert within(_SECONDS, lambda: not marked(folder) and not list(folder.iterdir()))


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_stopped_demo_says_so_by_its_status(
    command: list[str], environ: Environ, folder: Path, number: signal.Signals, status: int
) -> None:
    """128 and the signal's number, as a shell reads it, and one line."""
    with subprocess.Popen(  # noqa: S603 - our own command
        [*command, "demo", "--json"],
        env={**environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        came = within(_SECONDS, lambda: bool(list(folder.glob("*/0"))))
        process.send_signal(number if came else signal.SIGKILL)
        out, error = process.communicate(timeout=_SECONDS)

    assert (process.returncode, out) == (status, "")
    assert error.splitlines()[-1] == f"connectors: stopped by {number.name}"
    assert not marked(folder)
    assert not list(folder.iterdir())


@pytest.mark.skipif(shutil.which("gcloud") is None, reason="gcloud is not installed")
def test_the_emulators_java_does_not_outlive_the_command(environ: Environ, folder: Path) -> None:
    """It is the grandchild of a script that gcloud starts."""
    code = (
        "import asyncio; from tools.child_processes import child_processes;"
        "from tools.demo.pushes import start_emulator\n"
        "async def run():\n"
        "  async with child_processes() as children:\n"
        "    print(await start_emulator(children) is not None, flush=True)\n"
        "    await asyncio.sleep(300)\n"
        "asyncio.run(run())"
    )
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-P", "-c", code],
        env={**environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"True\n"
        assert any(_runs(pid, "java") for pid in marked(folder))
        process.kill()

    assert within(_SECONDS, lambda: not marked(folder) and not list(folder.iterdir()))


def test_nohup_keeps_a_command_running(stand_in: Function, environ: Environ, folder: Path) -> None:
    """Whoever starts it that way wants it to outlive the terminal."""
    with subprocess.Popen(  # noqa: S603 - our own command
        ["/bin/sh", "-c", 'trap "" HUP; exec "$0" "$@"', *serving(stand_in, "payment_webhook")],
        env={**environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1)
        process.terminate()


async def _leave(command: Sequence[str], watchdog: signal.Signals | None = None) -> Path:
    """Start a process, perhaps kill the watchdog, and leave the block."""
    async with child_processes() as children:
        (children.folder / "secret").write_text("s3cret")
        await children.start(*command, environ=os.environ, log=subprocess.DEVNULL)
        await asyncio.sleep(0.2)
        if watchdog is not None:
            (pid,) = (p for p in marked(children.folder.parent) if _runs(p, str(children.folder)))
            os.kill(pid, watchdog)
    return children.folder


@pytest.mark.parametrize("command", [_FAMILY, _STUBBORN], ids=["polite", "stubborn"])
def test_a_family_of_processes_ends_with_the_block(
    folder: Path, monkeypatch: pytest.MonkeyPatch, command: Sequence[str]
) -> None:
    """Politely or not: the child of a child too."""
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)

    made = asyncio.run(_leave(command))

    assert not made.exists()
    assert set(marked(folder)) == set()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_watchdog_that_is_signalled_costs_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    """It passes over what can be passed over; killed, its command does its work."""
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)

    made = asyncio.run(_leave(_FAMILY, number))

    assert not made.exists()
    assert set(marked(folder)) == set()


def test_a_process_becomes_what_it_was_started_as(folder: Path) -> None:
    """Its arguments come whole, it reads nothing of ours, and its status is its own."""
    log = folder / "log"
    code = "import sys; print(sys.argv[1:], repr(sys.stdin.read())); sys.exit(7)"

    async def status() -> int:
        with log.open("wb") as output:
            async with child_processes() as children:
                command = (sys.executable, "-c", code, "a b", "$c", "")
                process = await children.start(*command, environ=os.environ, log=output)
                return await process.wait()

    assert asyncio.run(status()) == 7
    assert log.read_text() == "['a b', '$c', ''] ''\n"
