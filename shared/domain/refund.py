"""Money that went back, before anybody looked up which order it belongs to."""

from datetime import datetime
from fractions import Fraction

import msgspec

from shared.domain.item import Item, items_share
from shared.domain.money import Money


class Returned(msgspec.Struct, frozen=True):
    """What a document of the provider says was returned with some refunds.

    Attributes:
        refund_ids: The refunds, each of which pays back a part of it.
        money: What all of it is worth, with tax.
        items: What was returned, at the prices that were paid, without tax. An item without an id
            is named by its line and its text alone.
    """

    refund_ids: tuple[str, ...]
    money: Money
    items: tuple[Item, ...]

    def items_of(self, refunded: Money) -> tuple[Item, ...]:
        """Return what was returned with money that pays it back, in whole or in part.

        Args:
            refunded: What went back, with tax.
        """
        if refunded.currency != self.money.currency:
            return ()
        if refunded.total >= self.money.total:
            return self.items
        return items_share(self.items, Fraction(refunded.total) / Fraction(self.money.total))


class Refund(msgspec.Struct, frozen=True):
    """One refund, as its provider sends it: gross, and without any context of its own.

    Attributes:
        refund_id: The provider's id; unique, and the refund's business key.
        money: What was paid back. Its tax and shipping are None where the provider does not say
            them: then they follow from the order, in proportion.
        references: Ids of the order it may be found by, the surest first.
        fallback_transaction_id: What to call the order where nobody knows it.
        occurred_at: When the money went back, UTC.
        items: What was returned, where the provider says.
        may_be_release: Whether it may be what was authorised and never captured: until
            2025-03-31.basil Stripe makes a refund of that.
        orders: Ids of its order that came with it, as `Link.orders`.
        transaction_id: The order's transaction id, where the sender knows it by that.
        reported_twice: Where two kinds of events tell the same refund under two ids: of what it was
            paid back, and by which kind this one came.
        returned: What was returned with other refunds of its order, as `Link.returned`.
        about: As `Conversion.about`.
    """

    refund_id: str
    money: Money
    references: tuple[str, ...]
    fallback_transaction_id: str
    occurred_at: datetime
    items: tuple[Item, ...] = ()
    may_be_release: bool = False
    orders: tuple[str, ...] = ()
    transaction_id: str | None = None
    reported_twice: tuple[str, str] | None = None
    returned: Returned | None = None
    about: tuple[str, ...] = ()


class Reversal(msgspec.Struct, frozen=True):
    """A refund that is none after all: it failed, or the money came back to the shop.

    Attributes:
        refund_id: The refund's business key.
        money: How much it was.
        references: Ids of the order it may be found by, the surest first.
        occurred_at: When it was reversed, UTC.
        reason: Why, where GA4 does not have the refund; in a few words.
        sent_as_purchase: Whether the operator wants it sent as a purchase, where GA4 has the
            refund already: GA4 has no event that takes a refund back.
        reported_twice: As `Refund.reported_twice`.
        about: As `Conversion.about`.
    """

    refund_id: str
    money: Money
    references: tuple[str, ...]
    occurred_at: datetime
    reason: str
    sent_as_purchase: bool = False
    reported_twice: tuple[str, str] | None = None
    about: tuple[str, ...] = ()
