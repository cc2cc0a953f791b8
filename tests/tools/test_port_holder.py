"""A busy port is named with the process that holds it."""

import errno
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tools import port_holder
from tools.errors import FailedError
from tools.port_holder import holder_of
from tools.ports import HOST, choose_ports, explain

_LISTENER = (
    "import socket, sys; s = socket.create_server((sys.argv[1], int(sys.argv[2])));"
    "print(flush=True); sys.stdin.read()"
)


@contextmanager
def listener(host: str, port: int, *more: str) -> Iterator[int]:
    """Run another process that listens on a port; yield its id."""
    command = [sys.executable, "-c", _LISTENER, host, str(port), *more]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
        process.stdin.close()


@pytest.fixture
def port() -> int:
    """A free port."""
    return choose_ports(0, ["first"])[0]


@pytest.fixture
def without_proc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A system without `/proc`, as macOS is."""
    monkeypatch.setattr(port_holder, "_PROC", tmp_path)


@pytest.mark.parametrize("host", [HOST, "0.0.0.0"])  # noqa: S104 - what others do
def test_the_process_that_listens_is_named(port: int, host: str) -> None:
    """On our address or on every one."""
    with listener(host, port) as pid:
        said = holder_of(port) or ""

    assert said.startswith(f"process {pid} (python")


@pytest.mark.skipif(shutil.which("lsof") is None, reason="lsof is not installed")
@pytest.mark.usefixtures("without_proc")
def test_lsof_names_it_where_there_is_no_proc(port: int) -> None:
    """As on macOS."""
    with listener(HOST, port) as pid:
        said = holder_of(port) or ""

    assert said.startswith(f"process {pid} (python")


@pytest.mark.usefixtures("without_proc")
def test_nobody_is_named_where_nothing_can_be_known(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line says so, and still what to do."""
    monkeypatch.setenv("PATH", "/nowhere")
    with listener(HOST, port):
        assert holder_of(port) is None
        text = f"port {port} (collector) is in use by a process that this user cannot see; choose"
        with pytest.raises(FailedError, match=re.escape(text)):
            choose_ports(port, ["collector"])


def test_a_closed_connection_holds_no_port(port: int) -> None:
    """Who merely speaks to a port is not who listens on it."""
    with listener(HOST, port) as pid, socket.create_connection((HOST, port)):
        assert f"process {pid} " in (holder_of(port) or "")
        assert str(os.getpid()) not in (holder_of(port) or "")


def test_what_follows_an_option_is_not_shown() -> None:
    """It may be a password, as that of a database on the same port."""
    code = (
        "import socket, sys; s = socket.create_server(('127.0.0.1', 0));"
        "print(s.getsockname()[1], flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", code, "--password", "s3cret"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        said = holder_of(int(process.stdout.readline())) or ""
        process.stdin.close()

    assert str(process.pid) in said
    assert "s3cret" not in said


def test_a_port_of_the_system_is_not_called_busy() -> None:
    """Below 1024 it takes root, and nobody has to end anything."""
    said = explain(81, "collector", errno.EACCES)

    assert (
        said == "port 81 (collector) is for the system's own services; choose another with --port"
    )


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (
            ["/usr/bin/python3", "-P", "-m", "functions_framework", "--port", "1"],
            "python3 -m functions_framework",
        ),
        (["python", "/opt/bin/connectors", "serve"], "python /opt/bin/connectors"),
        (["python", "-c", "password = 1"], "python"),
        (["/usr/sbin/mysqld", "-ps3cret"], "mysqld"),
        (["python"], "python"),
        ([], ""),
    ],
)
def test_a_command_is_shown_as_far_as_it_can_hold_no_secret(command: list[str], shown: str) -> None:
    """Its name, and for Python the module or the script."""
    assert port_holder._shown(command) == shown  # noqa: SLF001 - what a process cannot be made to be
