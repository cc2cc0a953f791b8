"""What the operator chose for Adyen."""

from typing import Literal

import msgspec

from shared.providers.transaction_ids import DEFAULT_KEYS


class AdyenOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choices of the `adyen` entry of `PAYMENT_PROVIDERS`.

    Attributes:
        transaction_id_keys: As every provider has them. Adyen does not sign the metadata, so no
            transaction id is looked for in it.
        capture: When the money is taken: with the authorisation (`automatic`), or by a capture of
            its own, after a delay or by hand (`manual`). As the merchant account is set up.
        lifecycle: Send failed payments; Adyen sends nothing else of a subscription's life.
        payment_failed: The same.
        disputes: Send disputes, and take a chargeback as a refund.
        reversals: What becomes of a refund that failed after GA4 had it: `ledger` puts it on
            record, `purchase` also sends a purchase of the same amount under an id of its own.
    """

    transaction_id_keys: tuple[str, ...] = DEFAULT_KEYS
    capture: Literal["automatic", "manual"] = "automatic"
    lifecycle: bool = False
    payment_failed: bool = False
    disputes: bool = False
    reversals: Literal["ledger", "purchase"] = "ledger"
