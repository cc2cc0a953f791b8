"""`connectors ledger list` and `show`."""

import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Final

from rich.table import Table

from shared.stores.entry import Entry
from shared.stores.ledger import Ledger
from shared.stores.query import Query
from tools.foreground import run_command
from tools.ledger.filters import Filters
from tools.ledger.store import Place
from tools.terminal import Terminal
from tools.visible import visible, write_error


def as_document(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON's types: money as text, times as RFC 3339; what replay needs not.

    Args:
        entry: Any.
    """
    fact, request, awaited = entry.fact, entry.request, entry.awaited
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
        "sink": fact.sink.value,
        "request_id": request and request.request_id,
        "request_index": request and request.request_index,
        "notes": list(request.notes) if request else [],
        "accepted_at": awaited and awaited.accepted_at.isoformat(),
        "check_at": awaited and awaited.check_at and awaited.check_at.isoformat(),
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
        if name == "notes":
            shown = ", ".join(value) or None
        if shown is not None:
            table.add_row(name.replace("_", " "), visible(str(shown)))
    return table


_KEY_LENGTH: Final = 64


def list_entries(place: Place, filters: Filters, *, limit: int, as_json: bool) -> int:
    """List the entries that were asked for, each as soon as it is read.

    Args:
        place: Where the store is.
        filters: Which.
        limit: How many at most.
        as_json: One line of JSON for each.

    Returns:
        The exit status.
    """
    query = filters.query(datetime.now(UTC))
    console = Terminal()

    async def work() -> int:
        count = 0
        async with place.opened() as ledger:
            async for entry in ledger.entries(query):
                if count == limit:
                    break
                count += 1
                if as_json:
                    _write(entry)
                else:
                    console.one_line(as_line(entry))
        return count

    count = run_command(work())
    if not as_json and count in (0, limit):
        console.print(f"the newest {limit:,}; --limit shows more" if count else "no entry")
    return 0


def show_entries(place: Place, key: str, *, as_json: bool) -> int:
    """Show everything that is known of an event.

    Args:
        place: Where the store is.
        key: A business key, a transaction id or an entry's own key; else any id that entries are
            about, an ignored delivery's event for example.
        as_json: One line of JSON for each entry.

    Returns:
        The exit status: 1 when there is none.
    """

    async def work() -> list[Entry]:
        async with place.opened() as ledger:
            found = [entry async for entry in about(ledger, key)]
            return found or list(await ledger.mentioning([key]))

    found = run_command(work())
    if not found:
        write_error("the ledger has no entry of it")
        return 1
    console = Terminal()
    for number, entry in enumerate(found):
        if as_json:
            _write(entry)
        else:
            console.print(*([""] if number else []), whole(entry), sep="\n")
    return 0


async def about(ledger: Ledger, key: str, query: Query | None = None) -> AsyncIterator[Entry]:
    """Yield the entries that a key stands for.

    Args:
        ledger: Where to look.
        key: A business key, a transaction id or an entry's own key.
        query: What else they have to pass.
    """
    own = await ledger.find(key) if len(key) == _KEY_LENGTH else None
    if own is not None:
        if query is None or query.matches(own):
            yield own
        return
    async for entry in ledger.entries(Query(business_key=key)):
        if query is None or query.matches(entry):
            yield entry


def _write(entry: Entry) -> None:
    sys.stdout.write(json.dumps(as_document(entry)) + "\n")
