"""What the operator chose for Stripe."""

from typing import Annotated, Final, Literal

import msgspec

from shared.providers.transaction_ids import DEFAULT_KEYS

METADATA: Final = "metadata:"

ItemId = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(product|price|metadata:.{1,40})$",
        description="product, price or metadata:KEY",
    ),
]
"""Where an item's id comes from: `product`, `price` or `metadata:KEY`."""


class StripeOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choices of the `stripe` entry of `PAYMENT_PROVIDERS`, and the settings that shape ids.

    Attributes:
        payment_intents: Take `payment_intent.succeeded` as money where nothing else owns it.
        transaction_id_keys: Metadata keys to prefer as transaction id, first hit wins; from
            `TRANSACTION_ID_KEYS`.
        invoices: Take invoices as money that no subscription's period, change or usage made.
        charges: Take charges as money that no payment intent made.
        disputes: Send disputes, and take a lost one as a refund.
        lifecycle: Send trials and cancellations.
        payment_failed: Send payments that failed.
        balance_paid: Take invoices as money that the customer's credit balance paid.
        item_id: Where an item's id comes from.
        client_reference_id: Whom a session's `client_reference_id` lends what is known by it: its
            `first_customer`, everybody (`always`), or nobody (`never`).
        reversals: What becomes of a refund that failed after GA4 had it: `ledger` puts it on
            record, `purchase` also sends a purchase of the same amount under an id of its own.
        value: What counts: the `payment`, or of a Connect platform its `application_fee`.
    """

    payment_intents: bool = False
    transaction_id_keys: tuple[str, ...] = DEFAULT_KEYS
    invoices: bool = False
    charges: bool = False
    disputes: bool = False
    lifecycle: bool = False
    payment_failed: bool = False
    balance_paid: bool = False
    item_id: ItemId = "product"
    client_reference_id: Literal["first_customer", "always", "never"] = "first_customer"
    reversals: Literal["ledger", "purchase"] = "ledger"
    value: Literal["payment", "application_fee"] = "payment"
