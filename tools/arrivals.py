"""What arrived at the local GA4, by either of Google's APIs, and what of it GA4 would show."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from shared.domain.timestamps import to_unix_micros
from tools.data_manager.ingested import INGEST_PATH
from tools.data_manager.structure import read_timestamp

_FIELDS: Final = {"currency": "currency", "transactionId": "transaction_id"}
_ITEM: Final = {"itemId": "item_id", "unitPrice": "price", "quantity": "quantity"}


@dataclass(frozen=True)
class Arrival:
    """One event as it arrived.

    Attributes:
        name: What happened, e.g. `purchase`.
        transaction_id: As sent; empty if none was.
        client_id: As sent; of an app its instance; empty if none was.
        params: The event's parameters, by the names that GA4 has for them.
        user_id: As sent; empty if none was.
        micros: Its own time in Unix microseconds, where it has one.
        has_texts_only: Whether its API has parameters as texts, numbers too.
        is_bare: Whether it came without any parameters, not even an empty set of them.
    """

    name: str
    transaction_id: str
    client_id: str
    params: Mapping[str, Any]
    user_id: str = ""
    micros: int | None = None
    has_texts_only: bool = False
    is_bare: bool = False

    @property
    def currency(self) -> str:
        """As sent; empty if none was."""
        return self.text("currency")

    @property
    def is_orphan(self) -> bool:
        """Whether GA4 cannot know its user."""
        return not self.client_id or self.params.get("mp_attribution") == "generated"

    @property
    def is_renewal(self) -> bool:
        """Whether it is sent as a subscription's going on."""
        return self.params.get("purchase_type") == "subscription_renewal"

    def text(self, name: str) -> str:
        """A parameter as text; empty if it was not sent."""
        return str(self.params.get(name, ""))

    def has(self, name: str, value: object) -> bool:
        """Return whether a parameter has a value, as its API writes it."""
        given = self.params.get(name)
        is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        if self.has_texts_only and is_number and isinstance(given, str):
            return self.amount(name) == Decimal(str(value))
        return bool(given == value)

    def amount(self, name: str) -> Decimal:
        """A sum of money; GA4 takes an absent one as nothing."""
        try:
            return Decimal(str(self.params.get(name, 0)))
        except InvalidOperation:
            return Decimal("NaN")


def arrivals_in(body: object, path: str = "") -> Iterator[Arrival]:
    """Yield the events of one body, whatever that body is.

    Args:
        body: As parsed: a request of the Measurement Protocol, or one event of the Data Manager
            API. Numbers with decimals are best `Decimal`.
        path: The path that it arrived at.
    """
    if not isinstance(body, dict):
        return
    if path == INGEST_PATH:
        yield _from_data_manager(body)
    elif isinstance(body.get("events"), list):
        for event in body["events"]:
            if isinstance(event, dict) and isinstance(event.get("name"), str):
                yield _from_measurement_protocol(event, body)


def arrivals_of(collected: Iterable[Mapping[str, Any]]) -> Iterator[Arrival]:
    """Yield the events of what `GET /events` shows; bare ones say nothing that could be booked."""
    for each in collected:
        found = arrivals_in(each["body"], each.get("path", ""))
        yield from (arrival for arrival in found if not arrival.is_bare)


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


def _from_measurement_protocol(event: Mapping[str, Any], request: Mapping[str, Any]) -> Arrival:
    given, micros = event.get("params"), event.get("timestamp_micros")
    params = given if isinstance(given, dict) else {}
    return Arrival(
        name=event["name"],
        transaction_id=str(params.get("transaction_id", "")),
        client_id=str(request.get("client_id", "") or request.get("app_instance_id", "")),
        params=params,
        user_id=str(request.get("user_id", "")),
        micros=micros if isinstance(micros, int) else None,
        is_bare=params is not given,
    )


def _from_data_manager(event: Mapping[str, Any]) -> Arrival:
    """Read an event that the API has taken, so that its form is right."""
    stamp = read_timestamp(event.get("eventTimestamp", ""))
    more = event.get("additionalEventParameters", ())
    cart = event.get("cartData", {})
    params: dict[str, Any] = {
        **{each.get("parameterName", ""): each.get("value", "") for each in more},
        **{name: event[field] for field, name in _FIELDS.items() if field in event},
    }
    if "conversionValue" in event:
        params["value"] = Decimal(str(event["conversionValue"]))  # it may be text
    if coupons := cart.get("couponCodes"):
        params["coupon"] = coupons[0]  # GA4 takes no more
    if items := cart.get("items"):
        params["items"] = [_item(item) for item in items]
    if kind := event.get("userProperties", {}).get("customerType"):
        params["customer_type"] = str(kind).lower()
    return Arrival(
        name=event.get("eventName", ""),
        transaction_id=event.get("transactionId", ""),
        client_id=event.get("clientId", "") or event.get("appInstanceId", ""),
        params=params,
        user_id=event.get("userId", ""),
        micros=None if stamp is None else to_unix_micros(stamp),
        has_texts_only=True,
    )


def _item(item: Mapping[str, Any]) -> dict[str, Any]:
    more = item.get("additionalItemParameters", ())
    return {
        **{name: item[field] for field, name in _ITEM.items() if field in item},
        **{each.get("parameterName", ""): each.get("value", "") for each in more},
    }
