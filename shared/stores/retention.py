"""For how long a store keeps what it remembers."""

from datetime import timedelta
from typing import Final

import msgspec

LEDGER_DAYS: Final = 90
ORDER_DAYS: Final = 400
"""What a yearly subscription's renewal needs after a month of failed charges; refunds and lost
disputes come within half a year at the latest."""

LEAST_DAYS: Final = 60
"""Longer than anybody brings an event again: Stripe's events can be resent for 30 days, a message
waits for 7 days and as a dead letter for 31, and Shopify shows orders for 60 days to a repair."""

MOST_DAYS: Final = 3650

_LEDGER: Final = timedelta(days=LEDGER_DAYS)
_ORDERS: Final = timedelta(days=ORDER_DAYS)


class Retention(msgspec.Struct, frozen=True):
    """For how long things are kept after they changed last.

    Attributes:
        ledger: An entry of the ledger, after it was claimed or settled.
        orders: An order, and the context that its events brought.
    """

    ledger: timedelta = _LEDGER
    orders: timedelta = _ORDERS

    @property
    def surely(self) -> "Retention":
        """How far back everything is remembered, also what was written under another setting.

        Never more than the defaults: what was written before a raise still ends when it was going
        to.
        """
        return Retention(min(self.ledger, _LEDGER), min(self.orders, _ORDERS))


STATUS_AFTER: Final = timedelta(minutes=30)
"""Google advises to look a request's status up after half an hour first:
https://developers.google.com/data-manager/api/devguides/diagnostics"""

KEPT: Final = Retention()
"""What holds where nothing was decided."""
