"""What the operator chose for PayPal."""

from typing import Literal

import msgspec

from shared.providers.paypal.proof import LIVE_API
from shared.providers.transaction_ids import DEFAULT_KEYS


class PayPalOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choices of the `paypal` entry of `PAYMENT_PROVIDERS`, and the settings that shape ids.

    Attributes:
        transaction_id_keys: As every provider has them. PayPal has no metadata, so nothing is
            looked for under them.
        client_id: The REST app's client id; `api_key` is its secret. With both, the order of a
            capture is asked for: its tax, its shipping and its items.
        sandbox: Whether they are of PayPal's sandbox.
        disputes: Send disputes, and take a reversal or a lost dispute as a refund.
        lifecycle: Send cancellations and failed payments of subscriptions.
        payment_failed: Send failed payments without the rest of `lifecycle`.
        reversals: What becomes of a refund that failed after GA4 had it: `ledger` puts it on
            record, `purchase` also sends a purchase of the same amount under an id of its own.
        api: `PAYPAL_API`: PayPal's API, or a stand-in on loopback.
        root: `CONNECTORS_PAYPAL_ROOT`: the roots in PEM; None for the public ones.
    """

    transaction_id_keys: tuple[str, ...] = DEFAULT_KEYS
    client_id: str | None = None
    sandbox: bool = False
    disputes: bool = False
    lifecycle: bool = False
    payment_failed: bool = False
    reversals: Literal["ledger", "purchase"] = "ledger"
    api: str = LIVE_API
    root: str | None = None
