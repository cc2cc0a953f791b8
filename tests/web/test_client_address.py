"""Whose request it is, by the address that the platform saw."""

import pytest

from shared.web.client_address import client_address
from shared.webhooks.delivery import Head


def address(*forwarded: str, peer: str = "169.254.1.1", proxies: int = 0) -> str:
    """Return the key of a request with these headers."""
    headers = tuple(("x-forwarded-for", value) for value in forwarded)
    return client_address(Head(headers, peer=peer), proxies)


@pytest.mark.parametrize(
    ("forwarded", "found"),
    [
        (("203.0.113.9",), "203.0.113.9"),
        (("1.2.3.4, 203.0.113.9",), "203.0.113.9"),
        (("1.2.3.4", "5.6.7.8,203.0.113.9"), "203.0.113.9"),
        (("203.0.113.9 ",), "203.0.113.9"),
        (("::ffff:203.0.113.9",), "203.0.113.9"),
        (("2001:db8:1:2300::1",), "2001:db8:1:2300::/56"),
        (("2001:db8:1:23ff:9:8:7:6",), "2001:db8:1:2300::/56"),
        (("203.0.113.9, unknown",), ""),
        (("",), ""),
    ],
)
def test_the_last_hop_is_the_sender(forwarded: tuple[str, ...], found: str) -> None:
    """Whatever the sender wrote before it; an IPv6 line is one sender."""
    assert address(*forwarded) == found


def test_without_a_proxy_the_peer_is_the_sender() -> None:
    """As on a machine of one's own."""
    assert address(peer="198.51.100.7") == "198.51.100.7"
    assert address(peer="") == ""


@pytest.mark.parametrize(("proxies", "found"), [(1, "203.0.113.9"), (2, "1.2.3.4"), (9, "1.2.3.4")])
def test_proxies_of_the_operators_own_are_passed_over(proxies: int, found: str) -> None:
    """A load balancer adds its own address behind the sender's."""
    assert address("1.2.3.4, 203.0.113.9, 198.51.100.1", proxies=proxies) == found
