"""An adjustment that gave money back."""

from typing import Final

from shared.decoding import read
from shared.domain.conversion import Ignored
from shared.domain.money import Money
from shared.domain.refund import Refund, Reversal
from shared.providers.event import ProviderEvent
from shared.providers.paddle.amounts import to_money
from shared.providers.paddle.objects import Adjustment
from shared.providers.paddle.options import PaddleOptions

AT: Final = "data"
_WON: Final = "chargeback_reverse"


def from_adjustment(event: ProviderEvent, options: PaddleOptions) -> Refund | Reversal | Ignored:
    """Return the refund of `adjustment.created` or `adjustment.updated`, or that it is none.

    Most are created pending and become a refund when Paddle approves them; what was created
    approved has the same id, so that nothing is sent twice. Its lines name no product.

    Args:
        event: The notification.
        options: Whether a chargeback is a refund, and what becomes of a reversed one.

    Raises:
        UnusableError: It is money but cannot be read.
    """
    adjustment = read(event.object, Adjustment, at=AT)
    if why := _why_ignored(adjustment, options):
        return Ignored(why)
    totals = adjustment.totals
    money = to_money(
        adjustment.currency_code, totals.total, totals.tax, at=AT, totals=f"{AT}.totals"
    )
    if money.total == 0:
        return Ignored("zero amount")
    if adjustment.action == _WON:
        # It does not say which chargeback: that one says `reversed` itself, and is the one to send.
        return _reversal(adjustment, money, event, "the payment's chargeback was reversed")
    if adjustment.status == "reversed":
        again = options.reversals == "purchase"
        return _reversal(adjustment, money, event, "reversed before it was sent", again=again)
    return Refund(
        refund_id=adjustment.id,
        money=money,
        references=(adjustment.transaction_id,),
        fallback_transaction_id=adjustment.transaction_id,
        occurred_at=event.created_at,
    )


def _why_ignored(adjustment: Adjustment, options: PaddleOptions) -> str | None:
    if adjustment.action not in ("refund", "chargeback", _WON):
        return "no money went back to the customer"
    if adjustment.action != "refund" and not options.disputes:
        return "disputes are not sent"
    return None if adjustment.status in ("approved", "reversed") else "not approved"


def _reversal(
    adjustment: Adjustment, money: Money, event: ProviderEvent, reason: str, *, again: bool = False
) -> Reversal:
    return Reversal(
        refund_id=adjustment.id,
        money=money,
        references=(adjustment.transaction_id,),
        occurred_at=event.created_at,
        reason=reason,
        sent_as_purchase=again,
    )
