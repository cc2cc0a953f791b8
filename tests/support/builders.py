"""Domain values with a default for everything: a test says only what matters to it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from shared.domain.context import Context
from shared.domain.conversion import Conversion, Kind, PurchaseType, Source
from shared.domain.money import Money

NOW: Final = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECONDS: Final = int(NOW.timestamp())
MEASUREMENT_ID: Final = "G-TEST123"
CLIENT_ID: Final = "1234567890.1763900000"
# The session began half an hour before NOW.
SESSION_ID: Final = SECONDS - 1800

SOURCE: Final = Source("stripe", "evt_1", "checkout.session.completed")
EUR_18: Final = Money("EUR", Decimal("27.60"), Decimal("4.60"), Decimal("5.00"))
NOBODY: Final = Context()
IN_SESSION: Final = Context(client_id=CLIENT_ID, session_id=SESSION_ID, session_number=3)


def purchase(  # noqa: PLR0913 - a builder
    *,
    kind: Kind = Kind.PURCHASE,
    transaction_id: str = "ORD-9",
    business_key: str | None = None,
    money: Money = EUR_18,
    occurred_at: datetime = NOW - timedelta(seconds=5),
    context: Context = IN_SESSION,
    customer_ref: str | None = "cus_1",
    coupon: str | None = None,
) -> Conversion:
    """Return a purchase of 18 EUR net, five seconds ago, in a session that is still open."""
    return Conversion(
        kind=kind,
        transaction_id=transaction_id,
        business_key=business_key or transaction_id,
        money=money,
        occurred_at=occurred_at,
        context=context,
        source=SOURCE,
        references=("cs_1", "pi_1", transaction_id),
        customer_ref=customer_ref,
        purchase_type=PurchaseType.ONE_TIME,
        coupon=coupon,
    )


def refund() -> Conversion:
    """Return a refund of the same order: an event of which a second copy does harm."""
    return purchase(kind=Kind.REFUND, business_key="re_1")
