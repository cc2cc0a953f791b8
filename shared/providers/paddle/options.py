"""What the operator chose for Paddle."""

from typing import Literal

import msgspec

from shared.providers.transaction_ids import DEFAULT_KEYS


class PaddleOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choices of the `paddle` entry of `PAYMENT_PROVIDERS`, and the settings that shape ids.

    Attributes:
        transaction_id_keys: Keys of `custom_data` to prefer as transaction id, first hit wins;
            from `TRANSACTION_ID_KEYS`.
        disputes: Take a chargeback as a refund.
        item_id: Where an item's id comes from.
    """

    transaction_id_keys: tuple[str, ...] = DEFAULT_KEYS
    disputes: bool = False
    item_id: Literal["product", "price"] = "product"
