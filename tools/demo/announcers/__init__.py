"""What the providers beside Stripe announce of a shop's day: a file for each.

Stripe's events are many more, and have a file of their own in `tools.traffic`.
"""

from typing import Final

from tools.demo.announcers import mollie, paypal, revenuecat
from tools.demo.announcers.announcer import Announcer

ANNOUNCERS: Final[tuple[Announcer, ...]] = (
    paypal.ANNOUNCER,
    mollie.ANNOUNCER,
    revenuecat.ANNOUNCER,
)
"""All of them."""
