"""The time that is reconciled."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

# What Stripe's API keeps of events ("List all events": "going back up to 30 days"), of orders
# Shopify's, where an app has not the scope read_all_orders, and of events Chargebee's.
KEPT: Final = timedelta(days=30)
SHOPIFY_KEPT: Final = timedelta(days=60)
CHARGEBEE_KEPT: Final = timedelta(days=90)
SETTLING: Final = timedelta(minutes=15)
"""A delivery takes seconds, and its retries some minutes: what is younger is not missing yet."""
# PayPal "List transactions": "a maximum of three hours for executed transactions to appear".
LISTED_AFTER: Final[Mapping[str, timedelta]] = {"paypal": timedelta(hours=3)}
"""Providers that list what happened only after a time → the longest it takes."""
_SLICE: Final = timedelta(days=1)


class Span(msgspec.Struct, frozen=True):
    """From a moment on, up to but without another; both UTC."""

    start: datetime
    end: datetime

    def slices(self) -> Iterator["Span"]:
        """Return the days of the span, the first one first: what is held in memory at once."""
        start = self.start
        while start < self.end:
            end = min(start + _SLICE, self.end)
            yield Span(start, end)
            start = end
