"""The browser's `purchase` beside the server's: are they merged, counted twice, or orphans?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from tools.doctor.finding import Finding, error, ok, unknown, warning
from tools.doctor.site.findings import Ours
from tools.doctor.site.seen import Hit, Purchase, Seen
from tools.visible import visible

_ABOUT: Final = "purchase"
_WRITE_ID: Final = (
    "write the browser's id into the payment's metadata as ga_transaction_id, or give the tag the "
    "server's id"
)
_ONE_ONLY: Final = "or take `purchase` out of the tag, so that only the server sends it"
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Expected:
    """What the server will send.

    Attributes:
        transaction_id: The purchase's id.
        known: Whether the delivery itself is known, so that what follows says something.
        client_id: The client that the delivery names.
        session_ids: The sessions that it names, of whichever streams.
    """

    transaction_id: str
    known: bool = False
    client_id: str | None = field(default=None, repr=False)
    session_ids: frozenset[str] = field(default=frozenset(), repr=False)


def examine(seen: Seen, ours: Ours, expected: Sequence[Expected]) -> Iterator[Finding]:
    """Yield what is found of the browser's purchases.

    Args:
        seen: The page, or a recording of a purchase.
        ours: The streams that the server sends to.
        expected: What the server will send; empty where nobody said.
    """
    hits = [hit for hit in seen.hits if hit.purchases]
    counted = [hit for hit in hits if not ours.ids or hit.measurement_id in ours.ids]
    for name in sorted({hit.measurement_id for hit in hits} - {h.measurement_id for h in counted}):
        says = f"the browser sends one to {name}, where the server sends none: nothing is doubled"
        yield ok(_ABOUT, says)
    if not counted:
        yield from _none(seen, expected)
        return
    purchases = [each for hit in counted for each in hit.purchases]
    yield from dict.fromkeys(finding for each in purchases for finding in _of(each, expected))
    yield from _repeated(counted)
    names = {each.transaction_id for each in purchases}
    for each in expected:
        if each.known and (len(expected) == 1 or each.transaction_id in names):
            yield from _visit(each, counted)


def _none(seen: Seen, expected: Sequence[Expected]) -> Iterator[Finding]:
    if not seen.recorded and not expected:
        return  # a page is no purchase
    if any(hit.unread for hit in seen.hits):
        says = "none is seen, but the recording leaves out what some requests of the tag posted"
        yield unknown(_ABOUT, says, "record it again with Chrome's network panel")
        return
    says = "the browser sends none as far as this goes: only the server's counts"
    yield ok(_ABOUT, says)


def _of(purchase: Purchase, expected: Sequence[Expected]) -> Iterator[Finding]:
    given = purchase.transaction_id
    if given is None:
        says = "the browser's has no transaction id: GA4 cannot merge it, and counts both"
        yield error(_ABOUT, says, f"give the tag the server's transaction_id, {_ONE_ONLY}")
        return
    if not given.strip():
        says = "the browser's has an empty transaction id: GA4 merges all such purchases into one"
        yield error(_ABOUT, says, f"give the tag the server's transaction_id, {_ONE_ONLY}")
        return
    if "@" in given:
        says = "the browser's transaction id looks like an e-mail address, which GA4 forbids"
        yield error(_ABOUT, says, f"take the order's id, {_ONE_ONLY}")
    if purchase.as_number:
        says = f"the browser's transaction id {_shown(given)} is a number, no text"
        fix = "write it as text: whether GA4 takes it otherwise is not documented"
        yield warning(_ABOUT, says, fix)
    if not expected:
        says = f"the browser's has transaction id {_shown(given)}; the server's is not known"
        yield unknown(_ABOUT, says, "name it: --transaction-id ID, or --delivery FILE")
        return
    names = [each.transaction_id for each in expected]
    if given in names:
        says = f"both have transaction id {_shown(given)}: GA4 merges them"
        yield ok(_ABOUT, says)
        return
    close = any(given.strip().casefold() == name.strip().casefold() for name in names)
    why = " (only case or white space differ)" if close else ""
    says = (
        f"the browser's transaction id is {_shown(given)}, the server's "
        f"{' or '.join(map(_shown, names))}{why}: both count"
    )
    yield error(_ABOUT, says, f"{_WRITE_ID}; {_ONE_ONLY}")


def _repeated(hits: Sequence[Hit]) -> Iterator[Finding]:
    """Yield that the browser sends a purchase more than once to one stream."""
    found = [(hit.measurement_id, each.transaction_id) for hit in hits for each in hit.purchases]
    for name, given in dict.fromkeys(found):
        times = found.count((name, given))
        if times > 1 and given:
            says = f"the browser sends {_shown(given)} {times} times to {name}; GA4 merges them"
            yield warning("purchase repeated", says, "send it once: keep what was sent already")
        elif times > 1 and given is None:
            says = f"the browser sends {times} without transaction id to {name}: each counts"
            yield error("purchase repeated", says, "send it once, with a transaction id")


def _visit(expected: Expected, hits: Sequence[Hit]) -> Iterator[Finding]:
    """Yield whether both purchases are of one client and one session."""
    clients = {hit.client_id for hit in hits} - {None}
    if expected.client_id is None:
        says = "the delivery names no client: without a capture the server's is an orphan"
        fix = "carry the client id as docs/guides/carry-the-context.md says"
        yield warning("purchase client", says, fix)
        return
    if not clients:
        says = "the browser's names no client, so whether it is the server's is unknown"
        yield unknown("purchase client", says, "record a visit that agreed to analytics")
        return
    if expected.client_id not in clients:
        says = "the server's is of another client: it is an orphan, and GA4 may count both"
        fix = "carry the client id of the browser that buys, as the tag knows it"
        yield error("purchase client", says, fix)
        return
    yield ok("purchase client", "both are of one client")
    sessions = {hit.session_id for hit in hits} - {None}
    if not expected.session_ids:
        says = "the delivery names no session: the server's has no source and no medium"
        fix = "carry the session as docs/guides/carry-the-context.md says"
        yield warning("purchase session", says, fix)
    elif sessions and not sessions & expected.session_ids:
        says = "the server's is of another session"
        yield warning("purchase session", says, "carry the session of the visit that buys")
    elif sessions:
        yield ok("purchase session", "both are of one session")


def _shown(name: str) -> str:
    """Return a transaction id as it may be shown: what may be a person's is not."""
    if "@" in name:
        return "(not shown)"
    return visible(name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…")
