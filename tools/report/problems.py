"""What a report says needs fixing, with the fix: from the ledger and from comparisons."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from shared.domain.attributed import State as Attribution
from tools.report.comparisons import UNNAMED, Comparison
from tools.report.figures import Figures
from tools.report.reasons import LONGEST_ID, MADE_UP, SENT_LATE, STUCK, Fix

_EXAMPLES: Final = 3


@dataclass(slots=True)
class Problem:
    """Events that need the same fix.

    Attributes:
        fix: What happened, and what to do.
        events: How many.
        examples: Ids of a few of them.
    """

    fix: Fix
    events: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, events: int, examples: Iterable[str] = ()) -> None:
        """Take in more events of the kind."""
        self.events += events
        self.examples.extend(list(examples)[: _EXAMPLES - len(self.examples)])


def problems(figures: Figures, comparisons: Sequence[Comparison]) -> list[Problem]:
    """Return everything that needs fixing, what needs nothing last; the most frequent first.

    Args:
        figures: What the ledger says.
        comparisons: What others say.
    """
    found: dict[str, Problem] = {}
    for fix, events, examples in (*_in_ledger(figures), *_compared(comparisons)):
        if events:
            found.setdefault(fix.kind, Problem(fix)).add(events, examples)
    return sorted(
        found.values(), key=lambda each: (not each.fix.is_problem, -each.events, each.fix.kind)
    )


def _in_ledger(figures: Figures) -> Iterator[tuple[Fix, int, Iterable[str]]]:
    for reason in figures.reasons:
        yield reason.fix, reason.events, reason.examples
    yield STUCK, figures.stuck, ()
    yield MADE_UP, figures.attribution[Attribution.GENERATED.value], ()
    yield SENT_LATE, figures.late, ()


def _compared(comparisons: Sequence[Comparison]) -> Iterator[tuple[Fix, int, Iterable[str]]]:
    for comparison in comparisons:
        table = _IN_EXPORT if comparison.is_export else _AT_PROVIDER
        for word, count in comparison.wrong.items():
            if word in table:
                title, fix = table[word]
                same = (each for each in comparison.findings if each.word == word)
                named = [each.transaction_id[:LONGEST_ID] for each in same if each.transaction_id]
                kind = f"{comparison.against}_{word}"
                title = title.format(comparison.against.capitalize())
                fix = fix.format(_command(comparison))
                yield Fix(kind, title, fix), count, named


def _command(comparison: Comparison) -> str:
    """Return the provider's name in a command; in capitals where the reader has to fill it in."""
    against = comparison.against
    return against.upper() if against == UNNAMED else against


# `rejected` and `pending` stand in the ledger as well, with their reasons.
_AT_PROVIDER: Final = {
    "missing": (
        "{} has it, the ledger has not",
        "Run `connectors reconcile {} --from DAY --repair`: it sends what is missing.",
    ),
    "different": (
        "Sent with another amount than {} says",
        "The order changed after it was paid. `connectors ledger show ORDER` has what was sent.",
    ),
    "unmatched": (
        "The ledger has it, {} has not",
        "If it is no other account of yours, somebody has your signing secret: roll it.",
    ),
    "counted_twice": (
        "One payment of {}'s was sent as two purchases",
        "GA4 keeps both. Raise `OWNER_WAIT_SECONDS`: the payment then waits for its owner.",
    ),
}
_IN_EXPORT: Final = {
    "missing": (
        "GA4 accepted it, and its export does not have it",
        "Look at GA4's data filters, and whether the daily export reached its limit of events.",
    ),
    "lost": (
        "Sent without a clear answer, and not in GA4's export",
        "Let the provider deliver the event again: a purchase is sent again then, a refund is not.",
    ),
    "doubled": (
        "GA4 counts it twice",
        "Let page and server use the same `transaction_id` and the same client id.",
    ),
    "different": (
        "GA4 has another value than was sent",
        "Look for a tag that sends it too. `connectors ledger show ORDER` has what was sent.",
    ),
    "unexpected": (
        "GA4 has it, though the ledger says it was not sent",
        "A process ended between sending and writing. Nothing to fix unless it is frequent.",
    ),
    "unmatched": (
        "GA4 has a purchase with our mark that the ledger does not know",
        "If it is no other deployment of yours, somebody has your GA4 API secret: roll it.",
    ),
}
