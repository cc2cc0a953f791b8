"""A refund: each is sent once, when it first succeeds."""

from functools import partial

from shared.decoding import read_tolerant
from shared.domain.conversion import Ignored
from shared.domain.refund import Refund as Happened
from shared.domain.refund import Reversal
from shared.providers.event import ProviderEvent
from shared.providers.minor_units import Amount, currency_code, money_of
from shared.providers.polar.objects import AT, Refund
from shared.providers.polar.options import PolarOptions


def from_refund(event: ProviderEvent, options: PolarOptions) -> Happened | Reversal | Ignored:
    """Return the refund of `refund.created` or `refund.updated`.

    `amount` is without tax, and `tax_amount` beside it (Polar's own server reckons so). One that
    prevented a dispute is a refund like any other: the money is with the customer.

    Args:
        event: The notification.
        options: What becomes of a refund that failed.

    Raises:
        UnusableError: Money went back and cannot be read.
    """
    refund, _ = read_tolerant(event.object, Refund, ("tax_amount",), at=AT)
    if refund.status not in ("succeeded", "failed", "canceled"):
        return Ignored("refund not succeeded")
    tax = refund.tax_amount or 0
    money = money_of(
        partial(currency_code, refund.currency, f"{AT}.currency"),
        Amount(refund.amount + tax, f"{AT}.amount"),
        Amount(tax, f"{AT}.tax_amount"),
    )
    if money.total == 0:
        return Ignored("zero amount")
    if refund.status != "succeeded":
        return Reversal(
            refund_id=refund.id,
            money=money,
            references=(refund.order_id,),
            occurred_at=event.created_at,
            reason="the refund failed before it was sent",
            sent_as_purchase=options.reversals == "purchase",
        )
    return Happened(
        refund_id=refund.id,
        money=money,
        references=(refund.order_id,),
        fallback_transaction_id=refund.order_id,
        occurred_at=event.created_at,
    )
