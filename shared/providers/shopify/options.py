"""What the operator chose for Shopify."""

from typing import Literal

import msgspec

from shared.providers.transaction_ids import DEFAULT_KEYS


class ShopifyOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choices of the `shopify` entry of `PAYMENT_PROVIDERS`, and the settings that shape ids.

    Attributes:
        transaction_id_keys: Names of `note_attributes` to prefer as transaction id, first hit
            wins; from `TRANSACTION_ID_KEYS`. Without one it is the order's numeric `id`: its
            `name` (#1001) may be given anew, and another shop has the same.
        item_id: Where an item's id comes from; what a line lacks is replaced by the next of these.
    """

    transaction_id_keys: tuple[str, ...] = DEFAULT_KEYS
    item_id: Literal["sku", "variant", "product"] = "sku"
