"""Money that the shop gave back, and which part of the sale each refund takes back."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise

from tools.traffic.sales import Sale


@dataclass(frozen=True)
class Split:
    """A sum of money by what it was paid for, in minor units."""

    net: int
    tax: int
    shipping: int


@dataclass(frozen=True)
class Refund:
    """One refund, or the money of one lost dispute.

    Attributes:
        sale: What it takes back.
        number: Which of the sale's refunds, from 1.
        before: What the earlier ones took back.
        amount: What this one does, tax and shipping included.
        is_dispute: Whether the buyer's bank took it.
    """

    sale: Sale
    number: int
    before: int
    amount: int
    is_dispute: bool = False

    @property
    def id(self) -> str:
        """Stripe's id of it."""
        prefix = "du_1" if self.is_dispute else "re_3"
        return f"{prefix}{self.sale.key}{self.number}"

    @property
    def made_at(self) -> int:
        """When, in Unix seconds: soon after the sale."""
        return self.sale.paid_at + 5 * self.number

    @property
    def after(self) -> int:
        """What all refunds so far took back, this one included."""
        return self.before + self.amount

    @property
    def split(self) -> Split:
        """What it takes back of value, tax and shipping.

        What is due after it less what was due before it: so all refunds of a sale together are
        the sale, however each of them had to be rounded.
        """
        before, after = _due(self.sale, self.before), _due(self.sale, self.after)
        return Split(
            after.net - before.net, after.tax - before.tax, after.shipping - before.shipping
        )


def refunds_of(sale: Sale, amounts: Sequence[int]) -> Iterator[Refund]:
    """The refunds of a sale, one after another."""
    before = 0
    for number, amount in enumerate(amounts, start=1):
        yield Refund(sale, number, before, amount)
        before += amount


def parts_of(sale: Sale, count: int, chance: random.Random) -> list[int]:
    """Uneven amounts that together are all that was paid."""
    step = sale.currency.step
    cuts = sorted(chance.sample(range(1, sale.total // step), count - 1))
    bounds = [0, *(cut * step for cut in cuts), sale.total]
    return [upper - lower for lower, upper in pairwise(bounds)]


def leaves_remainder(sale: Sale, amounts: Sequence[int]) -> bool:
    """Whether parts that are split each for itself are not the sale together."""
    splits = [Refund(sale, 1, 0, amount).split for amount in amounts]
    together = (sum(split.net for split in splits), sum(split.tax for split in splits))
    return together != (sale.net, sale.tax)


def _due(sale: Sale, taken: int) -> Split:
    """What of value, tax and shipping is due once so much of a sale is taken back.

    Value comes first, for it is what GA4 reports; tax has its part of what value leaves.
    """
    net = _part(sale.net, taken, sale.total)
    tax = _part(sale.tax, taken - net, sale.total - sale.net)
    return Split(net, tax, taken - net - tax)


def _part(part: int, taken: int, whole: int) -> int:
    if not whole:
        return 0
    return int((Decimal(part * taken) / whole).to_integral_value(ROUND_HALF_EVEN))
