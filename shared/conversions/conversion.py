"""The domain's one noun: money (or its return) that GA4 shall hear of exactly once."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.conversions.context import Context
from shared.conversions.money import Money


class Kind(StrEnum):
    """What happened, named as GA4's recommended event of it."""

    PURCHASE = "purchase"
    REFUND = "refund"

    @property
    def resend_safe(self) -> bool:
        """Whether a second copy does no harm.

        GA4 deduplicates `purchase` by its transaction id and nothing else (Help 12313109), so
        after an unclear answer only a purchase may be sent again.
        """
        return self is Kind.PURCHASE


@dataclass(frozen=True, slots=True)
class Source:
    """Where a conversion was learned, for the log and the ledger; never sent to GA4.

    Attributes:
        provider: Which provider told us, e.g. `stripe`.
        event_id: The provider's id of the event.
        event_type: The provider's name of the event's type.
        account: The connected account the event belongs to, where the provider has such.
    """

    provider: str
    event_id: str
    event_type: str
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Conversion:
    """One fact about money, before anybody asked whose it is.

    Attributes:
        kind: What happened.
        transaction_id: The order's id, the same on every event about this order.
        business_key: What makes the fact unique among its kind: the transaction id of a
            purchase; the ledger claims it.
        money: How much.
        occurred_at: When the money moved, UTC; not when we heard of it.
        context: What came with the event itself.
        references: Every id of the provider and the shop that stands for this order.
        customer_ref: The provider's opaque id of the customer, if there is one.
        purchase_type: `one_time`, and later the kinds of subscription payments.
        coupon: The code or id of the discount, where known.
        source: Where we learned it.
        notes: Fields that came with the event and could not be believed, by name.
    """

    kind: Kind
    transaction_id: str
    business_key: str
    money: Money
    occurred_at: datetime
    context: Context
    source: Source
    references: tuple[str, ...] = ()
    customer_ref: str | None = None
    purchase_type: str | None = None
    coupon: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ignored:
    """An authentic event that is no conversion of ours.

    Attributes:
        reason: Why, in a few words, for the answer and the log.
    """

    reason: str
