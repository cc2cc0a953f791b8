"""Counting what was said about many payloads, in memory that does not grow with their number."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from shared.ga4.findings import Level
from tools.validate.check import Checked, Verdict
from tools.validate.comparison import Comparison, pattern

FEW: Final = 10
"""Up to so many payloads are shown one by one."""

SERVER: Final = "server"
"""The level of what only the debug server says."""

_GROUPS: Final = 1_000
_DIFFERING: Final = 10


class Kind(NamedTuple):
    """What makes two findings alike.

    Attributes:
        level: A `Level`, or `SERVER`.
        code: As findings have it.
        pattern: The path without numbers.
    """

    level: str
    code: str
    pattern: str


@dataclass(slots=True)
class Group:
    """Findings that are alike.

    Attributes:
        line: Where the first of them was found.
        message: What the first of them says.
        source: The page that states the rule; empty for the debug server's.
        times: How many there are.
        payloads: How many payloads have one.
        confirmed: How many the debug server minds as well.
        last_place: The number of the payload that had the last of them.
    """

    line: int
    message: str
    source: str
    times: int = 0
    payloads: int = 0
    confirmed: int = 0
    last_place: int = 0


@dataclass(slots=True)
class Tally:
    """What was said so far.

    Attributes:
        verdicts: How many payloads have each verdict.
        few: The first payloads themselves; empty as soon as there are too many.
        groups: What was found.
        ungrouped: How many findings there are of kinds beyond the number that is kept.
        server_verdicts: How many payloads have each verdict of the debug server.
        differing: How many payloads it and we do not agree on.
        differing_lines: Where the first of those are.
        server_fails: Whether it minds something that our rules do not know, or hold an error.
    """

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    few: list[tuple[Checked, Comparison | None]] = field(default_factory=list)
    groups: dict[Kind, Group] = field(default_factory=dict)
    ungrouped: int = 0
    server_verdicts: Counter[str] = field(default_factory=Counter)
    differing: int = 0
    differing_lines: list[int] = field(default_factory=list)
    server_fails: bool = False

    @property
    def payloads(self) -> int:
        """How many payloads there were."""
        return self.verdicts.total()

    def fails(self, *, strict: bool) -> bool:
        """Whether something is wrong; with `strict`, whether anything is said at all."""
        advised = strict and self.verdicts["advice"] > 0
        return self.verdicts["error"] > 0 or advised or self.server_fails

    def add(self, checked: Checked, comparison: Comparison | None) -> None:
        """Count one payload."""
        self.verdicts[checked.verdict] += 1
        place = self.payloads
        if place <= FEW:
            self.few.append((checked, comparison))
        elif self.few:
            self.few = []
        for finding in checked.findings:
            kind = Kind(finding.level, finding.code, pattern(finding.path))
            self._count(kind, checked, finding.message, finding.source)
        if comparison is not None:
            self._compare(checked, comparison)

    def _compare(self, checked: Checked, comparison: Comparison) -> None:
        self.server_verdicts[comparison.verdict] += 1
        self.server_fails |= comparison.fails
        if comparison.differs:
            self.differing += 1
            if len(self.differing_lines) < _DIFFERING:
                self.differing_lines.append(checked.document.line)
        for finding, _ in comparison.both:
            if group := self.groups.get(Kind(finding.level, finding.code, pattern(finding.path))):
                group.confirmed += 1
        for message in comparison.only_there:
            kind = Kind(SERVER, message.validation_code, pattern(message.field_path))
            self._count(kind, checked, message.description, "")

    def _count(self, kind: Kind, checked: Checked, message: str, source: str) -> None:
        group = self.groups.get(kind)
        if group is None:
            if len(self.groups) >= _GROUPS:
                self.ungrouped += 1
                return
            group = self.groups[kind] = Group(checked.document.line, message, source)
        group.times += 1
        place = self.payloads
        if group.last_place != place:
            group.last_place = place
            group.payloads += 1

    def worst_first(self) -> list[tuple[Kind, Group]]:
        """Return the groups: errors, then the server's, then advice; the most frequent first."""
        order = (Level.ERROR, SERVER, Level.ADVICE)
        return sorted(
            self.groups.items(), key=lambda entry: (order.index(entry[0].level), -entry[1].times)
        )
