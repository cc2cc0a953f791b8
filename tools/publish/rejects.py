"""The rejects: one line for each row that was not published, and a summary of why."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from tools.errors import FailedError, UsageError
from tools.input_file import is_missing
from tools.publish.checked_row import CheckedRow
from tools.validate.comparison import pattern

_GROUPS: Final = 200


@dataclass(slots=True)
class Rejects:
    """What was rejected.

    Attributes:
        file: Where each row is written down; None where nobody asked.
        written: How long the file is.
        reasons: Field and reason → how many rows; of the rarest kinds none, beyond a number.
        lines: Field and reason → the first line.
    """

    file: BinaryIO | None = None
    written: int = 0
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, checked: CheckedRow) -> None:
        """Write down a row: its line, the field and the reason; never a value.

        Raises:
            FailedError: The file cannot be written.
        """
        for field_, reason in checked.faults:
            kind = (pattern(field_), reason)
            if kind in self.reasons or len(self.reasons) < _GROUPS:
                self.reasons[kind] += 1
                self.lines.setdefault(kind, checked.row.line)
        if self.file is None:
            return
        (first, reason), *others = checked.faults
        line: dict[str, object] = {"line": checked.row.line, "field": first, "reason": reason}
        if others:
            line["others"] = [{"field": field_, "reason": why} for field_, why in others]
        encoded = msgspec.json.encode(line) + b"\n"
        try:
            self.file.write(encoded)
        except OSError as error:
            raise FailedError(f"the rejects cannot be written ({error.strerror})") from None
        self.written += len(encoded)

    def flush(self) -> None:
        """Write what is still in a buffer."""
        if self.file is not None:
            self.file.flush()

    def close(self) -> None:
        """Close the file."""
        if self.file is not None:
            self.file.close()


def open_rejects(path: str | None, length: int) -> Rejects:
    """Return the rejects of a run.

    Args:
        path: Where to tell of each row, if at all.
        length: How much of the file an earlier run wrote that this one goes on with; what it
            wrote beyond is written again.

    Raises:
        UsageError: The file cannot be written.
    """
    if path is None:
        return Rejects()
    try:
        file = Path(path).open("r+b" if length and not is_missing(path) else "wb")  # noqa: SIM115 - closed by `Rejects`
        file.truncate(length)
        file.seek(length)
    except OSError as error:
        raise UsageError(f"--rejects: {path} cannot be written ({error.strerror})") from None
    return Rejects(file, length)
