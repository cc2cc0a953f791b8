"""Everything that is known of an id as one story: a paragraph, a time line, what to do."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from shared.domain.conversion import Kind
from shared.domain.order import Order
from shared.stores.entry import Entry, State
from shared.stores.query import MOST_MENTIONING
from tools.explain.advice import advice_for
from tools.explain.known import Known, source_of
from tools.explain.sentences import browser, outcome, session_window, subject

_IN_FULL: Final = 3
_MOST_ADVICE: Final = 5
_AT_ONCE: Final = timedelta(seconds=1)
_OWN_TIME: Final = timedelta(minutes=1)

NOTHING: Final = (
    "Nothing is known of this id.",
    "The ledger keeps an event for LEDGER_RETENTION_DAYS: 90 where nothing else is set.",
    "A delivery that was refused, for its signature for example, leaves a line in the log alone.",
    "A delivery that was ignored leaves one only with IGNORED_RETENTION_DAYS.",
)
_DUPLICATES: Final = "Duplicates are answered and not recorded: the log has them."


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the time line.

    Attributes:
        at: When, UTC.
        what: What happened.
    """

    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Story:
    """What is said of an id.

    Attributes:
        is_known: Whether anything is known.
        sentences: The paragraph.
        lines: The time line, the newest first.
        entries: The entries that the time line is of.
        more: How many entries are left out.
        to_do: What to do, the most urgent first.
    """

    is_known: bool
    sentences: tuple[str, ...]
    lines: tuple[Line, ...] = ()
    entries: tuple[Entry, ...] = ()
    more: int = 0
    to_do: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody else says of it: its provider, or GA4's export.

    Attributes:
        said: Each in one sentence.
        is_known: Whether they know it.
        ids: Further ids of it, which they name.
        to_do: What follows from it.
        repair: What follows where the store has no event of it.
    """

    said: tuple[str, ...]
    is_known: bool = False
    ids: tuple[str, ...] = ()
    to_do: str | None = None
    repair: str | None = None


def tell(
    known: Known, statements: Sequence[Statement], ids: Sequence[str], *, now: datetime, limit: int
) -> Story:
    """Return the story of an id.

    Args:
        known: What the store knows.
        statements: What others say.
        ids: The id, in each way it may be written.
        now: The current time, UTC.
        limit: How many entries at most.
    """
    everything = sorted(
        (*known.entries, *known.related), key=lambda entry: entry.created_at, reverse=True
    )
    shown = everything[:limit]
    is_known = known.is_anything or any(each.is_known for each in statements)
    said = [sentence for each in statements for sentence in each.said]
    sentences = [*_summary(known, everything, ids, now), *said]
    lines = [line for entry in shown for line in _lines(entry)]
    lines += [Line(now, sentence) for sentence in said]
    to_do = [advice for entry in everything if (advice := advice_for(entry)) is not None]
    has_events = any(entry.state is not State.IGNORED for entry in everything)
    for each in statements:
        follows = (each.to_do, None if has_events else each.repair)
        to_do += [advice for advice in follows if advice is not None]
    return Story(
        is_known,
        tuple(sentences if is_known else (*NOTHING, *said)),
        tuple(sorted(lines, key=lambda line: line.at, reverse=True)),
        tuple(shown),
        len(everything) - len(shown),
        tuple(dict.fromkeys(to_do))[:_MOST_ADVICE],
    )


def _summary(
    known: Known, entries: Sequence[Entry], ids: Sequence[str], now: datetime
) -> Iterator[str]:
    refunds = [entry for entry in entries if entry.fact.event_name == Kind.REFUND]
    ignored = [entry for entry in entries if entry.state is State.IGNORED]
    others = [entry for entry in entries if entry not in refunds and entry not in ignored]
    for group, name in ((others, "events"), (refunds, "refunds"), (ignored, "deliveries")):
        yield from _told(group, name)
    if len(known.orders) <= _IN_FULL:
        yield from map(_paid, known.orders)
    yield from _conflicts(known.entries, ids)
    if known.placed is not None:
        yield f"A checkout of {_money(known.placed)} was placed and not paid yet."
    if known.left_out:
        yield "It is a payment that the options leave out, or that another event counts."
    if known.orders and not entries:
        yield "The ledger has no entry of it: it was handed on, waits, or is older than the ledger."
    if known.context is not None:
        yield browser(known.context)
    windows = (session_window(entry, known.context, now) for entry in entries[:_IN_FULL])
    yield from dict.fromkeys(window for window in windows if window is not None)
    if others or refunds:
        yield _DUPLICATES


def _told(entries: Sequence[Entry], name: str) -> Iterator[str]:
    """Say of a few events what became of each; of many, how many came to what."""
    if len(entries) > _IN_FULL:
        counts = Counter(entry.state.value for entry in entries)
        sums = _sums(entries)
        parts = (f"{count:,} {word}{sums.get(word, '')}" for word, count in counts.most_common())
        least = "At least " if len(entries) >= MOST_MENTIONING else ""
        yield f"{least}{len(entries):,} {name}: {', '.join(parts)}."
        yield from _told(entries[:1], name)
        return
    for entry in entries:
        verb = "was" if entry.state is State.IGNORED else "is"
        yield f"The {subject(entry)} {verb} {outcome(entry)}."


def _sums(entries: Iterable[Entry]) -> dict[str, str]:
    """Return the money of each state, by currency."""
    sums: dict[tuple[str, str], Decimal] = {}
    for entry in entries:
        value, currency = entry.fact.value, entry.fact.currency
        if value is not None and currency is not None:
            key = (entry.state.value, currency)
            sums[key] = sums.get(key, Decimal(0)) + value
    found: dict[str, list[str]] = {}
    for (word, currency), total in sorted(sums.items()):
        found.setdefault(word, []).append(f"{total:f} {currency}")
    return {word: f" ({' and '.join(amounts)})" for word, amounts in found.items()}


def _paid(order: Order) -> str:
    extras = ((order.money.tax, "tax"), (order.money.shipping, "shipping"))
    included = " and ".join(f"{amount:f} {name}" for amount, name in extras if amount)
    of_it = f", with {included} in it" if included else ""
    return f"The buyer paid {_money(order)} for order {order.transaction_id}{of_it}."


def _money(order: Order) -> str:
    return f"{order.money.total:f} {order.money.currency}"


def _conflicts(entries: Sequence[Entry], ids: Sequence[str]) -> Iterator[str]:
    """Say where one order id stands for several payments."""
    payments = [
        entry
        for entry in entries
        if entry.fact.event_name == Kind.PURCHASE and entry.state is not State.IGNORED
    ]
    own = [entry for entry in payments if entry.fact.transaction_id in ids]
    accounts = dict.fromkeys(source_of(entry).account or "your own account" for entry in own)
    if len(accounts) > 1:
        yield f"Several accounts have an order of this id: {', '.join(accounts)}."
    for entry in payments if own else ():
        name = entry.fact.transaction_id or ""
        if name in ids:
            continue
        if any(name.startswith(f"{each}-") for each in ids):
            yield f"The order was edited after it was paid: {name} is the difference."
        else:
            yield f"Another payment came under this order id, and was sent as {name}."


def _lines(entry: Entry) -> Iterator[Line]:
    """Say when an entry's event happened, arrived, and came to its end."""
    fact = entry.fact
    if fact.occurred_at is not None and abs(entry.created_at - fact.occurred_at) > _OWN_TIME:
        yield Line(fact.occurred_at, f"{subject(entry)} happened")
    arrived = f"{fact.source or subject(entry)} arrived"
    if entry.state is State.IGNORED:
        times = f" ({entry.attempt} times since)" if entry.attempt > 1 else ""
        yield Line(entry.created_at, f"{arrived}{times}; {outcome(entry)}")
        return
    tries = f" (try {entry.attempt})" if entry.attempt > 1 else ""
    ended = f"{subject(entry)} {outcome(entry)}{tries}"
    if entry.updated_at - entry.created_at < _AT_ONCE:
        yield Line(entry.created_at, f"{arrived}; {ended}")
    else:
        yield Line(entry.created_at, arrived)
        yield Line(entry.updated_at, ended)
    if entry.awaited is not None and entry.state is not State.ACCEPTED:
        yield Line(
            entry.awaited.accepted_at, f"Google took {subject(entry)}, and its word was awaited"
        )
    for note in entry.request.notes if entry.request else ():
        yield Line(entry.updated_at, f"Google notes on {subject(entry)}: {note}")
