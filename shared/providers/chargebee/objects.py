"""The shapes of Chargebee's objects, as far as money is read from them.

Source: the types of the `chargebee` package 3.29.0. Amounts are whole numbers of minor units.
"""

from typing import Annotated, Final

import msgspec

from shared.domain.money import CURRENCIES as ALL
from shared.faults import checked_by
from shared.providers.minor_units import ISO_4217, known_currency

AT: Final = "content"
NOTHING: Final = msgspec.Raw(b"")

# Chargebee publishes no table of its own.
EXPONENTS: Final = ISO_4217
CURRENCIES: Final = ALL - {"CLF"}  # four digits


def currency_of(text: str | None, path: str) -> str:
    """Return a currency of Chargebee's: see `known_currency`."""
    return known_currency(text, path, CURRENCIES, "Chargebee")


Id = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Minor = Annotated[int, msgspec.Meta(description="a whole number of minor units, e.g. 1250")]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=10**11, description="a time in Unix seconds")]
Currency = Annotated[
    str, msgspec.Meta(description="an ISO 4217 currency, e.g. EUR", extra=checked_by(currency_of))
]


class LinkedInvoice(msgspec.Struct, frozen=True):
    """How much of a payment went to an invoice."""

    invoice_id: Id
    applied_amount: Minor


class LinkedPayment(msgspec.Struct, frozen=True):
    """The payment that a refund or a reversal gives back."""

    id: Id
    status: str | None = None


class LinkedCreditNote(msgspec.Struct, frozen=True):
    """The credit note that a refund pays out."""

    cn_reference_invoice_id: Id | None = None


class Transaction(msgspec.Struct, frozen=True):
    """Money that moved, or should have; `type` says which way."""

    id: Id
    amount: Minor
    type: str | None = None
    status: str | None = None
    currency_code: Currency | None = None
    date: Seconds | None = None
    customer_id: Id | None = None
    subscription_id: Id | None = None
    reference_transaction_id: Id | None = None
    refunded_txn_id: Id | None = None
    linked_invoices: tuple[LinkedInvoice, ...] | None = None
    linked_payments: tuple[LinkedPayment, ...] | None = None
    linked_credit_notes: tuple[LinkedCreditNote, ...] | None = None


class LineItem(msgspec.Struct, frozen=True):
    """A line of an invoice: `amount` is before discounts."""

    amount: Minor
    id: str | None = None
    quantity: Annotated[int, msgspec.Meta(ge=0, le=10**6)] | None = None
    discount_amount: Minor | None = None
    tax_amount: Minor | None = None
    entity_id: str | None = None
    entity_type: str | None = None
    description: str | None = None


class Discount(msgspec.Struct, frozen=True):
    """What was taken off an invoice."""

    entity_id: str | None = None
    coupon_id: str | None = None


class Invoice(msgspec.Struct, frozen=True):
    """What was billed; `recurring` says that it is a subscription's."""

    id: Id
    total: Minor | None = None
    tax: Minor | None = None
    currency_code: Currency | None = None
    price_type: str | None = None
    first_invoice: bool | None = None
    recurring: bool | None = None
    customer_id: Id | None = None
    subscription_id: Id | None = None
    line_items: tuple[LineItem, ...] | None = None
    discounts: tuple[Discount, ...] | None = None


class Subscription(msgspec.Struct, frozen=True):
    """What a customer subscribed to."""

    id: Id
    status: str | None = None
    customer_id: Id | None = None
    cancel_reason: str | None = None


class Customer(msgspec.Struct, frozen=True):
    """Who pays."""

    id: Id


class CreditNote(msgspec.Struct, frozen=True):
    """What is owed to a customer."""

    id: Id
    reference_invoice_id: Id | None = None


class Content(msgspec.Struct, frozen=True):
    """What an event is about. All but the transaction can be missing or unreadable."""

    transaction: Transaction
    invoice: Invoice | None = None
    subscription: Subscription | None = None
    customer: Customer | None = None
    credit_note: CreditNote | None = None


DISPENSABLE: Final = (
    "credit_note",
    "customer",
    "subscription",
    "invoice.currency_code",
    "invoice.customer_id",
    "invoice.discounts",
    "invoice.first_invoice",
    "invoice.line_items",
    "invoice.price_type",
    "invoice.recurring",
    "invoice.subscription_id",
    "transaction.customer_id",
    "transaction.date",
    "transaction.linked_credit_notes",
    "transaction.linked_invoices",
    "transaction.linked_payments",
    "transaction.reference_transaction_id",
    "transaction.refunded_txn_id",
    "transaction.subscription_id",
)
"""What can be left out of a content when it cannot be read: the money is certain without it."""
