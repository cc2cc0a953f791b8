"""Ports are consecutive, or free, or refused with a clear line."""

import socket
from collections.abc import Iterator

import pytest

from tools.errors import FailedError, UsageError
from tools.ports import HOST, choose_ports


@pytest.fixture
def taken() -> Iterator[int]:
    """A port somebody listens on, not one of those that connections go out from."""
    (port,) = choose_ports(0, ["taken"])
    with socket.create_server((HOST, port)):
        yield port


def test_zero_is_any_free_ports() -> None:
    """Port 0 gives each name a port of its own that can be listened on."""
    ports = choose_ports(0, ["collector", "one", "two"])

    assert len(set(ports)) == 3
    for port in ports:
        socket.create_server((HOST, port)).close()


def test_a_first_port_is_followed_by_the_next_ones() -> None:
    """The functions take the ports after the collector's."""
    (first,) = choose_ports(0, ["first"])

    assert choose_ports(first, ["collector", "one"]) == (first, first + 1)


def test_a_taken_port_is_named_with_whom_it_was_for(taken: int) -> None:
    """The line says which port, and who wanted it."""
    with pytest.raises(FailedError, match=rf"port {taken} \(payment_webhook\) is held by"):
        choose_ports(taken - 1, ["collector", "payment_webhook"])


def test_there_is_no_port_after_the_last() -> None:
    """Asking for ports beyond 65535 is wrong usage."""
    with pytest.raises(UsageError, match="65535"):
        choose_ports(65_535, ["collector", "payment_webhook"])
