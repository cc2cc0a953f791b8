"""The shop's own books: what GA4 has to say in the evening."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from tools.traffic.refunds import Refund
from tools.traffic.sales import Sale


@dataclass(frozen=True)
class Entry:
    """Money that moved, in major units.

    Attributes:
        transaction_id: The id the shop knows the sale by.
        currency: ISO 4217.
        value: What of it was for the goods, without tax and shipping.
        tax: The tax on goods and shipping.
        shipping: The price of shipping, without its tax.
        client_id: The buyer's browser, where the shop knew it.
        session_id: The buyer's session, where there was one and the shop knew it.
        is_renewal: Whether a subscription went on.
    """

    transaction_id: str
    currency: str
    value: Decimal
    tax: Decimal
    shipping: Decimal
    client_id: str | None
    session_id: str | None
    is_renewal: bool = False

    @classmethod
    def of(cls, sale: Sale) -> Self:
        """The entry of a sale."""
        major = sale.currency.major
        return cls(
            transaction_id=sale.transaction_id,
            currency=sale.currency.code,
            value=major(sale.net),
            tax=major(sale.tax),
            shipping=major(sale.shipping),
            client_id=sale.client_id,
            session_id=sale.session_id,
            is_renewal=sale.is_renewal,
        )

    @classmethod
    def of_refund(cls, refund: Refund) -> Self:
        """The entry of a refund: the sale's browser, and nobody's session."""
        sale, split = refund.sale, refund.split
        major = sale.currency.major
        return cls(
            transaction_id=sale.transaction_id,
            currency=sale.currency.code,
            value=major(split.net),
            tax=major(split.tax),
            shipping=major(split.shipping),
            client_id=sale.client_id,
            session_id=None,
        )


@dataclass(frozen=True)
class Books:
    """All sales and refunds of a day.

    Attributes:
        entries: The sales, by transaction id.
        refunds: The refunds, in the order they were made.
        denied: Transaction ids of sales that GA4 must not have: their buyers denied consent.
    """

    entries: Mapping[str, Entry]
    refunds: Sequence[Entry] = ()
    denied: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, sales: Iterable[Sale], refunds: Iterable[Refund] = (), denied: Iterable[Sale] = ()
    ) -> Self:
        """Write the books of paid sales, of refunds, and of what may not be sent.

        Raises:
            ValueError: If two sales have one transaction id: the shop could not distinguish them.
        """
        entries: dict[str, Entry] = {}
        for entry in map(Entry.of, sales):
            if entries.setdefault(entry.transaction_id, entry) is not entry:
                raise ValueError(f"two orders are called {entry.transaction_id}")
        withheld = frozenset(sale.transaction_id for sale in denied)
        return cls(entries, tuple(map(Entry.of_refund, refunds)), withheld)

    @property
    def transaction_ids(self) -> frozenset[str]:
        """All sales, those that GA4 must not have too."""
        return self.denied | self.entries.keys()

    @property
    def renewals(self) -> list[Entry]:
        """Those of the sales that a subscription's going on was."""
        return [entry for entry in self.entries.values() if entry.is_renewal]


def by_currency(entries: Iterable[Entry]) -> dict[str, Decimal]:
    """What entries come to, by currency."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        sums[entry.currency] += entry.value
    return dict(sums)
