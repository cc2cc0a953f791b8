"""The shape of an invoice, before and since 2025-03-31.basil."""

from typing import Final

import msgspec

from shared.decoding import Reference, id_of
from shared.providers.stripe.discount import Discount
from shared.providers.stripe.fields import NOTHING, HasCustomer, Id, ShippingCost, Tax, ids
from shared.providers.stripe.invoice_lines import InvoiceLines

_EMPTY: Final = (b"", b"null")


class SubscriptionDetails(msgspec.Struct, frozen=True):
    """The subscription that made an invoice.

    Attributes:
        metadata: The subscription's, as it was when the invoice was finalised.
    """

    subscription: Reference = None
    metadata: msgspec.Raw = NOTHING


class InvoiceParent(msgspec.Struct, frozen=True):
    """What made an invoice, since basil."""

    type: str | None = None
    subscription_details: SubscriptionDetails | None = None


class Payment(msgspec.Struct, frozen=True):
    """What an invoice was paid with, since basil."""

    payment_intent: Reference = None
    charge: Reference = None


class InvoicePart(msgspec.Struct, frozen=True):
    """One payment of an invoice, where the API was asked for them."""

    payment: Payment | None = None


class InvoiceParts(msgspec.Struct, frozen=True):
    """The payments of an invoice, where the API was asked for them."""

    data: list[InvoicePart] = []


class StatusTransitions(msgspec.Struct, frozen=True):
    """When an invoice became what it is."""

    paid_at: int | None = None


class Invoice(HasCustomer, frozen=True):
    """An `invoice`."""

    id: Id
    total: int
    object: str = "invoice"
    currency: str | None = None
    billing_reason: str | None = None
    status: str | None = None
    amount_paid: int | None = None
    amount_due: int | None = None
    pre_payment_credit_notes_amount: int | None = None
    starting_balance: int | None = None
    attempt_count: int | None = None
    parent: InvoiceParent | None = None
    payments: InvoiceParts | None = None
    total_taxes: list[Tax] | None = None
    shipping_cost: ShippingCost | None = None
    discounts: list[str | Discount] | None = None
    lines: InvoiceLines | None = None
    status_transitions: StatusTransitions | None = None
    metadata: msgspec.Raw = NOTHING
    # Before basil only:
    subscription: Reference = None
    subscription_details: SubscriptionDetails | None = None
    payment_intent: Reference = None
    charge: Reference = None
    paid: bool | None = None
    paid_out_of_band: bool | None = None
    tax: int | None = None
    total_tax_amounts: list[Tax] | None = None
    discount: Discount | None = None

    @property
    def of_subscription(self) -> SubscriptionDetails:
        """The subscription and its metadata, wherever they stand; empty where there is none."""
        made = self.parent
        new = made and made.type in ("subscription_details", None) and made.subscription_details
        old = self.subscription_details
        # A sender may fill both shapes, and each in part.
        return SubscriptionDetails(
            (new and id_of(new.subscription))
            or id_of(self.subscription)
            or (old and id_of(old.subscription))
            or None,
            next(
                (d.metadata for d in (new, old) if d and bytes(d.metadata) not in _EMPTY), NOTHING
            ),
        )

    @property
    def is_paid(self) -> bool:
        """Whether nothing is owed any more."""
        return self.status == "paid" or self.paid is True

    @property
    def tax_amount(self) -> int:
        """All taxes, inclusive and exclusive."""
        if listed := self.total_taxes or self.total_tax_amounts:
            return sum(tax.amount for tax in listed)
        return self.tax or 0

    @property
    def payers(self) -> tuple[str, ...]:
        """The payment intents and charges that paid it, as far as it says."""
        parts = [p.payment for p in (self.payments.data if self.payments else ()) if p.payment]
        return ids(
            self.payment_intent,
            self.charge,
            *(r for part in parts for r in (part.payment_intent, part.charge)),
        )

    @property
    def coupon(self) -> str | None:
        """The name of its first discount that has more than an id of its own."""
        found = [d for d in self.discounts or () if isinstance(d, Discount)]
        return next((d.name for d in (*found, self.discount) if d is not None and d.name), None)
