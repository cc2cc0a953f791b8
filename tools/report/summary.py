"""The report on a terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from rich.table import Table

from tools.report.amounts import amount, share
from tools.report.comparisons import Comparison
from tools.report.days import span_of
from tools.report.event_sections import ATTRIBUTION, CONSENT, STATES, Words
from tools.report.figures import Figures
from tools.report.problems import Problem
from tools.terminal import Terminal

_PROBLEMS: Final = 10


def show(
    figures: Figures,
    comparisons: Sequence[Comparison],
    found: Sequence[Problem],
    console: Terminal,
) -> None:
    """Print the sums of a report, and what to fix.

    Args:
        figures: What the ledger says.
        comparisons: What others say.
        found: What needs fixing.
        console: Where to print.
    """
    console.print(
        f"{figures.events:,} events, {span_of(figures.days)} (UTC, by the day they were first "
        "heard of)"
    )
    if figures.money:
        console.print(_money(figures))
    for line in _beside(figures):
        console.one_line(line)
    console.print(_counts(figures))
    for comparison in comparisons:
        wrong = ", ".join(f"{count:,} {word}" for word, count in comparison.wrong.items())
        console.one_line(
            f"compared with {comparison.against}: {comparison.events:,} events, "
            f"{wrong or 'balanced'}"
        )
    if found:
        console.print(_fixes(found))
    console.print("--html FILE writes a page with charts and explanations.")


def _money(figures: Figures) -> Table:
    table = Table("accepted by GA4", box=None)
    for title in ("purchases", "refunds", "net"):
        table.add_column(title, justify="right")
    for currency, total in figures.money.items():
        table.add_row(
            currency,
            amount(total.purchases.value, currency),
            amount(total.refunds.value, currency),
            amount(total.net, currency),
        )
    return table


def _beside(figures: Figures) -> Iterator[str]:
    """Yield what is in no sum, a line for each state of purchases and refunds."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for (currency, state, name), held in sorted(figures.held.items()):
        kinds.setdefault((name, state), []).append(f"{amount(held.value, currency)} {currency}")
    for (name, state), amounts in kinds.items():
        yield f" not in these sums: {name} ({STATES[state][1]}) {', '.join(amounts)}"
    if figures.without_amount:
        yield f" not in these sums: {figures.without_amount:,} without a usable amount"


def _counts(figures: Figures) -> Table:
    table = Table("", "", "", "", box=None, show_header=False)
    _add(table, "what became of it", figures.states, STATES)
    _add(table, "sent, and tied to", figures.attribution, ATTRIBUTION)
    _add(table, "analytics consent", figures.consent, CONSENT)
    table.add_row("late", "over 72 hours", f"{figures.late:,}", share(figures.late, figures.sent))
    table.add_row("begun again", "", f"{figures.claimed_again:,}", "")
    return table


def _add(table: Table, title: str, counts: Counter[str], words: Words) -> None:
    for word, (_, name) in words.items():
        if counts[word]:
            table.add_row(title, name, f"{counts[word]:,}", share(counts[word], counts.total()))
            title = ""


def _fixes(found: Sequence[Problem]) -> Table:
    table = Table("events", "what happened", "what to do", box=None)
    for each in found[:_PROBLEMS]:
        table.add_row(f"{each.events:,}", each.fix.title, each.fix.fix)
    return table
