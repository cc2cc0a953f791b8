"""Ports on loopback."""

import errno
import os
import random
import socket
from collections.abc import Sequence
from typing import Final

from tools.errors import FailedError, UsageError
from tools.port_holder import holder_of

HOST: Final = "127.0.0.1"
# Below every system's range for outgoing connections, which could take a port between our look
# and the function's bind.
_FREE_RANGE: Final = range(20_000, 32_000)
_LAST_PORT: Final = 65_535
_ATTEMPTS: Final = 200


def choose_ports(first: int, names: Sequence[str]) -> tuple[int, ...]:
    """One port for each name: consecutive ones from `first`, or any free ones for 0.

    Raises:
        UsageError: If the last of them would be no port.
        FailedError: If one cannot be had; see `explain`.
    """
    if first == 0:
        return _free_ports(len(names))
    ports = tuple(range(first, first + len(names)))
    if ports[-1] > _LAST_PORT:
        raise UsageError(f"--port {first} leaves no room for {len(names)} ports")
    for port, name in zip(ports, names, strict=True):
        if reason := _refusal(port):
            raise FailedError(explain(port, name, reason))
    return ports


def explain(port: int, name: str, reason: int | None) -> str:
    """Say why a port cannot be had, and what to do.

    Args:
        port: The port.
        name: For whom it was wanted.
        reason: The system's number for why, `EADDRINUSE` or the like.
    """
    if reason == errno.EADDRINUSE:
        holder = holder_of(port)
        why = (
            f"is held by {holder}; end that or"
            if holder
            else "is in use by a process that this user cannot see;"
        )
    elif reason == errno.EACCES:
        why = "is for the system's own services;"
    else:
        why = f"cannot be used ({os.strerror(reason) if reason else 'unknown reason'});"
    return f"port {port} ({name}) {why} choose another with --port"


def _free_ports(count: int) -> tuple[int, ...]:
    chance = random.SystemRandom()
    found: set[int] = set()
    for _ in range(_ATTEMPTS):
        if len(found) == count:
            return tuple(found)
        port = chance.choice(_FREE_RANGE)
        if not _refusal(port):
            found.add(port)
    raise FailedError(f"found no {count} free ports")


def _refusal(port: int) -> int | None:
    """Return why a port cannot be had, as the system numbers it; None where it can."""
    with socket.socket() as probe:
        # As every server does: the last run's closed connections are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return error.errno
        return None
