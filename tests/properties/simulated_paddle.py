"""A shop that sells through Paddle: checkouts, subscriptions, credit, refunds and chargebacks."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from tests.properties.simulated_books import Simulation, share
from tools.traffic.request import Json

OPTIONS: Final[Json] = {"paddle": {"disputes": True, "reversals": "purchase"}}
DECIMALS: Final = {"EUR": 2, "USD": 2, "GBP": 2, "JPY": 0, "KRW": 0}
_TAXES: Final = (0, 7, 19, 20)
_NEVER_MONEY: Final = (
    "transaction.billed",
    "transaction.created",
    "transaction.paid",
    "transaction.ready",
    "transaction.updated",
    "transaction.payment_failed",
)
_FATES: Final = (
    ("pending_approval", "approved"),
    ("approved",),
    ("pending_approval", "rejected"),
    ("pending_approval", "approved", "reversed"),
)


@dataclass(frozen=True)
class _Sale:
    """A transaction, in minor units.

    Attributes:
        id: Its id.
        currency: Its currency.
        net: What the goods cost, after discount.
        tax: Its tax.
        due: What was left to pay after credit.
    """

    id: str
    currency: str
    net: int
    tax: int
    due: int

    @property
    def total(self) -> int:
        """What it cost."""
        return self.net + self.tax

    def major(self, minor: int) -> Decimal:
        """Return minor units as money."""
        return Decimal(minor).scaleb(-DECIMALS[self.currency])


def simulate(seed: int, *, sales: int = 30) -> Simulation:
    """Return the life of a shop.

    Args:
        seed: Which one.
        sales: How many transactions it has.
    """
    chance = random.Random(seed)  # noqa: S311 - repeatable
    shop = Simulation()
    for number in range(sales):
        sale = _sale(chance, f"txn_{seed}_{number}")
        origin = chance.choice(["web", "api", "subscription_recurring", "subscription_charge"])
        shop.deliveries += _told(chance, sale, origin, f"sub_{seed}_{number}")
        collected = _collected(sale)
        shop.count("purchase", sale.currency, sale.major(collected[0]))
        if sale.due == sale.total and sale.due:
            shop.deliveries += _given_back(chance, shop, sale)
    shop.deliveries += _downgrade(f"txn_{seed}_down")
    return shop


def _sale(chance: random.Random, name: str) -> _Sale:
    currency = chance.choice(sorted(DECIMALS))
    net = chance.choice([0, chance.randrange(1, 100_000), chance.randrange(1, 100_000)])
    tax = net * chance.choice(_TAXES) // 100
    due = chance.choice([net + tax, net + tax, (net + tax) // 2, (net + tax) // 3, 0])
    return _Sale(name, currency, net, tax, due)


def _collected(sale: _Sale) -> tuple[int, int]:
    """Return value and tax of what was collected, tax in proportion."""
    if sale.due == sale.total:
        return sale.net, sale.tax
    tax = share(sale.tax, sale.due, sale.total)
    return sale.due - tax, tax


def _told(chance: random.Random, sale: _Sale, origin: str, subscription: str) -> Iterator[Json]:
    discount = chance.randrange(0, 500)
    data = {
        "id": sale.id,
        "status": "completed",
        "origin": origin,
        "subscription_id": subscription if origin.startswith("subscription") else None,
        "customer_id": "ctm_1",
        "currency_code": sale.currency,
        # All of them inherit the first one's order id.
        "custom_data": {"order_id": "ORD-1"},
        "details": {
            "totals": {
                "subtotal": str(sale.net + discount),
                "discount": str(discount),
                "tax": str(sale.tax),
                "total": str(sale.total),
                "credit": str(sale.total - sale.due),
                "grand_total": str(sale.due),
            }
        },
    }
    yield {"provider": "paddle", "type": "transaction.completed", "data": data}
    other = {**data, "status": "paid"}
    yield {"provider": "paddle", "type": chance.choice(_NEVER_MONEY), "data": other}


def _given_back(chance: random.Random, shop: Simulation, sale: _Sale) -> Iterator[Json]:
    """Yield adjustments of a sale, and count those that give money back in the end."""
    left = (sale.net, sale.tax)
    for number in range(chance.choice([0, 0, 1, 1, 2, 3])):
        net = left[0] if chance.random() < 0.3 else chance.randrange(0, left[0] + 1)
        tax = left[1] if net == left[0] else min(left[1], share(sale.tax, net, max(sale.net, 1)))
        if not net + tax:
            continue
        found: Json = {
            "id": f"adj_{sale.id}_{number}",
            "action": chance.choice(["refund", "refund", "chargeback", "credit"]),
            "transaction_id": sale.id,
            "currency_code": sale.currency,
            "totals": {"total": str(net + tax), "tax": str(tax)},
        }
        fate = chance.choice(_FATES)
        for status in fate:
            yield _adjusted(found, status)
        if found["action"] == "credit" or fate[-1] != "approved":
            continue
        left = (left[0] - net, left[1] - tax)
        shop.count("refund", sale.currency, sale.major(net))


def _adjusted(adjustment: Json, status: str) -> Json:
    kind = "adjustment.created" if status == "pending_approval" else "adjustment.updated"
    return {"provider": "paddle", "type": kind, "data": {**adjustment, "status": status}}


def _downgrade(name: str) -> Iterator[Json]:
    totals: dict[str, Any] = {"subtotal": "-500", "discount": "0", "tax": "0", "total": "-500"}
    totals |= {"credit": "0", "credit_to_balance": "500", "grand_total": "0"}
    data: Json = {"id": name, "status": "completed", "origin": "subscription_update"}
    data |= {"currency_code": "EUR", "details": {"totals": totals}}
    yield {"provider": "paddle", "type": "transaction.completed", "data": data}
    refund: Json = {"id": f"adj_{name}", "action": "refund", "transaction_id": name}
    refund |= {"currency_code": "EUR", "totals": {"total": "500"}}
    yield _adjusted(refund, "approved")
