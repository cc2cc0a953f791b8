"""How long a request may take, and how many a process takes on at once."""

from typing import Final

import msgspec

from shared.settings import values
from shared.settings.reader import Reader

DEADLINE_SECONDS: Final = 9
"""Stripe waits for ten seconds, and Cloud Run gives a process ten to end."""

DELIVERIES_IN_FLIGHT: Final = 100


class Limits(msgspec.Struct, frozen=True):
    """What a process promises the platform and the sender.

    Attributes:
        deadline_seconds: `REQUEST_DEADLINE_SECONDS`.
        deliveries_in_flight: `MAX_DELIVERIES_IN_FLIGHT`.
    """

    deadline_seconds: int = DEADLINE_SECONDS
    deliveries_in_flight: int = DELIVERIES_IN_FLIGHT


def read_limits(reader: Reader) -> Limits:
    """Return the limits every function has.

    Args:
        reader: Reads them, and collects what is wrong.
    """
    return Limits(
        reader.default(
            "REQUEST_DEADLINE_SECONDS",
            values.whole(3, 540),
            "whole seconds from 3 to 540",
            DEADLINE_SECONDS,
        ),
        reader.default(
            "MAX_DELIVERIES_IN_FLIGHT",
            values.whole(1, 10_000),
            "a whole number from 1 to 10000",
            DELIVERIES_IN_FLIGHT,
        ),
    )
