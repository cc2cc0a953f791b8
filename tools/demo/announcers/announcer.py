"""How a provider announces what a shop sold: its usual test deliveries, with an order's money."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final, Self

from tools.changed import replace
from tools.traffic.bill import Bill, Currency
from tools.traffic.customers import Customers
from tools.traffic.facts import Facts
from tools.traffic.providers import SENDERS
from tools.traffic.refunds import Refund
from tools.traffic.request import Json, Request
from tools.traffic.sales import UNKNOWN, Order, Shape, client_visit

# A test delivery is about what happened so many seconds before it is sent.
_AGE_SECONDS: Final = 5
_LIVE: Final[Mapping[bytes, bytes]] = {
    b'"mode": "test"': b'"mode": "live"',
    b'"environment": "SANDBOX"': b'"environment": "PRODUCTION"',
}


@dataclass(frozen=True)
class Announcement:
    """A provider's event as it is delivered.

    Attributes:
        id: What it is about.
        type: Its kind, by the name that `connectors trigger` has for it.
        request: Its delivery, not signed yet.
    """

    id: str
    type: str
    request: Request

    @property
    def live(self) -> Self:
        """The same in live mode; the traffic is in test mode where the provider has one."""
        body = self.request.body
        for test, live in _LIVE.items():
            body = body.replace(test, live)
        return replace(self, request=replace(self.request, body=body))


class Step(StrEnum):
    """What a payment is in the life of an order or a subscription."""

    ORDER = "order"
    START = "start"
    RENEWAL = "renewal"


@dataclass(frozen=True)
class Announcer:
    """What a provider announces.

    Attributes:
        name: The provider, as `PAYMENT_PROVIDERS` names it.
        currencies: What it is paid in.
        sold: Returns an order as this provider knows it: its ids, and what of the money it says.
        paid: Announces a payment.
        echo: Announces something about an order that is no money.
        returned: Announces a refund.
        has_test_mode: Whether its events say that they are of a test mode.
        has_parts: Whether a part of a payment can go back.
    """

    name: str
    currencies: tuple[Currency, ...]
    sold: Callable[[Order, Step], Order]
    paid: Callable[[Order, Step], Announcement]
    echo: Callable[[Order], Announcement]
    returned: Callable[[Refund], Announcement]
    has_test_mode: bool = True
    has_parts: bool = True

    def order(self, customers: Customers, chance: random.Random) -> Order:
        """Return the next order that is paid with this provider."""
        return self.sold(customers.order(chance.choice(self.currencies)), Step.ORDER)

    def subscription(self, customers: Customers, chance: random.Random) -> tuple[Order, Order]:
        """Return the first payment of a subscription, and its renewal a period later."""
        currency = chance.choice(self.currencies)
        plan = customers.subscription(Shape.SINCE_BASIL, periods=2, currency=currency)
        order, browser = customers.order(currency), plan.visit.client_id
        # The sign-up was yesterday: GA4 joins nothing to its session any more.
        visit = UNKNOWN if browser is None else client_visit(browser)
        first, second = (
            replace(
                order,
                **{field.name: getattr(plan.plan, field.name) for field in fields(Bill)},
                **{name: getattr(plan, name) for name in ("key", "customer", "email")},
                visit=visit,
                paid_at=plan.invoice(number).paid_at,
                references={},
                is_renewal=number > 0,
            )
            for number in range(2)
        )
        return self.sold(first, Step.START), self.sold(second, Step.RENEWAL)


def announce(kind: str, order: Order, own: Mapping[str, Any]) -> Announcement:
    """Return a delivery about an order.

    Args:
        kind: Which of a provider's test deliveries it is.
        order: What it is about.
        own: What its body says of it; objects in it are merged with the delivery's own.
    """
    sender = SENDERS[kind.partition(".")[0]]
    facts = Facts(order.key, order.visit, order.paid_at + _AGE_SECONDS)
    request = sender.kinds[kind].make(facts)
    body = json.dumps(_merged(json.loads(request.body), own)).encode()
    return Announcement(order.transaction_id, kind, replace(request, body=body))


def _merged(body: Json, own: Mapping[str, Any]) -> Json:
    deeper = {
        name: _merged(body[name], value)
        for name, value in own.items()
        if isinstance(value, Mapping) and isinstance(body.get(name), dict)
    }
    return {**body, **own, **deeper}
