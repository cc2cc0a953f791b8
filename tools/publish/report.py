"""What became of a run, for a person and for a machine."""

from dataclasses import dataclass
from typing import Any, Final

from tools.publish.journal import Progress
from tools.publish.rejects import Rejects
from tools.visible import visible, write_json

_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a run.

    Attributes:
        done: How far it came, with what the run it went on with had done.
        began: Where it began.
        rejects: Why rows were rejected, of this run.
        seconds: How long it took.
        topic: Where the messages went; None for nowhere.
        failure: Why it ended before the last row, if it did.
    """

    done: Progress
    began: Progress
    rejects: Rejects
    seconds: float
    topic: str | None
    failure: str | None = None

    @property
    def rows(self) -> int:
        """How many rows this run settled."""
        before = self.began.published + self.began.rejected
        return self.done.published + self.done.rejected - before

    @property
    def exit_status(self) -> int:
        """0 when every row was published, by this run and those it goes on with."""
        return 1 if self.failure or self.done.rejected else 0

    def as_json(self) -> dict[str, Any]:
        """Return the report for a machine."""
        return {
            "complete": self.failure is None,
            "failure": self.failure,
            "topic": self.topic,
            "rows": self.rows,
            "resumed_at_line": self.began.line if self.began.offset else None,
            "published": self.done.published,
            "rejected": self.done.rejected,
            "next_line": self.done.line,
            "seconds": round(self.seconds, 3),
            "rejects": [
                {"field": place, "reason": reason, "rows": rows, "first_line": first}
                for (place, reason), rows, first in self._reasons()
            ],
        }

    def _reasons(self) -> list[tuple[tuple[str, str], int, int]]:
        counted = self.rejects.reasons.most_common()
        return [(kind, rows, self.rejects.lines[kind]) for kind, rows in counted]

    def print_json(self) -> None:
        """Print the report for a machine, on one line."""
        write_json(self.as_json())

    def show(self) -> None:
        """Print the report for a person."""
        # Imported here: a machine's report is made without it.
        from rich.table import Table  # noqa: PLC0415

        from tools.terminal import Terminal  # noqa: PLC0415

        console = Terminal()
        verb = f"published to {self.topic}" if self.topic else "would be published"
        rate = self.rows / self.seconds if self.seconds else 0.0
        console.one_line(
            f"{self.done.published:,} rows {verb}, {self.done.rejected:,} rejected; "
            f"{self.rows:,} in {self.seconds:,.1f} s, {rate:,.0f}/s"
        )
        reasons = self._reasons()
        if reasons:
            table = Table("rows", "field", "reason", "first line", box=None, pad_edge=False)
            for (place, reason), rows, first in reasons[:_SHOWN]:
                table.add_row(f"{rows:,}", visible(place), visible(reason), f"{first:,}")
            console.print(table)
        if len(reasons) > _SHOWN:
            console.print(f"and {len(reasons) - _SHOWN:,} more kinds")
