"""How a provider's deliveries are made: its kinds, and its signature."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

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
        environment: Returns the settings with which what it signs is taken, where it signs with
            a key of its own: a root certificate, a stand-in of an API. It gets a folder for files
            and the provider's secret. `CONNECTORS_NAME_SIGNER` is where another process finds
            what it signs with.
    """

    kinds: Mapping[str, Kind]
    sign: Sign
    environment: Callable[[Path, str], Mapping[str, str]] | None = None
