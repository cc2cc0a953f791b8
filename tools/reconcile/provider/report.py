"""What `connectors reconcile` prints."""

import json
from collections.abc import Iterable
from typing import Any, Final

from msgspec.structs import asdict
from rich.table import Table

from shared.providers.registry import PROVIDERS
from shared.reconciliation.provider.reconcile import Reconciled
from shared.reconciliation.provider.standing import Standing, Status
from tools.terminal import Terminal

_SHOWN: Final = (
    Status.MISSING,
    Status.DIFFERENT,
    Status.REJECTED,
    Status.UNMATCHED,
    Status.COUNTED_TWICE,
    Status.PENDING,
    Status.REPAIRED,
    Status.UNVERIFIED,
)
MEANING: Final = {
    Status.DELIVERED: "GA4 took it",
    Status.ACCEPTED: "Google took it, and has not said yet if GA4 counts it",
    Status.UNCERTAIN: "sent, and no clear answer came",
    Status.WITHHELD: "consent or policy keeps it here",
    Status.UNVERIFIED: "{} does not say whether it is right",
    Status.REVERSED: "a refund that failed or came back",
    Status.PENDING: "on its way, or waiting for its order",
    Status.REJECTED: "recorded, and can never be sent as it is",
    Status.DIFFERENT: "sent with another value than {} says",
    Status.MISSING: "{} has it, the ledger has not",
    Status.REPAIRED: "was missing, and is sent now",
    Status.UNMATCHED: "the ledger has it, {} has not",
    Status.COUNTED_TWICE: "one payment, sent as two purchases",
}

_NOTES: Final = {
    "revenuecat": "RevenueCat lists no payments of a time. Customers with an entry of the 32 days "
    "before it are asked about; one whose first payment was lost is not found."
}


def as_json(found: Reconciled) -> str:
    """Return what came of a span as one JSON object."""
    whole: dict[str, Any] = {
        "against": found.provider,
        "from": found.span.start.isoformat(),
        "to": found.span.end.isoformat(),
        "events": found.events,
        "counts": {word.value: found.counts[word] for word in Status},
        **({"note": note} if (note := _NOTES.get(found.provider)) else {}),
        "findings": [asdict(standing) for standing in _shown(found)],
    }
    return json.dumps(whole)


def show(found: Reconciled, console: Terminal) -> None:
    """Print counts, and what needs a person's eye."""
    name = PROVIDERS[found.provider].title
    counts = Table("", "", "", box=None, show_header=False)
    for word in Status:
        if found.counts[word]:
            counts.add_row(word.value, f"{found.counts[word]:,}", MEANING[word].format(name))
    console.print(
        f"{found.events:,} events of {name}'s from {found.span.start:%Y-%m-%d %H:%M} "
        f"to {found.span.end:%Y-%m-%d %H:%M} UTC"
    )
    console.print(counts)
    for standing in _shown(found):
        console.one_line(_line(standing))
    if found.provider in _NOTES:
        console.print(_NOTES[found.provider])
    if found.counts[Status.MISSING]:
        console.print("--repair sends what is missing, under the keys it would have had.")


def _shown(found: Reconciled) -> Iterable[Standing]:
    return (standing for word in _SHOWN for standing in found.standings if standing.word is word)


def _line(found: Standing) -> str:
    parts = (
        f"{found.word.value:<9}",
        found.event_name,
        found.transaction_id,
        found.value,
        found.occurred_at,
        f"({found.source})",
        found.reason and f"— {found.reason}",
    )
    return " ".join(part for part in parts if part)
