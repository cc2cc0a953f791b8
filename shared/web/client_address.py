"""Whose request it is, by the address that the platform saw.

`X-Forwarded-For` is a list. The sender of the request may begin it with anything; each proxy adds
the address it was called from at the end. Cloud Run's front end adds the sender's, so the last
entry is true. A load balancer of the operator's own adds its own address behind it: so many
entries, `CAPTURE_PROXIES`, are passed over
(https://cloud.google.com/load-balancing/docs/https#x-forwarded-for_header).
"""

import ipaddress
from typing import Final

from shared.webhooks.delivery import Head

_HEADER: Final = "x-forwarded-for"
# One line of a provider's has 256 networks of its own; 2^64 addresses each cost nothing.
_IPV6_PREFIX: Final = 56


def client_address(head: Head, proxies: int) -> str:
    """Return a key for the sender of a request: an IPv4 address, or the network of an IPv6 one.

    Args:
        head: The request.
        proxies: How many proxies of the operator's own stand behind the platform's.

    Returns:
        Empty where nobody says an address; all of these share one key.
    """
    hops = [hop.strip() for value in head.values(_HEADER) for hop in value.split(",")]
    said = hops[max(len(hops) - 1 - proxies, 0)] if hops else head.peer
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    network = ipaddress.ip_network((address.packed, _IPV6_PREFIX), strict=False)
    return str(network)
