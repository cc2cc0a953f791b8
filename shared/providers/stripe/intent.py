"""Payments of a shop's own integration: payment intents, and charges of the oldest interface.

They count where neither Checkout nor an invoice made the intent, and no intent made the charge.
"""

from typing import Final

import msgspec

from shared.changed import replace
from shared.decoding import Reference, id_of
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.event import Link
from shared.domain.intent_secret import random_part, without_secret
from shared.domain.money import Money
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata
from shared.providers.minor_units import Amount
from shared.providers.stripe.fields import (
    AT,
    NOTHING,
    Currency,
    Id,
    Minor,
    ids,
    is_before,
    paid_subject,
    payment_id,
    released,
    subject,
    to_money,
)
from shared.providers.stripe.items import Items, Line, bounded, counted, to_items
from shared.providers.stripe.objects import AmountDetails, IntentLine, PaymentIntent
from shared.providers.stripe.options import StripeOptions

NAMES_ITS_OWNER: Final = "2025-09-30"
"""The API version since which an intent names its invoice or session."""

NAMES_ITS_INVOICE_NO_MORE: Final = "2025-03-31"
"""The API version since which it does not name its invoice as it did before."""

_NOT_TAKEN: Final = "payment intents are not taken as money"
_SESSION: Final = "cs_"
# What Stripe writes where an invoice made the intent.
_OF_INVOICES: Final = frozenset(
    {"Payment for Invoice", "Subscription creation", "Subscription update"}
)
DISPENSABLE: Final = (
    "amount_details.line_items",
    "client_secret",
    "description",
    "latest_charge",
    "payment_method_options",
)
_DETAILS = f"{AT}.amount_details"
_LINES = f"{_DETAILS}.line_items.data"


def from_intent(event: ProviderEvent, options: StripeOptions) -> Conversion | Link | Ignored:
    """Return the purchase of `payment_intent.succeeded`, unless another event is its money.

    Args:
        event: The notification.
        options: Whether payment intents count at all, and which metadata keys hold the
            transaction id.

    Raises:
        UnusableError: The payment intent is money of its own but cannot be read.
    """
    intent, dropped = paid_subject(event, PaymentIntent, "payment_intent", DISPENSABLE)
    unnamed = is_before(event, NAMES_ITS_OWNER) and not intent.order_reference
    of_checkout = intent.order_reference.startswith(_SESSION)
    captured = intent.captured_by_hand and (unnamed or of_checkout)
    if (owned := _owned(intent, event, captured=captured)) is not None:
        return owned
    if not options.payment_intents and not captured:
        uncounted = ids(intent.id, intent.latest_charge)
        return Ignored(_NOT_TAKEN, uncounted=uncounted, may_be_owned=unnamed)
    found = to_purchase(intent, event, options)
    if isinstance(found, Ignored):
        return found
    return replace(
        found,
        # A session is placed long before its money is captured by hand: where the intent counts
        # by itself too, it does not wait for one.
        may_be_owned=of_checkout or (unnamed and not (captured and options.payment_intents)),
        # Without its version an event leaves open whether it would name the session that made it.
        buyer_may_come=not captured and event.api_version is None,
        checkout=ids(intent.id, intent.order_reference or None) if captured else (),
        not_alone=None if of_checkout or options.payment_intents else _NOT_TAKEN,
        notes=(*dropped, *found.notes),
    )


def to_purchase(
    intent: PaymentIntent, event: ProviderEvent, options: StripeOptions
) -> Conversion | Ignored:
    """Return the purchase that an intent is by itself.

    Args:
        intent: A succeeded one.
        event: Its notification.
        options: Which metadata keys hold the transaction id.

    Raises:
        UnusableError: The payment intent cannot be read.
    """
    money = _money(intent)
    if money.total == 0:
        return Ignored("zero amount")
    metadata = Metadata(intent.metadata)
    transaction_id = metadata.transaction_id(options.transaction_id_keys) or intent.id
    found = _items(intent.amount_details, money)
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=transaction_id,
        business_key=transaction_id,
        money=money,
        occurred_at=event.created_at,
        context=metadata.context(),
        source=event.source,
        items=found.items,
        references=ids(intent.id, intent.latest_charge, transaction_id, _secret(intent)),
        customer_references=ids(intent.customer_id),
        customer_ref=intent.customer_id,
        purchase_type=PurchaseType.ONE_TIME,
        payment_id=payment_id(intent.id),
        released=released(intent.amount - _received(intent), intent.currency),
        notes=(*metadata.notes, *found.notes),
    )


def from_canceled_intent(event: ProviderEvent, options: StripeOptions) -> Ignored:  # noqa: ARG001 - as all
    """Return that a payment was given up: until basil Stripe makes a refund of its authorisation.

    Args:
        event: The notification of `payment_intent.canceled`.
        options: The operator's choices.

    Raises:
        UnusableError: It cannot be read.
    """
    intent = subject(event, PaymentIntent, "payment_intent")
    reason = "canceled: nothing was captured"
    return Ignored(reason, uncounted=ids(intent.id, intent.latest_charge))


def _secret(intent: PaymentIntent) -> str | None:
    """Return what the page that took the payment may have named its capture."""
    secret = intent.client_secret or ""
    return without_secret(secret) if random_part(secret) else None


def _owned(intent: PaymentIntent, event: ProviderEvent, *, captured: bool) -> Link | Ignored | None:
    """Return why an intent is no money of its own; None if it is."""
    if (invoice := invoice_of(intent)) is not None:
        return Link("owned by an invoice", orders=ids(invoice, intent.id, intent.latest_charge))
    if _is_of_invoice(intent, event):
        return Ignored("owned by an invoice")
    if intent.order_reference.startswith(_SESSION) and not captured:
        return Ignored("owned by a checkout session")
    return None if intent.status == "succeeded" else Ignored("not succeeded")


def invoice_of(intent: PaymentIntent) -> str | None:
    """Return the invoice that made the intent, where the event names it.

    Before 2025-03-31.basil the intent names its invoice. Since 2025-09-30.clover `order_reference`
    holds the id of the invoice or the Checkout session. A Checkout session is not named before, and
    nothing is in between (https://docs.stripe.com/changelog).
    """
    reference = intent.order_reference
    return id_of(intent.invoice) or (reference if reference.startswith("in_") else None)


def _is_of_invoice(intent: PaymentIntent, event: ProviderEvent) -> bool:
    """Return whether Stripe's own words say that an invoice made the intent, which names none."""
    nameless = is_before(event, NAMES_ITS_OWNER) and not intent.order_reference
    if not nameless or is_before(event, NAMES_ITS_INVOICE_NO_MORE):
        return False
    return (intent.description or "").strip() in _OF_INVOICES


def _received(intent: PaymentIntent) -> int:
    """Return what was received, in minor units.

    Stripe always sends it; senders that speak for it may leave it out, and a succeeded intent was
    paid in full or says otherwise.
    """
    return intent.amount if intent.amount_received is None else intent.amount_received


def _money(intent: PaymentIntent) -> Money:
    """Return what was received, split where the shop gave it to Stripe."""
    parts = intent.amount_details
    return to_money(
        intent.currency,
        Amount(_received(intent), "amount_received"),
        Amount(_tax(parts), "amount_details.tax"),
        Amount(
            parts.shipping.amount if parts and parts.shipping else None, "amount_details.shipping"
        ),
    )


def _tax(parts: AmountDetails | None) -> int | None:
    """Return the tax: Stripe takes it for the whole or for each line, never both."""
    if parts is None:
        return None
    if parts.tax is not None and parts.tax.total_tax_amount is not None:
        return parts.tax.total_tax_amount
    taxes = [
        line.tax.total_tax_amount
        for line in (parts.line_items.data if parts.line_items else ())
        if line.tax is not None and line.tax.total_tax_amount is not None
    ]
    return sum(taxes) if taxes else None


def _items(parts: AmountDetails | None, money: Money) -> Items:
    if parts is None or parts.line_items is None:
        return Items()
    lines = [_line(line, f"{_LINES}[{at}]") for at, line in enumerate(parts.line_items.data)]
    if lines and parts.tip is not None and parts.tip.amount:
        # Part of the value, and of no product's price.
        lines.append(Line("tip", "Tip", bounded(parts.tip.amount, f"{_DETAILS}.tip.amount")))
    return to_items(
        lines,
        money,
        _LINES,
        whole=not parts.line_items.has_more,
        credit=bounded(parts.discount_amount or 0, f"{_DETAILS}.discount_amount"),
    )


def _line(line: IntentLine, path: str) -> Line:
    quantity = counted(line.quantity, f"{path}.quantity")
    discount = bounded(line.discount_amount or 0, f"{path}.discount_amount")
    name = line.product_name if line.product_name and "@" not in line.product_name else None
    return Line(
        item_id=line.product_code or None,
        item_name=name or (None if line.product_code else "unnamed"),
        net=bounded(line.unit_cost * line.quantity - discount, f"{path}.unit_cost"),
        discount=discount,
        quantity=quantity,
    )


class Charge(msgspec.Struct, frozen=True):
    """A `charge`."""

    id: Id
    amount: Minor
    object: str = "charge"
    status: str | None = None
    captured: bool | None = None
    amount_captured: Minor | None = None
    amount_refunded: Minor | None = None
    currency: Currency | None = None
    payment_intent: Reference = None
    invoice: Reference = None  # before 2025-03-31.basil
    customer: Reference = None
    metadata: msgspec.Raw = NOTHING


def from_charge(event: ProviderEvent, options: StripeOptions) -> Conversion | Ignored:
    """Return the purchase of `charge.succeeded` or `charge.captured`.

    `charge.succeeded` comes for mere authorisations too; those are captured later, or never.

    Args:
        event: The notification.
        options: Whether charges count at all, and which metadata keys hold the transaction id.

    Raises:
        UnusableError: The charge is money of its own but cannot be read.
    """
    charge = subject(event, Charge, "charge")
    if (reason := _no_money(charge)) is not None:
        return Ignored(reason)
    if not options.charges:
        return Ignored("charges are not taken as money", uncounted=(charge.id,))
    captured = _captured(charge, event)
    money = to_money(charge.currency, Amount(captured, "amount_captured"))
    if money.total == 0:
        return Ignored("zero amount")
    metadata = Metadata(charge.metadata)
    transaction_id = metadata.transaction_id(options.transaction_id_keys) or charge.id
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=transaction_id,
        business_key=transaction_id,
        money=money,
        occurred_at=event.created_at,
        context=metadata.context(),
        source=event.source,
        references=ids(charge.id, transaction_id),
        customer_references=ids(charge.customer),
        customer_ref=id_of(charge.customer),
        purchase_type=PurchaseType.ONE_TIME,
        payment_id=payment_id(charge.id),
        released=released(charge.amount - captured, charge.currency),
        notes=tuple(metadata.notes),
    )


def _captured(charge: Charge, event: ProviderEvent) -> int:
    """Return what was captured: before 2019 a charge says only what of it was released again."""
    if charge.amount_captured is not None:
        return charge.amount_captured
    freed = charge.amount_refunded if event.source.event_type == "charge.captured" else None
    return charge.amount - (freed or 0)


def _no_money(charge: Charge) -> str | None:
    """Return why a charge is no money of its own; None if it is."""
    if id_of(charge.payment_intent) is not None:
        return "owned by a payment intent"
    if id_of(charge.invoice) is not None:
        return "owned by an invoice"
    if charge.captured is False:  # charges of 2012 do not say
        return "authorised and not captured"
    return None if charge.status in (None, "succeeded", "paid") else "not succeeded"
