"""From a typed recommended event to an event of the wire."""

from collections.abc import Mapping

from shared.ga4.commerce import Commerce, ItemList, Promotion
from shared.ga4.leads import Lead
from shared.ga4.payload import Event, Param

Recommended = Commerce | ItemList | Promotion | Lead


def to_event(
    typed: Recommended,
    *,
    params: Mapping[str, Param | None],
    timestamp_micros: int | None = None,
    name: str | None = None,
) -> Event:
    """Return a typed event with parameters of one's own beside its own.

    Args:
        typed: The recommended event.
        params: Further parameters; a None is left out. The event's own win.
        timestamp_micros: When it happened, Unix microseconds.
        name: Another name than the recommended one, where the operator chose it.
    """
    own = {
        field: value
        for field in typed.__struct_fields__
        if (value := getattr(typed, field)) not in (None, [])
    }
    further = {n: value for n, value in params.items() if value is not None and n not in own}
    return Event(name or typed.name, own | further, timestamp_micros)
