"""What the operator chose for RevenueCat."""

from typing import Annotated, Literal

import msgspec

from shared.providers.transaction_ids import DEFAULT_KEYS

Store = Literal[
    "AMAZON", "APP_STORE", "MAC_APP_STORE", "PADDLE", "PLAY_STORE", "RC_BILLING", "ROKU", "STRIPE"
]

Project = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[A-Za-z0-9_-]{1,255}$", description="the project's id, e.g. proj1ab2c3d4"
    ),
]


class RevenueCatOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choices of the `revenuecat` entry of `PAYMENT_PROVIDERS`.

    Attributes:
        transaction_id_keys: As every provider has them. Anybody with the app can write a
            customer's attributes, so no transaction id is looked for in them.
        stores: Stores that are left out unless they are named here: `STRIPE` and `PADDLE`, whose
            own webhooks send the same money. All others count, named or not.
        lifecycle: Send trials, cancellations and failed payments.
        payment_failed: Send payments that failed, without the rest of `lifecycle`.
        reversals: What becomes of a refund that was reversed after GA4 had it: `ledger` puts it
            on record, `purchase` also sends a purchase of the same amount under an id of its own.
        project: The project whose API is asked where there is an `api_key`.
    """

    transaction_id_keys: tuple[str, ...] = DEFAULT_KEYS
    stores: tuple[Store, ...] = ()
    lifecycle: bool = False
    payment_failed: bool = False
    reversals: Literal["ledger", "purchase"] = "ledger"
    project: Project | None = None
