"""`connectors ledger replay`: what would be sent, or sending it."""

import os
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Final

from shared import assembly
from shared.delivery.prepare import NotSent
from shared.delivery.replay import Replay
from shared.domain.consent import Choice as Answer
from shared.errors import InProgressError
from shared.observability.log import silence_libraries
from shared.outcome import Result
from shared.settings import read_settings
from shared.settings.common import read_common
from shared.stores.entry import Entry, State
from shared.stores.protocol import Ledger
from shared.stores.query import Query
from tools.errors import UsageError
from tools.ledger.filters import Choice
from tools.ledger.list_show import about
from tools.ledger.progress import watched
from tools.ledger.store import finished, place_of
from tools.ledger.tally import Tally

_FAILED: Final = (Result.REJECTED.value, Result.UNCERTAIN.value)


def replay_entries(keys: Sequence[str], choice: Choice, *, send: bool, as_json: bool) -> int:
    """Tell again of entries, or show what that would be.

    Args:
        keys: Which, by name.
        choice: Which, by filters.
        send: Whether to send.
        as_json: One line of JSON for each event.

    Returns:
        The exit status: 1 when an event did not get through.

    Raises:
        UsageError: Nothing was chosen, or the settings make no sense.
        FailedError: The store, a secret or GA4 is out of reach; what was not sent is as it was.
    """
    if not keys and not choice.states:
        raise UsageError("name events by their keys, or take --withheld or --rejected")
    query = choice.query(datetime.now(UTC))
    place_of(choice.store)
    tally = Tally(as_json=as_json)

    async def work() -> bool:
        environ = {**os.environ, **({"STORE": choice.store} if choice.store else {})}
        settings = read_settings(environ, read_common)
        parts = assembly.parts(settings)
        replay = assembly.replay(settings, parts)
        try:
            async for entry in watched(_chosen(parts.stores.ledger, keys, query)):
                if entry.fact.measurement_id != settings.measurement_id:
                    tally.tell(entry, "left", "it is another stream's than the settings'")
                else:
                    await (_send if send else _show)(replay, entry, tally)
        finally:
            await parts.close()
        return True

    silence_libraries()
    try:
        finished(work)
    finally:
        tally.sum_up(send=send)
    failed = send and any(tally.counts[word] for word in _FAILED)
    return 1 if failed else 0


async def _chosen(ledger: Ledger, keys: Sequence[str], query: Query) -> AsyncIterator[Entry]:
    if not keys:
        async for entry in ledger.entries(query):
            yield entry
    for key in keys:
        async for entry in about(ledger, key, query):
            yield entry


async def _show(replay: Replay, entry: Entry, tally: Tally) -> None:
    ready = await replay.shown(entry)
    if ready is None:
        tally.tell(entry, "left", _why_never(entry))
    elif isinstance(ready, NotSent):
        tally.tell(entry, f"would be {ready.state}", ready.reason)
    else:
        tally.tell(entry, "would be sent", None, ready.request.body)


async def _send(replay: Replay, entry: Entry, tally: Tally) -> None:
    try:
        outcome = await replay.again(entry)
    except InProgressError as error:
        tally.tell(entry, "left", str(error))
        return
    if outcome is None:
        tally.tell(entry, "left", _why_never(entry))
    else:
        tally.tell(entry, outcome.result.value, outcome.reason)


def _why_never(entry: Entry) -> str:
    if entry.state not in (State.REJECTED, State.WITHHELD):
        return f"it is {entry.state}"
    if entry.replay is None:
        return "nothing was kept to send: its provider has the event itself"
    if entry.fact.consent.analytics is Answer.DENIED:
        return "analytics consent was denied when it happened"
    return "what was kept cannot be sent"
