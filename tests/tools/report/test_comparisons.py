"""What `connectors reconcile … --json` printed, in a report."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.reconciliation.export.event_key import EventKey
from shared.reconciliation.export.finding import Finding
from shared.reconciliation.export.finding import Status as InExport
from shared.reconciliation.export.reconciliation import Compared
from shared.reconciliation.provider.reconcile import Reconciled
from shared.reconciliation.provider.standing import Standing
from shared.reconciliation.provider.standing import Status as AtProvider
from shared.reconciliation.span import Span
from tools.errors import UsageError
from tools.reconcile.export import report as export_report
from tools.reconcile.provider import report as provider_report
from tools.report.comparisons import Comparison, read_comparisons
from tools.report.days import Days
from tools.report.figures import Figures
from tools.report.problems import problems

SPAN = Span(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC))


def standing(word: AtProvider, order: str, value: str | None) -> Standing:
    """Return a purchase that stands somehow at a provider."""
    return Standing(word, "k", "purchase", order, value, None, "stripe invoice.paid evt_1")


STRIPE = provider_report.as_json(
    Reconciled(
        "stripe",
        SPAN,
        12,
        (
            standing(AtProvider.DELIVERED, "T-1", "5.00 EUR"),
            standing(AtProvider.MISSING, "T-2", "10.10 EUR"),
            standing(AtProvider.MISSING, "T-3", "0.005 KWD"),
            standing(AtProvider.MISSING, "T-4", None),
        ),
    )
)
EXPORT = export_report.as_json(
    Compared(
        SPAN,
        9,
        3,
        Counter({InExport.FOUND: 8, InExport.DOUBLED: 2, InExport.AWAITED: 1}),
        (Finding(InExport.DOUBLED, EventKey("purchase", "T-9"), 2, "sent once, there 3 times"),),
    )
)


def read(folder: Path, text: str) -> tuple[Comparison, ...]:
    """Read a file with a text."""
    file = folder / "reconciliation.json"
    file.write_text(text, encoding="utf-8")
    return read_comparisons((str(file),))


def test_both_kinds_are_read_as_the_commands_print_them(tmp_path: Path) -> None:
    """One object a line, so that their outputs can be put one after the other."""
    stripe, export = read(tmp_path, f"{STRIPE}\n\n{EXPORT}\n")

    assert (stripe.against, stripe.events, stripe.wrong) == ("stripe", 12, {"missing": 3})
    assert (export.against, export.events, export.wrong) == ("export", 9, {"doubled": 2})


def test_missing_money_is_summed_by_currency(tmp_path: Path) -> None:
    """As far as the findings say how much."""
    (stripe,) = read(tmp_path, STRIPE)

    assert {name: str(sum_) for name, sum_ in stripe.missing_money.items()} == {
        "EUR": "10.10",
        "KWD": "0.005",
    }


def test_what_is_wrong_has_its_fix(tmp_path: Path) -> None:
    """With the command that repairs it, and the orders."""
    found = problems(
        Figures(Days(SPAN.start.date(), SPAN.end.date()), SPAN.end),
        read(tmp_path, f"{STRIPE}\n{EXPORT}"),
    )

    assert [(each.fix.kind, each.events, each.examples) for each in found] == [
        ("stripe_missing", 3, ["T-2", "T-3", "T-4"]),
        ("export_doubled", 2, ["T-9"]),
    ]
    assert "connectors reconcile stripe --from DAY --repair" in found[0].fix.fix


def test_a_file_of_an_earlier_version_is_read_too(tmp_path: Path) -> None:
    """It does not say against whom; the export alone has tables."""
    (export,) = read(tmp_path, json.dumps({**json.loads(EXPORT), "against": None}))
    (provider,) = read(tmp_path, json.dumps({**json.loads(STRIPE), "against": None}, indent=2))

    assert (export.against, provider.against) == ("export", "provider")


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        "not JSON",
        '{"from": 1}',
        '{"a":' * 9999,
        STRIPE + "\n{}",
        EXPORT.replace('"events": 9', '"events": -9'),
    ],
)
def test_another_file_is_wrong_usage(tmp_path: Path, text: str) -> None:
    """The line is named, never what stands in it."""
    with pytest.raises(UsageError, match=r"--reconciliation: line [12] of .* is not what"):
        read(tmp_path, text)


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    """As with every other command."""
    with pytest.raises(UsageError, match=r"--reconciliation: .* cannot be read"):
        read_comparisons((str(tmp_path / "none.json"),))
