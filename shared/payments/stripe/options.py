"""What the operator chose for Stripe."""

from dataclasses import dataclass
from typing import Final

DEFAULT_KEYS: Final[tuple[str, ...]] = ("ga_transaction_id", "order_id")


@dataclass(frozen=True, slots=True)
class StripeOptions:
    """Choices of the `stripe` entry of `PAYMENT_PROVIDERS`, and the settings that shape ids.

    Attributes:
        payment_intents: Take `payment_intent.succeeded` as money where nothing else owns it.
        transaction_id_keys: Metadata keys to prefer as transaction id, first hit wins.
    """

    payment_intents: bool = False
    transaction_id_keys: tuple[str, ...] = DEFAULT_KEYS
