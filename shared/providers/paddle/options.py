"""What the operator chose for Paddle."""

from typing import Literal

import msgspec

from shared.providers.transaction_ids import DEFAULT_KEYS


class PaddleOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choices of the `paddle` entry of `PAYMENT_PROVIDERS`, and the settings that shape ids.

    Attributes:
        transaction_id_keys: Keys of `custom_data` to prefer as transaction id, first hit wins;
            from `TRANSACTION_ID_KEYS`. Read with `buyer_transaction_ids` only.
        disputes: Take a chargeback as a refund.
        item_id: Where an item's id comes from.
        buyer_transaction_ids: Take the transaction id from `custom_data`. A checkout that is
            opened by a page takes it from that page, so anybody can give it the id of another
            order. Renewals never read it: Paddle copies `custom_data` to all of them.
        reversals: What becomes of a refund that was reversed after GA4 had it: `ledger` puts it
            on record, `purchase` also sends a purchase of the same amount under an id of its own.
        credit_paid: Count what was paid from the customer's credit too. It was counted when it
            was bought, or never.
        sandbox: Whether `api_key` is a key of Paddle's sandbox.
    """

    transaction_id_keys: tuple[str, ...] = DEFAULT_KEYS
    disputes: bool = False
    item_id: Literal["product", "price"] = "product"
    buyer_transaction_ids: bool = False
    credit_paid: bool = False
    reversals: Literal["ledger", "purchase"] = "ledger"
    sandbox: bool = False
