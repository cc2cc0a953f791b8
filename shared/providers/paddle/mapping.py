"""Which event of Paddle's is the money, and which only speaks of it."""

from typing import Final

from shared.domain.event import DomainEvent
from shared.providers.event import ProviderEvent
from shared.providers.meanings import Meanings, map_by_type
from shared.providers.paddle.adjustment import from_adjustment
from shared.providers.paddle.options import PaddleOptions
from shared.providers.paddle.transaction import from_transaction, from_update

MEANINGS: Final[Meanings[PaddleOptions]] = {
    # `transaction.paid` comes before and says the same, without what Paddle adds later.
    "transaction.completed": from_transaction,
    # No money, but a buyer may deny consent after the payment.
    "transaction.updated": from_update,
    "adjustment.created": from_adjustment,
    "adjustment.updated": from_adjustment,
}


def map_event(event: ProviderEvent, options: PaddleOptions) -> DomainEvent:
    """Return what the event means for GA4.

    Args:
        event: The notification.
        options: The operator's choices.

    Raises:
        UnusableError: The event is money but cannot be read; all bad fields are named.
    """
    return map_by_type(event, options, MEANINGS)
