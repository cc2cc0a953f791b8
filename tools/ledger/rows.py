"""An entry, for people and for machines; nothing of it is personal."""

from typing import Any

from rich.table import Table

from shared.stores.entry import Entry
from tools.visible import visible


def as_document(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON's types: money as text, times as RFC 3339; what replay needs not.

    Args:
        entry: Any.
    """
    fact = entry.fact
    return {
        "key": fact.key,
        "state": entry.state.value,
        "reason": entry.reason,
        "event_name": fact.event_name,
        "business_key": fact.business_key,
        "transaction_id": fact.transaction_id,
        "value": None if fact.value is None else f"{fact.value:f}",
        "currency": fact.currency,
        "occurred_at": fact.occurred_at and fact.occurred_at.isoformat(),
        "source": fact.source,
        "attribution": fact.attribution,
        "context_source": fact.context_source,
        "consent": {
            "analytics": fact.consent.analytics,
            "ad_user_data": fact.consent.ad_user_data,
            "ad_personalization": fact.consent.ad_personalization,
        },
        "late_hours": fact.late_hours,
        "attempts": entry.attempt,
        "sending_began": entry.sending,
        "created_at": entry.created_at.isoformat(),
        "updated_at": entry.updated_at.isoformat(),
        "expires_at": entry.expires_at.isoformat(),
        "replayable": entry.replay is not None,
        "measurement_id": fact.measurement_id,
    }


def as_line(entry: Entry) -> str:
    """Return an entry as one line.

    Args:
        entry: Any.
    """
    fact = entry.fact
    parts = (
        f"{entry.created_at:%Y-%m-%d %H:%M:%S}",
        f"{entry.state.value:<9}",
        fact.event_name,
        fact.transaction_id or fact.business_key,
        "" if fact.value is None else f"{fact.value:f} {fact.currency}",
        fact.attribution,
        f"({fact.source})",
        entry.reason and f"— {entry.reason}",
    )
    return " ".join(part for part in parts if part)


def whole(entry: Entry) -> Table:
    """Return everything of an entry, one line for each part that is known.

    Args:
        entry: Any.
    """
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in as_document(entry).items():
        shown = value
        if name == "consent":
            shown = ", ".join(f"{of} {choice or 'unknown'}" for of, choice in value.items())
        if shown is not None:
            table.add_row(name.replace("_", " "), visible(str(shown)))
    return table
