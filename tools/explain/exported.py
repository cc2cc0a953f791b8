"""What GA4's export says of the newest event that was sent, as `connectors reconcile export`."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from shared import bootstrap
from shared.errors import ConnectorError
from shared.reconciliation.export.event_key import key_of
from shared.reconciliation.export.finding import Status
from shared.reconciliation.span import Span
from shared.settings.export import Comparison
from shared.stores.entry import Entry
from tools.explain.story import Statement

_MOMENT: Final = timedelta(microseconds=1)
_NOT_THERE: Final = frozenset({Status.MISSING, Status.LOST})
_WORDS: Final = {
    Status.FOUND: "has it",
    Status.ARRIVED: "has it, though GA4's answer was not clear",
    Status.AWAITED: "may still get it: a day's table is filled for three days",
    Status.UNEXPORTED: "has nothing of that time",
    Status.INDISTINGUISHABLE: "cannot distinguish it from other events",
    Status.MISSING: "lacks it, though GA4 took it",
    Status.LOST: "lacks it: the unclear answer was a no",
    Status.MERGED_DUPLICATE: "has it again, for the same client: GA4 merges purchases",
    Status.SENT_BY_TAG: "has it from the tag as well, for the same client: GA4 merges purchases",
    Status.ORPHANED: "has it in a session in which nothing else was recorded",
    Status.DOUBLED: "has it again, and counts it again",
    Status.DIFFERENT: "has it with another value",
    Status.UNEXPECTED: "has it, though the ledger says that it was not sent",
}
_MISSING: Final = "`connectors doctor` checks the stream and its secret."


async def ask_export(settings: Comparison, entries: Sequence[Entry]) -> Statement | None:
    """Return what the export says of the newest event that was sent; None where none was.

    It reads the tables of the days around it, within GA4_EXPORT_MAX_GIB.

    Args:
        settings: Where the export is, and whose entries are compared.
        entries: The entries, the newest first.
    """
    sent = next((entry for entry in entries if entry.was_sent), None)
    if sent is None:
        return None
    comparison = bootstrap.export_reconciliation(settings)
    key = key_of(sent)
    try:
        compared = await comparison.over(Span(sent.created_at, sent.created_at + _MOMENT))
    except ConnectorError as error:
        return Statement((f"GA4's export could not be read: {error}.",))
    finally:
        await comparison.close()
    found = [finding for finding in compared.findings if finding.key == key]
    words = [(finding.word, finding.reason) for finding in found]
    if key is None:
        words = [(Status.INDISTINGUISHABLE, None)]
    elif not any(word in _NOT_THERE | {Status.AWAITED, Status.UNEXPORTED} for word, _ in words):
        words.insert(0, (Status.FOUND, None))
    name = f"{sent.fact.event_name} {sent.fact.transaction_id or sent.fact.business_key}"
    said = tuple(
        f"GA4's export, of {name}: it {_WORDS[word]}{f' ({reason})' if reason else ''}."
        for word, reason in dict.fromkeys(words)
        if word in _WORDS
    )
    lacks = any(word in _NOT_THERE for word, _ in words)
    return Statement(said, is_known=True, to_do=_MISSING if lacks else None)
