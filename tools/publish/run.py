"""One run over a file: each settled row is counted, shown, and written into the journal."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from tools.progress import Show
from tools.publish import journal
from tools.publish.checked_row import CheckedRow
from tools.publish.journal import Progress
from tools.publish.rejects import Rejects

_SECONDS: Final = 1.0


@dataclass(slots=True)
class Run:
    """Where a run is.

    Attributes:
        done: How far it came.
        rejects: Where rejected rows are written down.
        journal: Where the journal is; None for none.
        show: Told of every row.
    """

    done: Progress
    rejects: Rejects
    journal: Path | None
    show: Show
    _rows: int = 0
    _saved_at: float = field(default_factory=time.monotonic)

    def settle(self, checked: CheckedRow) -> None:
        """Count a row that is published or rejected, as every one before it is.

        Raises:
            FailedError: The journal or the rejects cannot be written.
        """
        if checked.message is None:
            self.rejects.add(checked)
        rejected = checked.message is None
        self.done = msgspec.structs.replace(
            self.done,
            offset=checked.row.end,
            line=checked.row.end_line,
            published=self.done.published + (not rejected),
            rejected=self.done.rejected + rejected,
            rejects_bytes=self.rejects.written,
        )
        self._rows += 1
        self.show(checked.row.end, self._rows)
        if time.monotonic() - self._saved_at > _SECONDS:
            self.save()

    def save(self) -> None:
        """Write the journal: first the rejects that it counts."""
        if self.journal is not None:
            self.rejects.flush()
            journal.write(self.journal, self.done)
        self._saved_at = time.monotonic()
