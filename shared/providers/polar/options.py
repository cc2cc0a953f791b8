"""What the operator chose for Polar."""

from typing import Literal

import msgspec

from shared.providers.transaction_ids import DEFAULT_KEYS


class PolarOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choices of the `polar` entry of `PAYMENT_PROVIDERS`, and the settings that shape ids.

    Attributes:
        transaction_id_keys: Metadata keys to prefer as transaction id, first hit wins; from
            `TRANSACTION_ID_KEYS`. Keys that a checkout link takes from its URL are never read.
        lifecycle: Send trials, cancellations and failed payments.
        payment_failed: Send payments that failed, without the rest of `lifecycle`.
        credit_paid: Count what was paid from the customer's balance too. It was counted when it
            was paid in, or never.
        item_id: Where an item's id comes from.
        reversals: What becomes of a refund that failed after GA4 had it: `ledger` puts it on
            record, `purchase` also sends a purchase of the same amount under an id of its own.
    """

    transaction_id_keys: tuple[str, ...] = DEFAULT_KEYS
    lifecycle: bool = False
    payment_failed: bool = False
    credit_paid: bool = False
    item_id: Literal["product", "price"] = "product"
    reversals: Literal["ledger", "purchase"] = "ledger"
