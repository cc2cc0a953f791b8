"""Does the ledger show that events are tied to their users?"""

from datetime import UTC, datetime, timedelta
from typing import Final

from shared.stores.stats import Stats
from tools.doctor.finding import Finding, error, ok, unknown, warning
from tools.errors import CommandError
from tools.foreground import run_command
from tools.ledger.store import place_of
from tools.loaded_settings import LoadedSettings

_DAYS: Final = 7
_GUIDE: Final = "carry the client and the session as docs/guides/carry-the-context.md says"


def examine(loaded: LoadedSettings) -> list[Finding]:
    """Return what `connectors ledger stats` says of the last seven days; nothing without a store.

    Args:
        loaded: The settings that name the store.
    """
    if not loaded.of().get("STORE"):
        return []
    until = datetime.now(UTC) + timedelta(microseconds=1)
    try:
        place = place_of(None, loaded)

        async def work() -> Stats:
            async with place.opened() as ledger:
                return await ledger.stats(until - timedelta(days=_DAYS), until)

        stats = run_command(work())
    except CommandError as failure:
        return _unknown(str(failure), "make the store reachable from here")
    return _judged(stats)


def _judged(stats: Stats) -> list[Finding]:
    shares = stats.by("attribution")
    whose = {kind: shares.get(kind, 0) for kind in ("session", "client", "generated", "withheld")}
    decided = sum(whose.values())
    if not decided:
        return _unknown(f"no event in the last {_DAYS} days", "send a test payment, and look again")
    orphans = whose["generated"] + whose["withheld"]
    says = f"{decided - orphans:,} of {decided:,} events of {_DAYS} days have the browser's client"
    client = ok("ledger: client", says)
    if orphans:
        client = (error if orphans == decided else warning)("ledger: client", says, _GUIDE)
    says = f"{whose['session']:,} of {decided:,} events of {_DAYS} days have a session"
    session = ok("ledger: session", says)
    if not whose["session"]:
        session = unknown("ledger: session", says, f"{_GUIDE}; none is right for renewals alone")
    return [client, session]


def _unknown(says: str, fix: str) -> list[Finding]:
    return [unknown(f"ledger: {of}", says, fix) for of in ("client", "session")]
