"""What `connectors reconcile export` prints."""

import json
from collections.abc import Iterable
from typing import Any, Final

from rich.table import Table

from shared.reconciliation.export.finding import WRONG, Finding, Status
from shared.reconciliation.export.reconciliation import Compared
from tools.terminal import Terminal

MEANING: Final = {
    Status.FOUND: "sent, and there",
    Status.ARRIVED: "sent without a clear answer, and there",
    Status.AWAITED: "sent, and still to come: a day's table is filled for three days",
    Status.UNEXPORTED: "sent before the export began, or kept there no longer",
    Status.INDISTINGUISHABLE: "sent, about no order, and the export cannot distinguish it",
    Status.MISSING: "GA4 said it took it, and it is not there",
    Status.LOST: "sent without a clear answer, and not there",
    Status.MERGED_DUPLICATE: "there again under the same client: GA4 merges purchases",
    Status.SENT_BY_TAG: "the tag sent it as well, for the same client: GA4 merges purchases",
    Status.ORPHANED: "in a session in which nothing else was recorded",
    Status.DOUBLED: "there again, and counted again",
    Status.DIFFERENT: "there with another value",
    Status.UNEXPECTED: "there, and the ledger says it was not sent",
    Status.UNMATCHED: "there with our mark, and the ledger knows nothing of it",
}


def as_json(found: Compared) -> str:
    """Return what came of a span as one JSON object."""
    whole: dict[str, Any] = {
        "against": "export",
        "from": found.span.start.isoformat(),
        "to": found.span.end.isoformat(),
        "events": found.events,
        "tables": found.tables,
        "counts": {word.value: found.counts[word] for word in Status},
        "findings": [
            {
                "word": finding.word.value,
                "event_name": finding.key.event_name,
                "transaction_id": finding.key.transaction_id,
                "count": finding.count,
                "reason": finding.reason,
            }
            for finding in found.findings
        ],
    }
    return json.dumps(whole)


def show(found: Compared, console: Terminal) -> None:
    """Print counts, and what needs a person's eye."""
    counts = Table("", "", "", box=None, show_header=False)
    for word in Status:
        if found.counts[word]:
            counts.add_row(word.value, f"{found.counts[word]:,}", MEANING[word])
    console.print(
        f"{found.events:,} events of the ledger's from {found.span.start:%Y-%m-%d %H:%M} "
        f"to {found.span.end:%Y-%m-%d %H:%M} UTC, {found.tables:,} tables of the export"
    )
    console.print(counts)
    for finding in _wrong(found):
        console.one_line(_line(finding))


def _wrong(found: Compared) -> Iterable[Finding]:
    return (
        finding
        for word in Status
        if word in WRONG
        for finding in found.findings
        if finding.word is word
    )


def _line(finding: Finding) -> str:
    parts = (
        f"{finding.word.value:<9}",
        finding.key.event_name,
        finding.key.transaction_id,
        f"x{finding.count}" if finding.count > 1 else None,
        finding.reason and f"— {finding.reason}",
    )
    return " ".join(part for part in parts if part)
