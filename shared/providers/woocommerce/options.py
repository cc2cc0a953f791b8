"""What the operator chose for WooCommerce."""

from typing import Literal

import msgspec

from shared.providers.transaction_ids import DEFAULT_KEYS


class WooCommerceOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choices of the `woocommerce` entry of `PAYMENT_PROVIDERS`, and the settings that shape ids.

    Attributes:
        transaction_id_keys: Keys of `meta_data` to prefer as transaction id, first hit wins; from
            `TRANSACTION_ID_KEYS`. Of a renewal none is read: WooCommerce Subscriptions copies the
            first order's meta data to all of them.
        item_id: Where an item's id comes from; what a line lacks is replaced by the next of these.
    """

    transaction_id_keys: tuple[str, ...] = DEFAULT_KEYS
    item_id: Literal["sku", "variation", "product"] = "sku"
