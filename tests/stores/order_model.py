"""What the contract of `Orders` means, in the fewest words: lists, and no thought of speed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from shared.domain.order import Order


@dataclass
class Record:
    """What is known of one order.

    Attributes:
        references: What it is found by.
        orders: What was remembered, each with the moment.
        refunds: What was taken.
    """

    references: set[str] = field(default_factory=set)
    orders: list[tuple[int, Order]] = field(default_factory=list)
    refunds: list[Decimal] = field(default_factory=list)

    @property
    def order(self) -> Order | None:
        """The order that counts."""
        return min(self.orders, key=lambda pair: pair[0])[1] if self.orders else None


class OrderModel:
    """Orders as they should be."""

    def __init__(self) -> None:
        self._records: list[Record] = []
        self._places: dict[str, tuple[str, Decimal]] = {}
        self._moment = 0

    def remember(self, order: Order, references: Sequence[str]) -> Order | None:
        """Remember an order; return the one that counts."""
        self._moment += 1
        record = self.link(references)
        record.orders.append((self._moment, order))
        return record.order

    def link(self, references: Sequence[str]) -> Record:
        """Join everything that is known of any of the references."""
        joined = [record for record in self._records if record.references & set(references)]
        whole = Record(
            set(references).union(*(record.references for record in joined)),
            [pair for record in joined for pair in record.orders],
            [refund for record in joined for refund in record.refunds],
        )
        self._records = [record for record in self._records if record not in joined] + [whole]
        return whole

    def find(self, references: Sequence[str]) -> Record | None:
        """Return the record of the first reference that has an order."""
        for reference in references:
            for record in self._records:
                if reference in record.references and record.orders:
                    return record
        return None

    def assign_refund(
        self, references: Sequence[str], refund: str, amount: Decimal
    ) -> tuple[Order | None, Decimal] | None:
        """Return a refund's order and what others took before it."""
        if refund not in self._places:
            record = self.find(references)
            if record is None:
                return None
            self._places[refund] = (min(record.references), sum(record.refunds, Decimal(0)))
            record.refunds.append(amount)
        reference, before = self._places[refund]
        record = self.find([reference])
        return None if record is None else (record.order, before)
