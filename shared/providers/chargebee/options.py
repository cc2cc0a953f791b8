"""What the operator chose for Chargebee."""

from typing import Annotated, Literal

import msgspec

from shared.providers.transaction_ids import DEFAULT_KEYS

Site = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z0-9][a-z0-9-]{0,62}$",
        description="the site's name, e.g. my-shop of my-shop.chargebee.com",
    ),
]


class ChargebeeOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choices of the `chargebee` entry of `PAYMENT_PROVIDERS`, and the settings that shape ids.

    Attributes:
        transaction_id_keys: Keys of the subscription's `meta_data` to prefer as transaction id,
            first hit wins; from `TRANSACTION_ID_KEYS`. Read for its first payment only.
        lifecycle: Send trials, cancellations and failed payments.
        payment_failed: Send payments that failed, without the rest of `lifecycle`.
        disputes: Take a payment that the bank took back as a refund, even where Chargebee does not
            say that it failed late.
        item_id: Where an item's id comes from: `entity` is the plan or charge, `line` the line.
        site: The site whose API is asked where there is an `api_key`.
    """

    transaction_id_keys: tuple[str, ...] = DEFAULT_KEYS
    lifecycle: bool = False
    payment_failed: bool = False
    disputes: bool = False
    item_id: Literal["entity", "line"] = "entity"
    site: Site | None = None
