"""What a commit of a store does: the moments at which things go wrong in tests."""

from collections.abc import Sequence

from shared.stores.document import LEDGER, Change
from shared.stores.entry import State


def moment_of(change: Change) -> str:
    """Return `begin`, `settle`, `release` or `record`, of what happens to a ledger's entry."""
    fields, claimed = change.fields, change.document.fields.get("state") == State.CLAIMED
    if fields is not None and fields["state"] == State.CLAIMED:
        return "begin"
    if fields is not None and fields["ended_by"] is not None:
        return "settle"
    return "release" if claimed else "record"


def moments_of(changes: Sequence[Change]) -> list[str]:
    """Return what a commit does: `remember` where no entry of the ledger changes."""
    entries = [change for change in changes if change.document.collection == LEDGER]
    return [moment_of(change) for change in entries] or ["remember"]
