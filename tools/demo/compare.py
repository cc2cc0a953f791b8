"""One event of GA4's against one entry of the shop's books."""

from collections.abc import Iterator
from typing import Final

from tools.demo.arrivals import Arrival
from tools.shop.books import Entry

_AMOUNTS: Final = ("value", "tax", "shipping")


def compared(entry: Entry, arrival: Arrival) -> Iterator[str]:
    """Everything of an event that is not as the entry says, one line each."""
    wanted: dict[str, object] = {
        "currency": entry.currency,
        "value": entry.value,
        "tax": entry.tax,
        "shipping": entry.shipping,
        "session_id": entry.session_id or "",
        "renewal": entry.is_renewal,
    }
    found: dict[str, object] = {
        "currency": arrival.currency,
        **{name: arrival.amount(name) for name in _AMOUNTS},
        "session_id": arrival.text("session_id"),
        "renewal": arrival.is_renewal,
    }
    if entry.client_id is not None:
        wanted |= {"client_id": entry.client_id, "orphan": False}
        found |= {"client_id": arrival.client_id, "orphan": arrival.is_orphan}
    what = f"{entry.transaction_id}: {'refund: ' if arrival.name == 'refund' else ''}"
    for name, value in wanted.items():
        if found[name] != value:
            yield f"{what}{name} is {_named(found[name])}, in the shop's books {_named(value)}"


def is_same_money(entry: Entry, arrival: Arrival) -> bool:
    """Whether an event has exactly the money of an entry."""
    sent = (arrival.currency, *map(arrival.amount, _AMOUNTS))
    return sent == (entry.currency, entry.value, entry.tax, entry.shipping)


def _named(value: object) -> object:
    return "none" if value == "" else value
