"""What the stand-in tells GA4."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

EXPONENTS = {"eur": 2, "jpy": 0, "kwd": 3}


@dataclass(frozen=True)
class Order:
    """What was paid, in minor units, and what is known of the buyer."""

    transaction_id: str
    currency: str
    amounts: Mapping[str, int]
    metadata: Mapping[str, str]
    is_renewal: bool = False
    unattended: bool = False

    @property
    def net(self) -> int:
        """The total less tax and shipping."""
        return self.amounts["total"] - self.amounts["tax"] - self.amounts["shipping"]


def purchase(order: Order, flaws: Collection[str]) -> dict[str, Any]:
    """Return a purchase as GA4 takes it."""
    tax, shipping = order.amounts["tax"], order.amounts["shipping"]
    value = order.net + (tax if "gross" in flaws else 0)
    more = {"purchase_type": "subscription_renewal" if order.is_renewal else "one_time"}
    if (session_id := _session_id(order)) and ("clingy" in flaws or not order.unattended):
        more["session_id"] = session_id
    return _payload("purchase", order, (value, tax, shipping), more)


def refund(order: Order, before: int, amount: int, flaws: Collection[str]) -> dict[str, Any]:
    """Return a refund as GA4 takes it."""
    if "rounding" in flaws:
        before = 0
    first, last = _due(order, before), _due(order, before + amount)
    parts = (last[0] - first[0], last[1] - first[1], last[2] - first[2])
    if "estranged" in flaws:
        order = Order(order.transaction_id, order.currency, order.amounts, {})
    return _payload("refund", order, parts, {})


def _payload(
    name: str, order: Order, parts: tuple[int, int, int], more: Mapping[str, str]
) -> dict[str, Any]:
    exponent = EXPONENTS[order.currency]
    amounts = dict(zip(("value", "tax", "shipping"), parts, strict=True))
    known = order.metadata.get("ga_client_id") or order.metadata.get("ga_cookie", "")[6:]
    params = {
        "transaction_id": order.transaction_id,
        "currency": order.currency.upper(),
        **{k: float(Decimal(v).scaleb(-exponent)) for k, v in amounts.items()},
        "mp_attribution": "session" if known else "generated",
        **more,
    }
    return {"client_id": known or "1.2", "events": [{"name": name, "params": params}]}


def _session_id(order: Order) -> str:
    cookie = order.metadata.get("ga_session_cookie", "$")
    given = order.metadata.get("ga_session_id")
    return given or cookie.split("$")[0].removeprefix("GS2.1.s")


def _due(order: Order, taken: int) -> tuple[int, int, int]:
    """Return how much of value, tax and shipping goes with the first `taken` of a total."""
    total = order.amounts["total"]
    net = round(Fraction(order.net * taken, total))
    rest = total - order.net
    tax = round(Fraction(order.amounts["tax"] * (taken - net), rest)) if rest else 0
    return net, tax, taken - net - tax
