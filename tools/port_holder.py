"""Which process holds a port of this machine."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_LISTENS: Final = "0A"
_SECONDS: Final = 5.0


def holder_of(port: int) -> str | None:
    """Say which process listens on a port, e.g. `process 4711 (python -m http.server)`.

    Args:
        port: The TCP port.

    Returns:
        None where it cannot be known: the process is another user's, or the system has neither
        `/proc` nor `lsof`.
    """
    pid = _by_proc(port) if (_PROC / "net" / "tcp").exists() else _by_lsof(port)
    if pid is None:
        return None
    return f"process {pid} ({_shown(_command(pid)) or 'its command is not known'})"


def _by_proc(port: int) -> int | None:
    sockets = {f"socket:[{inode}]" for inode in _inodes(port)}
    for entry in _PROC.iterdir():
        with suppress(OSError):  # it has just ended, or is another user's
            if entry.name.isdigit() and any(
                str(descriptor.readlink()) in sockets for descriptor in (entry / "fd").iterdir()
            ):
                return int(entry.name)
    return None


def _inodes(port: int) -> Iterator[str]:
    """Yield the sockets that listen on a port."""
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in (_PROC / "net" / table).read_text(encoding="ascii").splitlines()[1:]:
                _, local, _, state, *rest = line.split()
                if state == _LISTENS and int(local.rpartition(":")[2], 16) == port:
                    yield rest[5]


def _by_lsof(port: int) -> int | None:
    found = _said("lsof", "-nP", "-t", f"-iTCP:{port}", "-sTCP:LISTEN").split()
    return int(found[0]) if found and found[0].isdigit() else None


def _command(pid: int) -> Sequence[str]:
    with suppress(OSError):
        arguments = (_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace")
        return arguments.rstrip("\0").split("\0")
    return _said("ps", "-o", "command=", "-p", str(pid)).split()


def _shown(command: Sequence[str]) -> str:
    """Return a command's name, and what Python runs; the rest may hold a secret."""
    program, *arguments = command or [""]
    name = program.rpartition("/")[2]
    if not name.startswith("python"):
        return name
    for word, following in zip_longest(arguments, arguments[1:], fillvalue=""):
        if word == "-m":
            return f"{name} -m {following}"
        if word == "-c":
            break
        if not word.startswith("-"):
            return f"{name} {word}"
    return name


def _said(program: str, *arguments: str) -> str:
    """Return what a program prints; nothing where it is not there."""
    path = shutil.which(program)
    if path is None:
        return ""
    with suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(  # noqa: S603 - fixed arguments
            [path, *arguments], capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        return done.stdout
    return ""
