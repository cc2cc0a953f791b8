"""One realistic delivery of each kind, by name: the smallest piece of traffic there is.

All kinds that are about one order, e.g. `stripe.checkout` and `stripe.refund`, name the same one
when they are given the same text for it.
"""

from collections.abc import Mapping
from typing import Final

from tools.traffic.billing_kinds import BILLING_KINDS
from tools.traffic.facts import Facts, Kind
from tools.traffic.paddle_kinds import PADDLE_KINDS
from tools.traffic.providers import SENDERS
from tools.traffic.request import Request
from tools.traffic.sales import Visit
from tools.traffic.server_kinds import SERVER_KINDS
from tools.traffic.shopify_kinds import SHOPIFY_KINDS
from tools.traffic.stripe_kinds import STRIPE_KINDS
from tools.traffic.stripe_subscription_kinds import STRIPE_SUBSCRIPTION_KINDS

KINDS: Final[Mapping[str, Kind]] = {
    **STRIPE_KINDS,
    **STRIPE_SUBSCRIPTION_KINDS,
    **PADDLE_KINDS,
    **SHOPIFY_KINDS,
    **{name: kind for sender in SENDERS.values() for name, kind in sender.kinds.items()},
    **BILLING_KINDS,
    **SERVER_KINDS,
}
"""Every kind, by name."""


def make(kind: str, order: str, *, visit: Visit, now: int) -> Request:
    """Make one delivery of the usual price, not signed yet.

    Args:
        kind: One of `KINDS`.
        order: What it is about: text that all ids in it are made of.
        visit: What the shop's page knew of the buyer.
        now: When it is sent, in Unix seconds; what it tells of was a moment before.

    Raises:
        KeyError: There is no such kind.
    """
    return KINDS[kind].make(Facts(order, visit, now))
