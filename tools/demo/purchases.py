"""The purchases that arrived at the local GA4, and which of them GA4 would show."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any


@dataclass(frozen=True)
class Purchase:
    """One `purchase` as it arrived.

    Attributes:
        transaction_id: As sent; empty if none was.
        client_id: As sent; empty if none was.
        params: The event's parameters.
    """

    transaction_id: str
    client_id: str
    params: Mapping[str, Any]

    @property
    def currency(self) -> str:
        """As sent; empty if none was."""
        return self.text("currency")

    @property
    def is_orphan(self) -> bool:
        """Whether GA4 cannot know whose purchase it is."""
        return not self.client_id or self.params.get("mp_attribution") == "generated"

    def text(self, name: str) -> str:
        """A parameter as text; empty if it was not sent."""
        return str(self.params.get(name, ""))

    def amount(self, name: str) -> Decimal:
        """A sum of money; GA4 takes an absent one as nothing."""
        try:
            return Decimal(str(self.params.get(name, 0)))
        except InvalidOperation:
            return Decimal("NaN")


def purchases_in(body: object) -> Iterator[Purchase]:
    """The purchases of one request's body, whatever that body is."""
    if not (isinstance(body, dict) and isinstance(body.get("events"), list)):
        return
    client_id = str(body.get("client_id", ""))
    for event in body["events"]:
        match event:
            case {"name": "purchase", "params": dict(params)}:
                yield Purchase(str(params.get("transaction_id", "")), client_id, params)


def shown(sent: Iterable[Purchase]) -> list[Purchase]:
    """What GA4 shows of what it was sent: of each transaction the first.

    An absent id is no id; purchases without one are all shown.
    """
    kept: list[Purchase] = []
    seen: set[str] = set()
    for purchase in sent:
        if purchase.transaction_id not in seen:
            kept.append(purchase)
        if purchase.transaction_id:
            seen.add(purchase.transaction_id)
    return kept
