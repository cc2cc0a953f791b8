"""Which event of Polar's is the money, and which only speaks of it."""

from typing import Final

from shared.providers.meanings import Meanings, by_type
from shared.providers.polar.options import PolarOptions
from shared.providers.polar.order import from_order, from_update
from shared.providers.polar.refund import from_refund
from shared.providers.polar.subscription import from_subscription

MEANINGS: Final[Meanings[PolarOptions]] = {
    # `order.created` comes before, and an order of a subscription is not paid then.
    "order.paid": from_order,
    # No money, but a buyer may deny consent after the payment.
    "order.updated": from_update,
    # `order.refunded` says the sum of all refunds; each has events of its own.
    "refund.created": from_refund,
    "refund.updated": from_refund,
    "subscription.active": from_subscription,
    "subscription.canceled": from_subscription,
    "subscription.created": from_subscription,
    "subscription.cycled": from_subscription,
    "subscription.past_due": from_subscription,
    "subscription.revoked": from_subscription,
    "subscription.updated": from_subscription,
}
map_event: Final = by_type(MEANINGS)
