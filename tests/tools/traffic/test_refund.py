"""What refunds take back of a sale, and that nothing is left over."""

import random
from collections.abc import Sequence
from decimal import Decimal

import pytest

from tools.changed import replace
from tools.traffic.bill import CURRENCIES, Currency
from tools.traffic.customers import Customers
from tools.traffic.facts import Facts
from tools.traffic.refunds import Refund, Split, leaves_remainder, parts_of, refunds_of
from tools.traffic.sales import UNKNOWN, Order
from tools.traffic.stripe_payments import paid_order

EUR = CURRENCIES[0]
EXAMPLE = replace(paid_order(Facts("k" * 23, UNKNOWN, 1_795_000_005)), references={})


def splits(order: Order, amounts: Sequence[int]) -> list[Split]:
    """What each of an order's refunds takes back."""
    return [refund.split for refund in refunds_of(order, amounts)]


def test_a_full_refund_is_the_purchase() -> None:
    """Value, tax and shipping are the order's own."""
    assert splits(EXAMPLE, [2760]) == [Split(1800, 460, 500)]


def test_a_partial_refund_is_split_as_the_order_was() -> None:
    """Half of everything is half of each part."""
    assert splits(EXAMPLE, [1380]) == [Split(900, 230, 250)]


def test_thirds_leave_nothing_over() -> None:
    """Each is rounded against everything given back so far, so the last is not short."""
    order = replace(EXAMPLE, items=((100, 1),), discount=0, shipping=0, tax_rate=Decimal(0))

    assert splits(order, [33, 33, 34]) == [Split(33, 0, 0), Split(33, 0, 0), Split(34, 0, 0)]
    thirds = splits(EXAMPLE, [920, 920, 920])
    assert [split.tax for split in thirds] == [153, 154, 153]
    assert [split.shipping for split in thirds] == [167, 166, 167]


@pytest.mark.parametrize("currency", CURRENCIES, ids=lambda currency: currency.code)
def test_any_parts_are_the_purchase_together(currency: Currency) -> None:
    """In every currency, in however many parts; no part is ever negative."""
    customers = Customers(1, now=1_795_000_000)
    chance = random.Random(1)  # noqa: S311 - a reproducible test, not a secret
    for _ in range(200):
        order = customers.order(currency)
        amounts = parts_of(order, chance.randint(1, 5), chance)
        found = splits(order, amounts)

        assert sum(amounts) == order.total
        assert all(amount > 0 and amount % order.currency.step == 0 for amount in amounts)
        assert sum(split.net for split in found) == order.net
        assert sum(split.tax for split in found) == order.tax
        assert sum(split.shipping for split in found) == order.shipping
        assert all(min(s.net, s.tax, s.shipping) >= 0 for s in found)


def test_awkward_parts_are_recognised() -> None:
    """Thirds leave something over if each is rounded for itself; a whole does not."""
    assert leaves_remainder(EXAMPLE, [920, 920, 920])
    assert not leaves_remainder(EXAMPLE, [2760])


def test_a_dispute_follows_refunds() -> None:
    """What the bank takes after a refund is the rest, under an id of its own kind."""
    first, dispute = Refund(EXAMPLE, 1, 0, 920), Refund(EXAMPLE, 2, 920, 1840, is_dispute=True)

    assert dispute.split == Split(
        1800 - first.split.net, 460 - first.split.tax, 500 - first.split.shipping
    )
    assert (first.id[:3], dispute.id[:3]) == ("re_", "du_")
