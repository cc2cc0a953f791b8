"""Invented people and what they buy: the same seed is the same people."""

import random
import string
from decimal import Decimal
from typing import Final

from tools.changed import replace
from tools.traffic.bill import CURRENCIES, Bill, Currency
from tools.traffic.sales import (
    PERIOD_SECONDS,
    UNKNOWN,
    Order,
    Shape,
    Subscription,
    Visit,
    client_visit,
    cookie_visit,
    plain_visit,
)

_ALPHABET: Final = string.ascii_letters + string.digits
_NAMES: Final = ("ada", "bo", "chidi", "dana", "elif", "farid", "greta", "hana", "ivo", "june")
# Invented: what matters is that every currency has to round one.
_TAX_RATES: Final = {"EUR": Decimal("0.19"), "JPY": Decimal("0.10"), "KWD": Decimal("0.05")}
_LONGEST_ORDER: Final = 3
_DISCOUNTS: Final = (Decimal(0), Decimal("0.15"))


class Customers:
    """Makes orders and subscriptions, one after another."""

    def __init__(self, seed: int, *, now: int) -> None:
        """Open the shop.

        Args:
            seed: Another seed is another day.
            now: The present moment in Unix seconds: every order is a few minutes old.
        """
        self._chance = random.Random(seed)  # noqa: S311 - a reproducible day, not a secret
        self._now = now
        self._number = 0

    def order(self, currency: Currency | None = None) -> Order:
        """The next order.

        Args:
            currency: What it is paid in; any if none is given.
        """
        self._number += 1
        chance = self._chance
        currency = currency or chance.choice(CURRENCIES)
        items = self._items(currency)
        goods = sum(price * quantity for price, quantity in items)
        placed_at = self._now - chance.randrange(60, 600)
        return Order(
            currency=currency,
            items=items,
            discount=currency.rounded(goods * chance.choice(_DISCOUNTS)),
            shipping=chance.choice([0, currency.unit]),
            tax_rate=_TAX_RATES[currency.code],
            tax_included=chance.random() < 0.5,  # noqa: PLR2004 - every other shop
            paid_at=placed_at,
            shape=Shape.SINCE_BASIL,
            key=self._text(23),
            customer=chance.choice([None, f"cus_{self._text(14)}"]),
            email=f"{chance.choice(_NAMES)}.{self._number}@example.com",
            references=self._references(),
            visit=self._visit(placed_at),
        )

    def subscription(
        self,
        shape: Shape,
        *,
        periods: int,
        has_trial: bool = False,
        currency: Currency | None = None,
    ) -> Subscription:
        """The next subscription, whose last period has just begun.

        Args:
            shape: The shape in which Stripe sends it.
            periods: How many periods began.
            has_trial: Whether the first of them is free.
            currency: What it is paid in; any if none is given.
        """
        self._number += 1
        chance = self._chance
        currency = currency or chance.choice(CURRENCIES)
        price, quantity = self._items(currency)[0]
        age = (periods - 1) * PERIOD_SECONDS + chance.randrange(60, 600)
        return Subscription(
            plan=Bill(
                currency=currency,
                items=((price, quantity),),
                discount=currency.rounded(price * quantity * chance.choice(_DISCOUNTS)),
                shipping=0,
                tax_rate=_TAX_RATES[currency.code],
                tax_included=chance.random() < 0.5,  # noqa: PLR2004 - every other shop
            ),
            has_trial=has_trial,
            started_at=self._now - age,
            key=self._text(23),
            customer=f"cus_{self._text(14)}",
            email=f"{chance.choice(_NAMES)}.{self._number}@example.com",
            references=self._references(),
            visit=self._visit(self._now - age),
            is_repeated=chance.random() < 0.7,  # noqa: PLR2004 - most shops read the manual
            shape=shape,
        )

    def free_order(self) -> Order:
        """An order whose discount takes everything off."""
        order = replace(self.order(), shipping=0)
        return replace(order, discount=order.net + order.discount)

    def _items(self, currency: Currency) -> tuple[tuple[int, int], ...]:
        chance = self._chance
        lines = range(chance.randint(1, _LONGEST_ORDER))
        return tuple(
            (
                currency.unit * chance.randint(1, 20) + currency.step * chance.randrange(50),
                chance.choice([1, 1, 1, 2, 5]),
            )
            for _ in lines
        )

    def _references(self) -> dict[str, str]:
        order_id = {"order_id": f"ORD-{1000 + self._number}"}
        transaction_id = {"ga_transaction_id": f"T-{self._number:05d}"}
        return self._chance.choice([order_id, transaction_id, order_id | transaction_id, {}])

    def _visit(self, placed_at: int) -> Visit:
        chance = self._chance
        first_seen = self._now - chance.randrange(1, 300) * 86_400
        client_id = f"{chance.randrange(10**8, 2 * 10**9)}.{first_seen}"
        session_id = placed_at - chance.randrange(120, 1_200)
        kind = chance.choices(["plain", "cookies", "client", "unknown"], weights=[6, 2, 1, 1])[0]
        match kind:
            case "plain":
                consent = chance.choice(["granted", "denied"])
                return plain_visit(client_id, session_id, placed_at, consent)
            case "cookies":
                return cookie_visit(client_id, session_id, placed_at)
            case "client":
                return client_visit(client_id)
            case _:
                return UNKNOWN

    def _text(self, length: int) -> str:
        return "".join(self._chance.choices(_ALPHABET, k=length))
