"""What Cloud Scheduler asks for: what Google says became of the events that it took.

docs/decisions/0064-status-of-events.md says how often Google is asked, and when nobody asks any
more.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import msgspec

from shared.data_manager.status import Away, Busy, Failed, LookUp, Refused, StatusApi, Unknown
from shared.data_manager.status_answer import RequestStatus
from shared.data_manager.verdict import End, judge
from shared.deadline import has_time
from shared.errors import UnavailableError
from shared.observability.log import Severity, log
from shared.outcome import Outcome, Result
from shared.stores.accepted import AcceptedEvents, Due, Settlement
from shared.stores.entry import Awaited, State

EVENT_STATUS: Final = "event_status"

MOST_LOOK_UPS: Final = 300
"""Of one run. Google takes 300 requests a minute and 100,000 a day from a project; a run every ten
minutes asks 43,200 times a day at most, and leaves more than that for sending."""

_AT_ONCE: Final = 30
_PAUSE_SECONDS: Final = 1.0
_READ_AT_ONCE: Final = 1_000
_LOOK_SECONDS: Final = 15.0

_GROWTH: Final = 1.3
_SHORTEST_WAIT: Final = timedelta(seconds=1)
_LONGEST_WAIT: Final = timedelta(minutes=60)
_LONGEST: Final = timedelta(hours=24)
_LEAST_LOOKS: Final = 3
"""Where Google answered something else than a status: a day's outage is no answer."""


class _Pace(msgspec.Struct):
    """How fast Google is asked: some at once, the rest one a second; sending needs the quota too.

    Attributes:
        asked: How many times it was asked.
    """

    asked: int = 0

    async def wait(self) -> bool:
        """Wait until the next look-up may leave; return whether one may in this run."""
        pause = _PAUSE_SECONDS if self.asked >= _AT_ONCE else 0.0
        if self.asked >= MOST_LOOK_UPS or not has_time(pause + _LOOK_SECONDS):
            return False
        if pause:
            await asyncio.sleep(pause)
        self.asked += 1
        return True


class _Decided(msgspec.Struct, frozen=True):
    """What becomes of an entry, and what it counts as.

    Attributes:
        settlement: What is written.
        counts_as: One of the figures.
        failed_at_ads: Whether Google Ads has something against it.
    """

    settlement: Settlement
    counts_as: str
    failed_at_ads: bool = False


class _Run(msgspec.Struct):
    """One run.

    Attributes:
        figures: What it found, counted.
        answers: What Google said of each request.
        pace: How fast it asks.
    """

    figures: Counter[str] = msgspec.field(default_factory=Counter)
    answers: dict[str, LookUp] = msgspec.field(default_factory=dict)
    pace: _Pace = msgspec.field(default_factory=_Pace)


class EventStatus(msgspec.Struct, frozen=True):
    """Looks up every request whose status is due, and settles its events.

    Attributes:
        events: The events that wait for it.
        api: Google's.
        after: How long the first look waits; the following waits are 1.3 times as long each.
        clock: The current time, UTC.
    """

    events: AcceptedEvents
    api: StatusApi
    after: timedelta
    clock: Callable[[], datetime]

    async def run(self) -> Outcome:
        """Look up what is due; return how many events came how far.

        What is left when the quota, the run's time or its number of look-ups is used up stays due.

        Raises:
            UnavailableError: Google refuses the settings, or it or the store is out of reach.
            MisconfiguredError: There are no credentials.
        """
        run = _Run()
        try:
            await self._settle_due(run)
        finally:
            wrong = run.figures["rejected"] + run.figures["overdue"] + run.figures["unnamed"]
            log(
                EVENT_STATUS,
                Severity.ERROR if wrong else Severity.INFO,
                events=sum(run.figures[each] for each in _OF_EVENTS),
                counts=_counts(run),
            )
        counts = _counts(run)
        says = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        return Outcome(Result.SETTLED, says or "nothing is due", counts=counts)

    async def _settle_due(self, run: _Run) -> None:
        # By the clock of its start: what this run puts off is not due for it again.
        start = self.clock()
        while page := await self.events.due(now=start, most=_READ_AT_ONCE):
            by_request: dict[str, list[Due]] = {}
            for due in page:
                if due.entry.request is not None:
                    by_request.setdefault(due.entry.request.request_id, []).append(due)
            if not by_request:
                return
            settled = 0
            for request_id, dues in by_request.items():
                answer = run.answers.get(request_id) or await self._look_up(request_id, run)
                if answer is None or isinstance(answer, Busy):
                    run.figures["left"] = len(page) - settled
                    return
                run.answers[request_id] = answer
                await self._settle(dues, answer, run)
                settled += len(dues)

    async def _look_up(self, request_id: str, run: _Run) -> LookUp | None:
        """Ask Google; None where no more look-ups may leave in this run."""
        for again in (True, False):
            if not await run.pace.wait():
                return None
            match answer := await self.api.look_up(request_id):
                case Refused(reason):
                    raise UnavailableError(f"Google refuses the settings: {reason}")
                case Away(reason):
                    if again:
                        await asyncio.sleep(_PAUSE_SECONDS)
                        continue
                    raise UnavailableError(f"Google's Data Manager API is out of reach: {reason}")
                case Failed(reason):
                    run.figures["failed_look_ups"] += 1
                    log("status_unreadable", Severity.WARNING, reason=reason)
            return answer
        return None

    async def _settle(self, dues: Sequence[Due], answer: LookUp, run: _Run) -> None:
        now = self.clock()
        decided = {due.document.name: self._decide(due, answer, now) for due in dues}
        done = await self.events.settle(
            [(due, decided[due.document.name].settlement) for due in dues], now=now
        )
        for due, settlement in done:
            found = decided[due.document.name]
            run.figures[found.counts_as] += 1
            run.figures["ads_errors"] += found.failed_at_ads
            if found.counts_as in _LOGGED:
                _log_event(due, settlement, found.counts_as)

    def _decide(self, due: Due, answer: LookUp, now: datetime) -> _Decided:
        request, awaited = due.entry.request, due.entry.awaited
        assert request is not None  # noqa: S101 - it was found by its request
        assert awaited is not None  # noqa: S101 - likewise
        match answer:
            case RequestStatus():
                verdict = judge(answer, request.request_index, request.request_size)
            case Unknown(reason):
                note = f"Google does not know the request: {reason}"
                return _Decided(Settlement(notes=(note,)), "overdue")
            case _:
                return self._later(awaited, now, least_looks=_LEAST_LOOKS)
        match verdict.end:
            case End.PROCESSING:
                return self._later(awaited, now, notes=verdict.notes)
            case End.UNNAMED:
                settlement = Settlement(notes=verdict.notes)
            case end:
                settlement = Settlement(State(end.value), verdict.reason, verdict.notes)
        return _Decided(settlement, verdict.end.value, verdict.failed_at_ads)

    def _later(
        self, awaited: Awaited, now: datetime, *, notes: tuple[str, ...] = (), least_looks: int = 1
    ) -> _Decided:
        """Return when to look again: after a longer wait each time, and for a day at most."""
        looks, end = awaited.looks + 1, awaited.accepted_at + _LONGEST
        if now >= end and looks >= least_looks:
            return _Decided(Settlement(notes=(*notes, "no status after 24 hours")), "overdue")
        wait = max(self.after * _GROWTH**looks, _SHORTEST_WAIT)
        check_at = now + min(wait, _LONGEST_WAIT)
        if now < end < check_at:
            check_at = end
        return _Decided(Settlement(notes=notes, check_at=check_at), End.PROCESSING.value)

    async def close(self) -> None:
        """Let go of the connections and of the store."""
        await self.api.close()
        await self.events.database.close()


_OF_EVENTS: Final = ("delivered", "rejected", "processing", "unnamed", "overdue")
_LOGGED: Final = {
    "rejected": partial(log, "status_rejected", Severity.ERROR),
    "unnamed": partial(log, "status_unnamed", Severity.WARNING),
    "overdue": partial(log, "status_overdue", Severity.WARNING),
}
"""What a person should look at has a line for each event."""

FIGURES: Final = (*_OF_EVENTS, "ads_errors", "failed_look_ups", "left")


def _counts(run: _Run) -> dict[str, int]:
    return {"look_ups": run.pace.asked, **{name: run.figures[name] for name in FIGURES}}


def _log_event(due: Due, settlement: Settlement, counts_as: str) -> None:
    fact = due.entry.fact
    _LOGGED[counts_as](
        outcome=settlement.state.value,
        reason=settlement.reason or "",
        provider=fact.source.partition(" ")[0],
        name=fact.event_name,
        transaction_id=fact.transaction_id or "",
        entry=fact.key,
        notes=list(settlement.notes),
    )
