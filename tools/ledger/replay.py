"""`connectors ledger replay`: what would be sent, or sending it."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from shared import bootstrap
from shared.attribution.attribute import TOO_LATE
from shared.delivery.ledger_events import fact_of
from shared.delivery.prepare import NotSent
from shared.delivery.replay import Replay, replay_record_of, was_refused_for_good
from shared.domain.consent import Choice
from shared.domain.sink import TOO_OLD
from shared.errors import InProgressError
from shared.observability.log import silence_libraries
from shared.outcome import Result
from shared.settings.common import Settings, read_common
from shared.stores.entry import Entry, State
from shared.stores.ledger import Ledger
from shared.stores.query import Query
from tools.errors import CommandError, UsageError
from tools.foreground import run_command
from tools.ledger.filters import Filters
from tools.ledger.list_show import about
from tools.ledger.store import place_of
from tools.loaded_settings import LoadedSettings
from tools.progress import watched_entries
from tools.terminal import Terminal
from tools.visible import write_error, write_json


class Tally:
    """Reports each entry, and counts.

    Attributes:
        counts: How many came to what.
    """

    def __init__(self, *, as_json: bool, endpoint: str) -> None:
        """Say to people, or to machines in lines of JSON, what is sent to an endpoint."""
        self._endpoint = endpoint
        self.counts: Counter[str] = Counter()
        self._as_json = as_json
        self._console = Terminal()

    def report(
        self, entry: Entry, word: str, reason: str | None, body: bytes | None = None
    ) -> None:
        """Say what came of an entry.

        Args:
            entry: As it was.
            word: What came of it.
            reason: Why.
            body: What would be sent.
        """
        self.counts[word] += 1
        fact = entry.fact
        if self._as_json:
            line: dict[str, Any] = {
                "key": fact.key,
                "measurement_id": fact.measurement_id,
                "event_name": fact.event_name,
                "business_key": fact.business_key,
                "was": entry.state.value,
                "outcome": word,
                "reason": reason,
            }
            # The very bytes: no digit of an amount may change on the way.
            line |= {} if body is None else {"body": msgspec.Raw(body)}
            write_json(line)
            return
        why = f": {reason}" if reason else ""
        self._console.one_line(
            f"{fact.event_name} {fact.business_key}, {entry.state.value} → {word}{why}"
        )
        if body is not None:
            text = msgspec.json.format(body, indent=2).decode()
            self._console.print(text, soft_wrap=True)

    def sum_up(self, *, send: bool) -> None:
        """Say how many came to what.

        Args:
            send: Whether anything was sent.
        """
        if self._as_json:
            return
        counts = ", ".join(f"{word}: {count:,}" for word, count in sorted(self.counts.items()))
        self._console.one_line(counts or "no entry")
        if self.counts["would be sent"] and not send:
            self._console.one_line(
                f"nothing was sent; --send sends to {self._endpoint}, under the entries' keys"
            )
        if any(self.counts[word] for word in ("withheld", "would be withheld")):
            self._console.one_line(
                "withheld: the client is still unknown; --without-context sends under made-up ones"
            )


_FAILED: Final = (Result.REJECTED.value, Result.UNCERTAIN.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """How entries are replayed.

    Attributes:
        store: `--store`.
        without_context: Whether events without a client are sent under made-up ones.
        late: Whether events are sent that were rejected as too late.
        send: Whether to send.
        as_json: One line of JSON for each event.
    """

    store: str | None = None
    without_context: bool = False
    late: bool = False
    send: bool = False
    as_json: bool = False


def replay_entries(
    keys: Sequence[str], filters: Filters, loaded: LoadedSettings, options: Options
) -> int:
    """Send entries again, or show what that would be.

    Args:
        keys: Which, by name.
        filters: Which entries.
        loaded: The settings.
        options: How.

    Returns:
        The exit status: 1 when an event did not get through, or a key names none.

    Raises:
        UsageError: Nothing was chosen, or the settings make no sense.
        FailedError: The store, a secret or GA4 is out of reach; what was not sent is as it was.
    """
    if not keys and not filters.states:
        raise UsageError("name events by their keys, or take --withheld or --rejected")
    query = filters.query(datetime.now(UTC))
    place_of(options.store, loaded)
    settings = loaded.read(read_common, STORE=options.store)
    endpoints = " and ".join(
        sorted({stream.endpoint for stream in settings.streams.by_name.values()})
    )
    tally = Tally(as_json=options.as_json, endpoint=endpoints)
    missing: list[str] = []

    async def work() -> bool:
        parts = bootstrap.parts(settings)
        replay = bootstrap.replay(
            settings, parts, without_context=options.without_context, late=options.late
        )
        try:
            async for entry in watched_entries(_chosen(parts.stores.ledger, keys, query, missing)):
                if (why := _why_left(entry, settings, late=options.late)) is not None:
                    tally.report(entry, "left", why)
                else:
                    await (_send if options.send else _show)(replay, entry, tally)
        finally:
            await parts.close()
        return True

    silence_libraries()
    try:
        run_command(work())
    except CommandError:
        if tally.counts:
            tally.sum_up(send=options.send)
        raise
    tally.sum_up(send=options.send)
    for key in missing:
        write_error(
            f"the ledger has no entry of {key}{' that is chosen' if filters.states else ''}"
        )
    failed = options.send and any(tally.counts[word] for word in _FAILED)
    return 1 if failed or missing else 0


def _why_left(entry: Entry, settings: Settings, *, late: bool) -> str | None:
    """Return why an entry is not for these settings: the function decided otherwise."""
    if entry.fact.measurement_id not in ("", *(s.id for s in settings.streams.by_name.values())):
        return "it is of a stream that is not in GA4_MEASUREMENT_ID or STREAMS"
    record = replay_record_of(entry)
    if record is None:
        return _why_never(entry)
    decided = entry.fact.value
    if decided is not None and fact_of(record.conversion, settings).value != decided:
        return "its value would be another than the function's: check VALUE_BASIS"
    reason = entry.reason or ""
    if not late and entry.state is State.REJECTED and reason.endswith(TOO_LATE):
        return "the function rejects what is older than 72 hours; --late sends it, as of now"
    if not late and entry.state is State.REJECTED and TOO_OLD in reason:
        return "Google found it too old; --late sends it, as of now"
    return None


async def _chosen(
    ledger: Ledger, keys: Sequence[str], query: Query, missing: list[str]
) -> AsyncIterator[Entry]:
    """Yield the entries that are named; put down the names of which there is none."""
    if not keys:
        async for entry in ledger.entries(query):
            yield entry
    for key in keys:
        none = True
        async for entry in about(ledger, key, query):
            none = False
            yield entry
        if none:
            missing.append(key)


async def _show(replay: Replay, entry: Entry, tally: Tally) -> None:
    ready = await replay.shown(entry)
    if ready is None:
        tally.report(entry, "left", _why_never(entry))
    elif isinstance(ready, NotSent):
        tally.report(entry, f"would be {ready.state}", ready.reason)
    else:
        tally.report(entry, "would be sent", None, ready.outgoing.body)


async def _send(replay: Replay, entry: Entry, tally: Tally) -> None:
    try:
        outcome = await replay.again(entry)
    except InProgressError as error:
        tally.report(entry, "left", str(error))
        return
    if outcome is None:
        tally.report(entry, "left", _why_never(entry))
    else:
        tally.report(entry, outcome.result.value, outcome.reason)


def _why_never(entry: Entry) -> str:
    if entry.state not in (State.REJECTED, State.WITHHELD):
        return f"it is {entry.state}"
    if entry.replay is None:
        return "nothing was kept to send: its provider has the event itself"
    if was_refused_for_good(entry):
        return f"Google would reject it again: {entry.reason}"
    if entry.fact.consent.analytics is Choice.DENIED:
        return "analytics consent was denied when it happened"
    return "what was kept cannot be sent"
