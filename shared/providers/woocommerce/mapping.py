"""Which topic of WooCommerce's is the money: an order's, and each of the refunds in it."""

from typing import Any, Final

import msgspec

from shared.decoding import read
from shared.domain.conversion import Ignored
from shared.domain.money import Money, currency_code
from shared.domain.refund import Refund
from shared.errors import UnusableError
from shared.providers.decimals import check_decimal
from shared.providers.event import ProviderEvent
from shared.providers.meanings import Meanings, by_type
from shared.providers.woocommerce.events import REFUND
from shared.providers.woocommerce.objects import NOTHING, RefundOfOrder
from shared.providers.woocommerce.options import WooCommerceOptions
from shared.providers.woocommerce.order import NOT_PAID, from_order, is_paid, is_unpaid


class _Refunded(msgspec.Struct, frozen=True):
    """A refund with what of its order it needs; see `events`."""

    order_id: int | str
    at: int
    currency: str | None = None
    status: Any = None
    date_paid_gmt: Any = None
    refund: msgspec.Raw = NOTHING


def _from_refund(event: ProviderEvent, options: WooCommerceOptions) -> Refund | Ignored:  # noqa: ARG001
    """Return a refund. Its tax and shipping follow from its order, in proportion.

    It names no time: it went back when its order changed, or before.
    """
    found = read(event.object, _Refunded)
    if is_unpaid(found.status) or not is_paid(found.date_paid_gmt):
        return Ignored(NOT_PAID)
    at = f"refunds[{found.at}]"
    refund = read(found.refund, RefundOfOrder, at=at)
    total = abs(check_decimal(refund.total, f"{at}.total"))
    if total == 0:
        return Ignored("zero amount")
    if event.signed_at is None:
        raise UnusableError("date_modified_gmt", "no time of the refund")
    order, own = str(found.order_id), str(refund.id)
    # The status may say it before WooCommerce's own entry does: one amount of both is one refund.
    kind = "status" if own == order else "entry"
    return Refund(
        refund_id=own,
        money=Money(currency_code(found.currency, "currency"), total),
        references=(order,),
        fallback_transaction_id=order,
        occurred_at=event.created_at,
        reported_twice=(order, kind) if found.status == "refunded" else None,
    )


SNAPSHOTS: Final = frozenset({"order.created", "order.restored", "order.updated"})
"""Topics that bring the order as it is when it is sent, whatever happened."""

MEANINGS: Final[Meanings[WooCommerceOptions]] = {
    **dict.fromkeys(sorted(SNAPSHOTS), from_order),
    REFUND: _from_refund,
}
map_event: Final = by_type(MEANINGS)
