"""Ports on loopback."""

import random
import socket
from collections.abc import Sequence
from typing import Final

from tools.errors import FailedError, UsageError

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
        FailedError: If one is taken; the text says which, and for whom it was wanted.
    """
    if first == 0:
        return _free_ports(len(names))
    ports = tuple(range(first, first + len(names)))
    if ports[-1] > _LAST_PORT:
        raise UsageError(f"--port {first} leaves no room for {len(names)} ports")
    for port, name in zip(ports, names, strict=True):
        if not _is_free(port):
            raise FailedError(f"port {port} ({name}) is in use; choose another with --port")
    return ports


def _free_ports(count: int) -> tuple[int, ...]:
    chance = random.SystemRandom()
    found: set[int] = set()
    for _ in range(_ATTEMPTS):
        if len(found) == count:
            return tuple(found)
        port = chance.choice(_FREE_RANGE)
        if _is_free(port):
            found.add(port)
    raise FailedError(f"found no {count} free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As every server does: the last run's closed connections are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True
