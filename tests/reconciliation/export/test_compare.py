"""What the ledger says against what the export has."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.reconciliation.export.books import Books, Line
from shared.reconciliation.export.compare import compare, puzzling, strange
from shared.reconciliation.export.event_key import EventKey
from shared.reconciliation.export.finding import Finding, Status
from shared.reconciliation.export.hits import Hits
from shared.reconciliation.span import Span

NOW: Final = datetime(2026, 11, 25, 12, tzinfo=UTC)
SENT: Final = NOW - timedelta(days=5)
SPAN: Final = Span(NOW - timedelta(days=6), NOW)
PURCHASE: Final = EventKey("purchase", "T-1")
REFUND: Final = EventKey("refund", "T-1")
LEAD: Final = EventKey("generate_lead", None, SENT)
KEYS: Final = [PURCHASE, REFUND, LEAD]


def line(delivered: int = 1, uncertain: int = 0, **changes: Any) -> Line:  # noqa: ANN401
    """Return a line of the ledger: 12.50 of each event."""
    raw = {"value": Decimal("12.50") * (delivered + uncertain), **changes}
    return Line(delivered, uncertain, **raw)


def hits(ours: int = 1, **changes: Any) -> Hits:  # noqa: ANN401
    """Return what the export has: as much as was sent, of one client."""
    raw: dict[str, Any] = {
        "sent_by_tag": 0,
        "clients": 1,
        "orphans": 0,
        "value": Decimal("12.5") * ours,
        "first": SENT,
        **changes,
    }
    return Hits(ours, **raw)


def books(key: EventKey, found: Line | None) -> Books:
    """Return books with one line, or none."""
    return Books(NOW, NOW, {} if found is None else {key: found})


def found(
    key: EventKey,
    sent: Line | None,
    there: Hits | None,
    beside: Line | None = None,
    known: set[EventKey] | None = None,
) -> list[Finding]:
    """Compare one key."""
    export = {} if there is None else {key: there}
    return list(compare(books(key, sent), books(key, beside), known or set(), export, SPAN))


def words(*compared: Any) -> dict[str, int]:  # noqa: ANN401
    """Return how many events of one key stand how."""
    counts: Counter[str] = Counter()
    for finding in found(*compared):
        counts[finding.word.value] += finding.count
    return dict(counts)


@pytest.mark.parametrize("key", KEYS)
def test_what_was_sent_and_is_there_is_found(key: EventKey) -> None:
    """And nothing else is said of it."""
    assert words(key, line(), hits()) == {"found": 1}


@pytest.mark.parametrize("key", KEYS)
def test_what_was_taken_and_is_not_there_is_missing(key: EventKey) -> None:
    """Google answers 2xx to anything; this is where a loss shows."""
    assert words(key, line(), None) == {"missing": 1}


def test_part_of_several_may_be_missing() -> None:
    """Three refunds of one order, two of them there."""
    assert words(REFUND, line(3), hits(2)) == {"found": 2, "missing": 1}


@pytest.mark.parametrize("sent", [line(awaited=1), line(0, 1, awaited=1)], ids=["taken", "unclear"])
def test_what_is_too_young_is_awaited(sent: Line) -> None:
    """A day's table is filled for three days after it."""
    assert words(PURCHASE, sent, None) == {"awaited": 1}


def test_what_is_older_than_the_export_is_not_missing() -> None:
    """A property that is linked today has no table of yesterday."""
    assert words(PURCHASE, line(unexported=1), None) == {"unexported": 1}


def test_each_that_is_not_there_has_its_own_excuse() -> None:
    """One young and one old do not excuse the third."""
    sent = line(3, awaited=1, unexported=1)

    assert words(REFUND, sent, None) == {"awaited": 1, "unexported": 1, "missing": 1}


def test_an_unclear_answer_is_cleared_up() -> None:
    """It arrived, or it was lost."""
    assert words(REFUND, line(0, 1), hits()) == {"arrived": 1}
    assert words(REFUND, line(0, 1), None) == {"lost": 1}


def test_what_was_surely_taken_comes_first() -> None:
    """One delivered and one unclear, and one there: it is the delivered one."""
    assert words(REFUND, line(1, 1), hits()) == {"found": 1, "lost": 1}


def test_what_was_not_sent_and_is_there_is_told() -> None:
    """Rejected after an answer that was unclear, or claimed by a process that died."""
    assert words(PURCHASE, line(0, unsent=1), hits()) == {"unexpected": 1}
    assert words(REFUND, line(1, unsent=1), hits(1)) == {"found": 1}


def test_a_copy_of_a_purchase_is_merged_by_ga4() -> None:
    """It is told, and nothing is wrong."""
    assert words(PURCHASE, line(), hits(3)) == {"found": 1, "merged_duplicate": 2}


def test_a_copy_under_another_client_may_count_again() -> None:
    """An older text of Google's merges within one user only."""
    (_, finding) = found(PURCHASE, line(), hits(2, clients=2))

    assert finding.word is Status.DOUBLED
    assert finding.reason == "sent 1 times, there 2 times, for several clients"


@pytest.mark.parametrize("key", [REFUND, LEAD])
def test_a_copy_of_anything_else_counts_again(key: EventKey) -> None:
    """GA4 merges purchases alone."""
    assert words(key, line(), hits(2)) == {"found": 1, "doubled": 1}


def test_what_was_sent_on_a_day_beside_is_no_copy() -> None:
    """An earlier refund of the same order."""
    assert words(REFUND, line(), hits(2), line()) == {"found": 1}


def test_a_purchase_that_the_tag_sent_too_is_told() -> None:
    """Under one client GA4 merges them."""
    assert words(PURCHASE, line(), hits(sent_by_tag=1)) == {"found": 1, "sent_by_tag": 1}


@pytest.mark.parametrize(("key", "clients"), [(PURCHASE, 2), (REFUND, 1)])
def test_what_the_tag_sent_too_and_ga4_does_not_merge_is_doubled(
    key: EventKey, clients: int
) -> None:
    """Another client, or another event."""
    assert words(key, line(), hits(sent_by_tag=1, clients=clients)) == {"found": 1, "doubled": 1}


def test_a_tags_event_of_the_same_moment_is_another() -> None:
    """About no order, with no mark of ours: chance."""
    assert words(LEAD, line(), hits(sent_by_tag=1)) == {"found": 1}


def test_an_orphan_is_told() -> None:
    """And found all the same."""
    assert words(PURCHASE, line(), hits(orphans=1)) == {"found": 1, "orphaned": 1}


def test_another_value_is_told_with_both() -> None:
    """A hundred times too much is the classic."""
    (_, finding) = found(PURCHASE, line(), hits(value=Decimal(1250)))

    assert finding.word is Status.DIFFERENT
    assert finding.reason == "the ledger says 12.5, the export 1250"


@pytest.mark.parametrize(
    ("sent", "there", "beside"),
    [
        (line(value=None), hits(value=Decimal(3)), None),
        (line(), hits(value=None), None),
        (line(), hits(value=Decimal("12.500000001")), None),
        (line(), hits(2, value=Decimal(99)), None),
        (line(2), hits(2, value=Decimal(99)), line()),
        (line(1, 1), hits(2, value=Decimal(99)), None),
        (line(1, unsent=1), hits(1, value=Decimal(99)), None),
    ],
    ids=["none sent", "none there", "binary", "a copy more", "beside", "unclear", "unsent"],
)
def test_a_value_that_cannot_be_compared_is_not(
    sent: Line, there: Hits, beside: Line | None
) -> None:
    """A false alarm is worse than none."""
    assert "different" not in words(PURCHASE, sent, there, beside)


def test_a_purchase_that_nobody_sent_is_unmatched() -> None:
    """A leaked secret, or another deployment that posts into the same property."""
    assert words(PURCHASE, None, hits()) == {"unmatched": 1}


@pytest.mark.parametrize("key", [REFUND, LEAD, EventKey("purchase", None, SENT)])
def test_what_cannot_be_looked_up_is_not_called_unmatched(key: EventKey) -> None:
    """An old refund that was sent again is found by its own id only."""
    assert words(key, None, hits()) == {}


def test_a_purchase_of_another_day_is_not_unmatched() -> None:
    """Its entry is of that day, or of any other."""
    assert words(PURCHASE, None, hits(first=SPAN.start - timedelta(seconds=1))) == {}
    assert words(PURCHASE, None, hits(first=SPAN.end)) == {}
    assert words(PURCHASE, None, hits(), line()) == {}
    assert words(PURCHASE, None, hits(), None, {PURCHASE}) == {}


@pytest.mark.parametrize(
    ("key", "sent", "there", "puzzles"),
    [
        (PURCHASE, line(), hits(), False),
        (PURCHASE, line(), hits(2), True),
        (PURCHASE, line(0, unsent=1), hits(), False),
        (PURCHASE, None, hits(), True),
        (PURCHASE, None, hits(first=SPAN.end), False),
        (REFUND, None, hits(), False),
    ],
)
def test_the_days_beside_are_asked_for_where_something_is_unexplained(
    key: EventKey, sent: Line | None, there: Hits, *, puzzles: bool
) -> None:
    """Reading a ledger costs money."""
    assert puzzling(books(key, sent), {key: there}, SPAN) is puzzles


def test_what_neither_the_span_nor_the_days_beside_know_is_strange() -> None:
    """And is looked up, one by one."""
    nothing = books(PURCHASE, None)

    assert strange(nothing, nothing, {PURCHASE: hits()}, SPAN) == [PURCHASE]
    assert strange(nothing, books(PURCHASE, line()), {PURCHASE: hits()}, SPAN) == []


COUNTS: Final = st.integers(0, 4)


@st.composite
def entries(draw: st.DrawFn) -> Line:
    """Any line there may be."""
    delivered, uncertain, unsent = draw(COUNTS), draw(COUNTS), draw(COUNTS)
    some = st.integers(0, delivered + uncertain)
    return line(delivered, uncertain, unsent=unsent, awaited=draw(some), unexported=draw(some))


@given(entries(), COUNTS, st.sampled_from(KEYS))
def test_everything_that_was_sent_is_accounted_for_once(
    raw: Line, there: int, key: EventKey
) -> None:
    """And everything that is there."""
    counts = words(key, raw, hits(there) if there else None)
    accounted = ("found", "arrived", "awaited", "unexported", "missing", "lost")
    exported = ("found", "arrived", "unexpected", "merged_duplicate", "doubled")

    assert sum(counts.get(word, 0) for word in accounted) == raw.sent
    assert sum(counts.get(word, 0) for word in exported) == there
    assert counts.get("missing", 0) <= raw.delivered
    assert counts.get("lost", 0) <= raw.uncertain
