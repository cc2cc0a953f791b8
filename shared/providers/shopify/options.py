"""What the operator chose for Shopify."""

from typing import Annotated, Final, Literal

import msgspec

from shared.providers.transaction_ids import DEFAULT_KEYS

_SHOP: Final = r"^[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com$"

Shop = Annotated[
    str,
    msgspec.Meta(pattern=_SHOP, description="the shop's own domain, e.g. my-shop.myshopify.com"),
]
ClientId = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[0-9a-f]{32}$", description="the app's client id, 32 digits and a to f"
    ),
]


class ShopifyOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choices of the `shopify` entry of `PAYMENT_PROVIDERS`, and the settings that shape ids.

    Attributes:
        transaction_id_keys: Names of `note_attributes` to prefer as transaction id, first hit
            wins; from `TRANSACTION_ID_KEYS`. Read with `buyer_transaction_ids` only. Without it
            the id is the order's numeric `id`: another shop has the same `name` (#1001).
        item_id: Where an item's id comes from; what a line lacks is replaced by the next of these.
        buyer_transaction_ids: Take the transaction id from `note_attributes`. Anybody with a cart
            can write them, and so can give an order the id of another one.
        gift_cards: When a gift card's money counts, at its redemption or at its sale. Shopify's
            own reports count the redemption.
        store_credit: Count orders that were paid with store credit, and refunds to store credit.
            Nothing is collected then.
        shop: The shop whose API is asked where there is an `api_key`.
        client_id: The app's client id, where it was made in the Dev Dashboard: `api_key` is that
            app's client secret then, and its tokens, which last a day, are asked for.
    """

    transaction_id_keys: tuple[str, ...] = DEFAULT_KEYS
    item_id: Literal["sku", "variant", "product"] = "sku"
    buyer_transaction_ids: bool = False
    gift_cards: Literal["redemption", "sale"] = "redemption"
    store_credit: bool = False
    shop: Shop | None = None
    client_id: ClientId | None = None
