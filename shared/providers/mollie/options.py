"""What the operator chose for Mollie."""

from typing import Literal

import msgspec

from shared.providers.transaction_ids import DEFAULT_KEYS


class MollieOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choices of the `mollie` entry of `PAYMENT_PROVIDERS`, and the settings that shape ids.

    Attributes:
        transaction_id_keys: Keys of `metadata` to prefer as transaction id, first hit wins; from
            `TRANSACTION_ID_KEYS`. Of a recurring payment none is read: Mollie copies a
            subscription's metadata to all of its payments.
        disputes: Take a chargeback as a refund.
        lifecycle: Send payments that failed.
        payment_failed: The same.
        reversals: What becomes of a refund that failed, or a chargeback that was won, after GA4
            had it: `ledger` puts it on record, `purchase` also sends a purchase of the same amount.
    """

    transaction_id_keys: tuple[str, ...] = DEFAULT_KEYS
    disputes: bool = False
    lifecycle: bool = False
    payment_failed: bool = False
    reversals: Literal["ledger", "purchase"] = "ledger"
