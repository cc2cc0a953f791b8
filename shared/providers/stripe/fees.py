"""The money of a Connect platform: its application fee, where the operator says so.

An intent and a charge name the fee; a session does not, and since 2025-03-31.basil an invoice does
not either. So the intent is the money of every flow, and what made it says whose it is. A refund of
the payment gives no fee back by itself: `application_fee.refunded` does.
"""

from typing import Final

import msgspec

from shared.changed import replace
from shared.decoding import read
from shared.domain.conversion import Conversion, Ignored
from shared.domain.event import DomainEvent, Link
from shared.domain.order import Order
from shared.domain.refund import Refund, Reversal
from shared.providers.event import ProviderEvent
from shared.providers.minor_units import Amount
from shared.providers.stripe.fields import (
    AT,
    PREVIOUS,
    Currency,
    Id,
    Minor,
    ids,
    is_before,
    paid_subject,
    subject,
    to_money,
)
from shared.providers.stripe.intent import DISPENSABLE, NAMES_ITS_OWNER, invoice_of, to_purchase
from shared.providers.stripe.objects import PaymentIntent
from shared.providers.stripe.options import StripeOptions

REFUNDED: Final = "application_fee.refunded"
_INTENT: Final = "payment_intent.succeeded"
_NO_FEE: Final = "no application fee"
_OTHER: Final = "the application fee is the money"


class ApplicationFee(msgspec.Struct, frozen=True):
    """An `application_fee`.

    Attributes:
        charge: What it was taken from.
        originating_transaction: The platform's own charge, where that made it.
    """

    id: Id
    amount_refunded: Minor
    object: str = "application_fee"
    currency: Currency | None = None
    charge: str | None = None
    originating_transaction: str | None = None


class _Before(msgspec.Struct, frozen=True):
    amount_refunded: int = 0


class _Charge(msgspec.Struct, frozen=True):
    application_fee_amount: Minor | None = None


def of_platform(event: ProviderEvent, meant: DomainEvent, options: StripeOptions) -> DomainEvent:
    """Return what an event means for a platform.

    Args:
        event: The notification.
        meant: What it means for the account that takes the payment.
        options: Which metadata keys hold the transaction id.

    Raises:
        UnusableError: The fee is money but cannot be read.
    """
    if event.source.event_type == _INTENT:
        return _from_intent(event, options)
    if isinstance(meant, Refund | Reversal):
        return meant if event.source.event_type == REFUNDED else Ignored(_OTHER)
    if not isinstance(meant, Conversion) or meant.money is None or meant.payment_id is None:
        return meant
    if event.source.event_type.startswith("charge."):
        fee = read(event.object, _Charge, at=AT).application_fee_amount
        return _with_fee(meant, fee)
    return Link(_OTHER, checkout=_placed(meant))


def from_refunded_fee(event: ProviderEvent, options: StripeOptions) -> Refund | Ignored:
    """Return the refund of `application_fee.refunded`: what `amount_refunded` grew by.

    Args:
        event: The notification.
        options: Whether application fees are the money.

    Raises:
        UnusableError: It cannot be read.
    """
    if options.value != "application_fee":
        return Ignored("application fees are not taken as money")
    fee = subject(event, ApplicationFee, "application_fee")
    raw = bytes(event.previous)
    before = read(raw, _Before, at=PREVIOUS) if raw not in (b"", b"null") else _Before()
    grown = fee.amount_refunded - before.amount_refunded
    money = to_money(fee.currency, Amount(grown, "amount_refunded"))
    taken_from = ids(fee.originating_transaction, fee.charge)
    if money.total == 0 or not taken_from:
        return Ignored("zero amount" if taken_from else "refund of no payment")
    return Refund(
        refund_id=f"{fee.id}:{fee.amount_refunded}",
        money=money,
        references=taken_from,
        fallback_transaction_id=taken_from[0],
        occurred_at=event.created_at,
    )


def _from_intent(event: ProviderEvent, options: StripeOptions) -> Conversion | Ignored:
    intent, dropped = paid_subject(event, PaymentIntent, "payment_intent", DISPENSABLE)
    if intent.status != "succeeded":
        return Ignored("not succeeded")
    found = to_purchase(intent, event, options)
    if isinstance(found, Ignored):
        return found
    owner = ids(intent.order_reference or None, invoice_of(intent))
    found = _with_fee(found, intent.application_fee_amount)
    if isinstance(found, Ignored):
        return found
    return replace(
        found,
        items=(),
        may_be_owned=bool(owner) or is_before(event, NAMES_ITS_OWNER),
        checkout=ids(intent.id, *owner),
        notes=(*dropped, *found.notes),
    )


def _with_fee(payment: Conversion, fee: int | None) -> Conversion | Ignored:
    """Return a payment with the platform's fee as its money."""
    currency = payment.money.currency if payment.money else None
    money = to_money(currency, Amount(fee or 0, "application_fee_amount"))
    if money.total == 0:
        return Ignored(_NO_FEE, uncounted=payment.references)
    return replace(payment, money=money, is_fee=True, released=None)


def _placed(payment: Conversion) -> Order | None:
    """Return what a payment says of its order, beside the money."""
    if payment.money is None or payment.transaction_id is None:
        return None
    return Order(
        payment.transaction_id,
        payment.money,
        payment.items,
        payment.context,
        payment.occurred_at,
        payment.customer_ref,
        payment.references,
        purchase_type=payment.purchase_type,
    )
