"""What the operator chose for Apple."""

from typing import Annotated, Literal

import msgspec

from shared.providers.transaction_ids import DEFAULT_KEYS


class AppleOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choices of the `apple` entry of `PAYMENT_PROVIDERS`.

    Attributes:
        transaction_id_keys: As every provider has them. Apple passes no metadata on.
        bundle_id: The app's bundle id: notifications of any other app are refused.
        app_id: The app's Apple ID, a number: what Apple calls the app in production.
        lifecycle: Send trials, cancellations and failed payments.
        payment_failed: Send payments that failed, without the rest of `lifecycle`.
        reversals: What becomes of a refund that was reversed after GA4 had it: `ledger` puts it
            on record, `purchase` also sends a purchase of the same amount under an id of its own.
        root: `CONNECTORS_APPLE_ROOT`: another root in PEM, for tests; None for Apple's own.
    """

    transaction_id_keys: tuple[str, ...] = DEFAULT_KEYS
    bundle_id: str = ""
    app_id: Annotated[int, msgspec.Meta(ge=0)] = 0
    lifecycle: bool = False
    payment_failed: bool = False
    reversals: Literal["ledger", "purchase"] = "ledger"
    root: str | None = None
