"""Money and counts of one kind of event, in the shop's books and in GA4's."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from tools.demo.arrivals import Arrival
from tools.shop.books import Entry, by_currency

_NONE = Decimal(0)


@dataclass(frozen=True)
class Balance:
    """Money in one currency.

    Attributes:
        shop: What the shop's books say.
        ga4: What GA4 shows.
        raw: What GA4 was sent, duplicates included.
    """

    shop: Decimal
    ga4: Decimal
    raw: Decimal


@dataclass(frozen=True)
class Account:
    """One kind of event.

    Attributes:
        balances: By currency.
        shop: How many the shop's books have.
        ga4: How many GA4 shows.
        sent: How many GA4 was sent.
        copies: How many of these should not have been.
    """

    balances: Mapping[str, Balance]
    shop: int
    ga4: int
    sent: int
    copies: int

    @classmethod
    def of(
        cls,
        booked: Collection[Entry],
        kept: Collection[Arrival],
        sent: Collection[Arrival],
        copies: int,
    ) -> Self:
        """Compare what is booked with what GA4 shows and with what it was sent.

        Args:
            booked: The shop's.
            kept: What GA4 shows.
            sent: What GA4 was sent.
            copies: How many of these should not have been.
        """
        shop, ga4, raw = by_currency(booked), _sums(kept), _sums(sent)
        balances = {
            currency: Balance(
                shop=(own := shop.get(currency, _NONE)),
                ga4=_written_like(own, ga4.get(currency, _NONE)),
                raw=_written_like(own, raw.get(currency, _NONE)),
            )
            for currency in sorted({*shop, *raw})
        }
        return cls(balances, len(booked), len(kept), len(sent), copies)


def _written_like(model: Decimal, amount: Decimal) -> Decimal:
    """The amount with the decimals of the model, if that does not change it."""
    if not amount.is_finite():
        return amount
    alike = amount.quantize(model)
    return alike if alike == amount else amount


def _sums(arrivals: Iterable[Arrival]) -> dict[str, Decimal]:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for arrival in arrivals:
        sums[arrival.currency] += arrival.amount("value")
    return dict(sums)
