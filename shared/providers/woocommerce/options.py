"""What the operator chose for WooCommerce."""

from typing import Annotated, Literal

import msgspec

from shared.providers.transaction_ids import DEFAULT_KEYS

Place = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
        r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,99}){0,8}$",
        description="the shop's address without https://, e.g. shop.example.com",
    ),
]


class WooCommerceOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choices of the `woocommerce` entry of `PAYMENT_PROVIDERS`, and the settings that shape ids.

    Attributes:
        transaction_id_keys: Keys of `meta_data` to prefer as transaction id, first hit wins; from
            `TRANSACTION_ID_KEYS`. Of a renewal none is read: WooCommerce Subscriptions copies the
            first order's meta data to all of them.
        item_id: Where an item's id comes from; what a line lacks is replaced by the next of these.
        shop: The shop whose API is asked where there is an `api_key`.
    """

    transaction_id_keys: tuple[str, ...] = DEFAULT_KEYS
    item_id: Literal["sku", "variation", "product"] = "sku"
    shop: Place | None = None
