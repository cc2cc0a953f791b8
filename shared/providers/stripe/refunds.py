"""Refunds, each told once: when it first succeeds."""

import msgspec

from shared.decoding import Reference
from shared.domain.conversion import Ignored
from shared.domain.refund import Refund as Happened
from shared.providers.event import ProviderEvent
from shared.providers.stripe.fields import AT, Id, ids, subject
from shared.providers.stripe.moments import moment
from shared.providers.stripe.money import Amount, to_money
from shared.providers.stripe.options import StripeOptions


class Refund(msgspec.Struct, frozen=True):
    """A `refund`."""

    id: Id
    amount: int
    object: str = "refund"
    status: str | None = None
    reason: str | None = None
    currency: str | None = None
    payment_intent: Reference = None
    charge: Reference = None
    created: int | None = None


def from_refund(event: ProviderEvent, _options: StripeOptions) -> Happened | Ignored:
    """Return the refund of `refund.created` or `refund.updated`.

    Args:
        event: The notification.

    Raises:
        UnusableError: Money went back and cannot be read.
    """
    refund = subject(event, Refund, "refund")
    if refund.reason == "expired_uncaptured_charge":
        return Ignored("an authorisation was released: no money went back")
    if refund.status != "succeeded":
        return Ignored("refund not succeeded")
    money = to_money(refund.currency, Amount(refund.amount, "amount"))
    if money.total == 0:
        return Ignored("zero amount")
    paid_by = ids(refund.payment_intent, refund.charge)
    if not paid_by:
        return Ignored("refund of no payment")
    # One that succeeded at once did so when it was made; of others the event tells when.
    at_once = refund.created if event.source.event_type == "refund.created" else None
    return Happened(
        refund_id=refund.id,
        money=money,
        # Its own id comes last: a credit note may have told which invoice it belongs to.
        references=(*paid_by, refund.id),
        fallback_transaction_id=paid_by[0],
        occurred_at=event.created_at if at_once is None else moment(at_once, f"{AT}.created"),
    )
