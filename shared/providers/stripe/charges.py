"""A charge of Stripe's oldest interface, which no payment intent made."""

import msgspec

from shared.decoding import Reference, id_of
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata
from shared.providers.stripe.fields import NOTHING, Id, ids, payment_id, subject
from shared.providers.stripe.money import Amount, released, to_money
from shared.providers.stripe.options import StripeOptions


class Charge(msgspec.Struct, frozen=True):
    """A `charge`."""

    id: Id
    amount: int
    object: str = "charge"
    status: str | None = None
    captured: bool | None = None
    amount_captured: int | None = None
    amount_refunded: int | None = None
    currency: str | None = None
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
