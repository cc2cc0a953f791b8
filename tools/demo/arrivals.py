"""What arrived at the local GA4, and what of it GA4 would show."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any


@dataclass(frozen=True)
class Arrival:
    """One event as it arrived.

    Attributes:
        name: What happened, e.g. `purchase`.
        transaction_id: As sent; empty if none was.
        client_id: As sent; empty if none was.
        params: The event's parameters.
    """

    name: str
    transaction_id: str
    client_id: str
    params: Mapping[str, Any]

    @property
    def currency(self) -> str:
        """As sent; empty if none was."""
        return self.text("currency")

    @property
    def is_orphan(self) -> bool:
        """Whether GA4 cannot know whose it is."""
        return not self.client_id or self.params.get("mp_attribution") == "generated"

    @property
    def is_renewal(self) -> bool:
        """Whether it is sent as a subscription's going on."""
        return self.params.get("purchase_type") == "subscription_renewal"

    def text(self, name: str) -> str:
        """A parameter as text; empty if it was not sent."""
        return str(self.params.get(name, ""))

    def amount(self, name: str) -> Decimal:
        """A sum of money; GA4 takes an absent one as nothing."""
        try:
            return Decimal(str(self.params.get(name, 0)))
        except InvalidOperation:
            return Decimal("NaN")


def arrivals_in(body: object) -> Iterator[Arrival]:
    """The events of one request's body, whatever that body is."""
    if not (isinstance(body, dict) and isinstance(body.get("events"), list)):
        return
    client_id = str(body.get("client_id", ""))
    for event in body["events"]:
        match event:
            case {"name": str(name), "params": dict(params)}:
                yield Arrival(name, str(params.get("transaction_id", "")), client_id, params)


def shown(purchases: Iterable[Arrival]) -> list[Arrival]:
    """What GA4 shows of the purchases it was sent: of each transaction the first.

    An absent id is no id; purchases without one are all shown. Nothing but purchases is treated
    so: of anything else GA4 shows every duplicate.
    """
    kept: list[Arrival] = []
    seen: set[str] = set()
    for purchase in purchases:
        if purchase.transaction_id not in seen:
            kept.append(purchase)
        if purchase.transaction_id:
            seen.add(purchase.transaction_id)
    return kept
