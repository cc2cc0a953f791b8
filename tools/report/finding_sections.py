"""The sections of a report about what is wrong: reasons, fixes, and what comparisons found."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tools.report.amounts import NOTHING, amount
from tools.report.comparisons import Comparison, Found
from tools.report.figures import Figures
from tools.report.html import details, escaped, prose, table
from tools.report.problems import Problem
from tools.report.section import Section

_REASONS: Final = 15
_FINDINGS: Final = 50


def fix_section(found: Sequence[Problem]) -> Section:
    """Return the table of what to fix.

    Args:
        found: What `problems` returned.
    """
    if not found:
        return Section("What to fix", "<p>Nothing to fix on these days.</p>", "", name="fix")
    rows = [
        (
            escaped(each.fix.title)
            + ("" if each.fix.is_problem else " <em>(no problem)</em>")
            + _examples(each.examples),
            f"{each.events:,}",
            prose(each.fix.fix),
        )
        for each in found
    ]
    return Section(
        "What to fix",
        table(("what happened", "events", "what to do"), rows, numbers=(1,), stacked=True),
        "Each kind of problem of these days with its fix, the most frequent first. An event can "
        "stand in two rows. `connectors ledger show ORDER` shows everything that is on record of "
        "an order.",
        name="fix",
    )


def reason_section(figures: Figures) -> Section | None:
    """Return the most frequent reasons as the ledger has them; None where there are none."""
    reasons = list(figures.reasons)
    if not reasons:
        return None
    rows = [
        (
            f"{escaped(each.text)}{_examples(each.examples)}",
            escaped(each.state),
            f"{each.events:,}",
        )
        for each in reasons[:_REASONS]
    ]
    more = len(reasons) - _REASONS
    rest = f" {more:,} rarer reasons are left out." if more > 0 else ""
    return Section(
        "The most frequent reasons",
        table(("reason", "state", "events"), rows, numbers=(2,), stacked=True),
        "Why events were not delivered, in the words of the ledger. They name fields and rules, "
        f"never values.{rest}",
    )


def comparison_sections(comparisons: Sequence[Comparison]) -> Iterator[Section]:
    """Yield a section for each comparison, or one that says that there was none."""
    if not comparisons:
        yield Section(
            "Compared with the provider and with GA4",
            "<p>No comparison was given to this report.</p>",
            "The ledger knows what reached it, and what GA4 answered. It cannot know what a "
            "provider never delivered, or what GA4 dropped after it had accepted it. Run "
            "`connectors reconcile stripe` and `connectors reconcile export` with `--json`, and "
            "give their output to this report with `--reconciliation`.",
        )
    for comparison in comparisons:
        yield _compared(comparison)


def _compared(comparison: Comparison) -> Section:
    meanings = _meanings(comparison)
    rows = [
        (
            f"<strong>{escaped(word)}</strong>" if word in comparison.wrong else escaped(word),
            f"{count:,}",
            escaped(meanings.get(word, "")),
        )
        for word, count in comparison.counts.items()
        if count
    ]
    wrong = sum(comparison.wrong.values())
    verdict = f"{wrong:,} events need a look." if wrong else "Nothing is wrong."
    sums = ", ".join(
        f"{amount(value, currency)} {currency}"
        for currency, value in sorted(comparison.missing_money.items())
    )
    missing = f" Purchases that are missing: {sums}." if sums else ""
    what = "GA4's export" if comparison.is_export else comparison.against.capitalize()
    return Section(
        f"Compared with {what}",
        f'<p class="sum">{comparison.events:,} events compared. {verdict}{escaped(missing)}</p>'
        + table(("how it stands", "events", "what that means"), rows, numbers=(1,), stacked=True)
        + _findings(comparison),
        f"From {_moment(comparison.start)} to {_moment(comparison.end)}, UTC, as the comparison "
        "was made: its time may be another than that of this report. Bold words are what is "
        "wrong.",
    )


def _meanings(comparison: Comparison) -> Mapping[str, str]:
    """Return what each word means, as `connectors reconcile` says it."""
    if comparison.is_export:
        from tools.reconcile.export.report import MEANING as IN_EXPORT  # noqa: PLC0415 - import cost

        return {word.value: text for word, text in IN_EXPORT.items()}
    from tools.reconcile.provider.report import MEANING  # noqa: PLC0415 - import cost

    name = comparison.against.capitalize()
    return {word.value: text.format(name) for word, text in MEANING.items()}


def _findings(comparison: Comparison) -> str:
    found = [each for each in comparison.findings if each.word in comparison.wrong]
    if not found:
        return ""
    rows = [_finding(each) for each in found[:_FINDINGS]]
    left = len(found) - len(rows)
    more = f"<p>{left:,} more are in the file.</p>" if left else ""
    shown = table(("order", "event", "how it stands", "amount", "reason"), rows, numbers=(3,))
    return details(f"Which they are ({len(found):,})", shown + more)


def _finding(found: Found) -> tuple[str, ...]:
    return (
        escaped(found.transaction_id or NOTHING),
        escaped(found.event_name or NOTHING),
        escaped(found.word + (f" x{found.count}" if found.count > 1 else "")),
        escaped(found.value or NOTHING),
        escaped(found.reason or ""),
    )


def _moment(text: str) -> str:
    return text.replace("T", " ").removesuffix("+00:00").removesuffix(":00")


def _examples(ids: Sequence[str]) -> str:
    return f"<small>e.g. {escaped(', '.join(ids))}</small>" if ids else ""
