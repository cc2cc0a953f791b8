"""How a provider's deliveries are made: its kinds, and its signature."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tools.traffic.facts import Kind
from tools.traffic.request import Request

Sign = Callable[[Request, str, int], Request]
"""Signs a request with a secret at a time in Unix seconds. It is written by the provider's
description and not by our own verification, so that each can show a mistake of the other."""


@dataclass(frozen=True)
class Sender:
    """One provider as a sender of test deliveries.

    Attributes:
        kinds: Its kinds of deliveries, by name: `PROVIDER.KIND`.
        sign: Signs one of them.
    """

    kinds: Mapping[str, Kind]
    sign: Sign
