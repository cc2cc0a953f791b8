"""The shop's own books: what GA4 has to say in the evening."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from tools.shop.order import Order


@dataclass(frozen=True)
class Entry:
    """One paid order, in major units.

    Attributes:
        transaction_id: The id the shop knows it by.
        currency: ISO 4217.
        value: What the goods earned, without tax and shipping.
        tax: The tax on goods and shipping.
        shipping: The price of shipping, without its tax.
        client_id: The buyer's browser, where the shop knew it.
        session_id: The buyer's session, where the shop knew it.
    """

    transaction_id: str
    currency: str
    value: Decimal
    tax: Decimal
    shipping: Decimal
    client_id: str | None
    session_id: str | None

    @classmethod
    def of(cls, order: Order) -> Self:
        """The entry of an order."""
        major = order.currency.major
        return cls(
            transaction_id=order.transaction_id,
            currency=order.currency.code,
            value=major(order.net),
            tax=major(order.tax),
            shipping=major(order.shipping),
            client_id=order.visit.client_id,
            session_id=order.visit.session_id,
        )


@dataclass(frozen=True)
class Books:
    """All paid orders of a day.

    Attributes:
        entries: By transaction id.
    """

    entries: Mapping[str, Entry]

    @classmethod
    def of(cls, orders: Iterable[Order]) -> Self:
        """Write the books of paid orders.

        Raises:
            ValueError: If two orders have one transaction id: the shop could not tell them apart.
        """
        entries: dict[str, Entry] = {}
        for entry in map(Entry.of, orders):
            if entries.setdefault(entry.transaction_id, entry) is not entry:
                raise ValueError(f"two orders are called {entry.transaction_id}")
        return cls(entries)

    def value_by_currency(self) -> dict[str, Decimal]:
        """What was earned, by currency."""
        sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        for entry in self.entries.values():
            sums[entry.currency] += entry.value
        return dict(sums)
