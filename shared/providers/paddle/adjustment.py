"""An adjustment that gave money back."""

from typing import Final

from shared.decoding import read
from shared.domain.conversion import Ignored
from shared.domain.money import Money
from shared.domain.refund import Refund
from shared.errors import UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.paddle.amounts import currency_of, major
from shared.providers.paddle.objects import Adjustment
from shared.providers.paddle.options import PaddleOptions

AT: Final = "data"


def from_adjustment(event: ProviderEvent, options: PaddleOptions) -> Refund | Ignored:
    """Return the refund of `adjustment.created` or `adjustment.updated`.

    Most are created pending and become a refund when Paddle approves them; what was created
    approved has the same id, so that nothing is sent twice. Its lines name no product.

    Args:
        event: The notification.
        options: Whether a chargeback is a refund.

    Raises:
        UnusableError: It is money but cannot be read.
    """
    adjustment = read(event.object, Adjustment, at=AT)
    if adjustment.action == "chargeback":
        if not options.disputes:
            return Ignored("disputes are not sent")
    elif adjustment.action != "refund":
        return Ignored("no money went back to the customer")
    if adjustment.status != "approved":
        return Ignored("not approved")
    money = _money(adjustment)
    if money.total == 0:
        return Ignored("zero amount")
    return Refund(
        refund_id=adjustment.id,
        money=money,
        references=(adjustment.transaction_id,),
        fallback_transaction_id=adjustment.transaction_id,
        occurred_at=event.created_at,
    )


def _money(adjustment: Adjustment) -> Money:
    totals, path = adjustment.totals, f"{AT}.totals"
    currency = currency_of(adjustment.currency_code, f"{AT}.currency_code")
    total = major(totals.total, currency, f"{path}.total")
    tax = None if totals.tax is None else major(totals.tax, currency, f"{path}.tax")
    money = Money(currency, total, tax)
    if money.net < 0:
        raise UnusableError(f"{path}.total", "less than its tax")
    return money
