"""Which event of Paddle's is the money, and which only speaks of it."""

from typing import Final

from shared.providers.meanings import Meanings, by_type
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
map_event: Final = by_type(MEANINGS)
