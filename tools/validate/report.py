"""What is said to people in the end, counted in memory that does not grow with the payloads."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from shared.ga4.findings import Finding, Level
from tools.terminal import Terminal
from tools.validate.check import Checked, Verdict
from tools.validate.comparison import Comparison, pattern

FEW: Final = 10
"""Up to so many payloads are shown one by one."""

SERVER: Final = "server"
"""The level of what only the debug server says."""

_GROUPS: Final = 1_000
_DIFFERING: Final = 10
_SHOWN_GROUPS: Final = 30
_SHOWN_FINDINGS: Final = 20
_STYLES: Final = {"ok": "green", "advice": "yellow", "error": "red", SERVER: "magenta"}
_WHOLE: Final = "(the whole payload)"
_WIDTH: Final = 7  # of the longest level

Line = tuple[str, str]
"""A line of the report, and the level that colours it, if any does."""


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


def show(tally: Tally, console: Terminal) -> None:
    """Print the report: payload by payload where there are few, else what they have in common."""
    lines = _payloads(tally) if tally.few else _groups(tally)
    for text, level in (*lines, *_summary(tally)):
        console.one_line(text, style=_STYLES.get(level))


def _payloads(tally: Tally) -> Iterator[Line]:
    for checked, comparison in tally.few:
        yield _heading(checked, comparison), checked.verdict
        said = [*_said(checked, comparison)]
        yield from said[:_SHOWN_FINDINGS]
        if (more := len(said) - _SHOWN_FINDINGS) > 0:
            yield f"  and {more} more", ""
    yield "", ""


def _heading(checked: Checked, comparison: Comparison | None) -> str:
    heading = f"line {checked.document.line}: {checked.verdict}"
    if comparison is None:
        return heading
    return f"{heading} here; the debug server {_word_of(comparison)}"


def _word_of(comparison: Comparison) -> str:
    """Return what the server finds, beside ours; it does not distinguish advice from errors."""
    if not comparison.messages:
        return "finds nothing" if comparison.only_here else "finds nothing either"
    if not comparison.differs:
        return "finds the same, and names no level"
    if not comparison.both:
        return "finds something else"
    if not comparison.only_there:
        return "finds a part of it"
    return "finds a part of it, and more" if comparison.only_here else "finds the same, and more"


def _said(checked: Checked, comparison: Comparison | None) -> Iterator[Line]:
    """Yield a line for each finding, errors first; where the server was asked, who says it."""
    if comparison is None:
        for finding in sorted(checked.findings, key=_is_advice):
            yield f"  {_finding_line(finding)}", ""
        return
    for finding in comparison.only_here:
        yield f"  here only    {_finding_line(finding)}", ""
    for message in comparison.only_there:
        place = message.field_path or _WHOLE
        text = f"{message.validation_code} {place}: {message.description}"
        yield f"  server only  {SERVER:<{_WIDTH}} {text}", ""
    for finding, _ in comparison.both:
        yield f"  both         {_finding_line(finding)}", ""


def _is_advice(finding: Finding) -> bool:
    return finding.level is Level.ADVICE


def _finding_line(finding: Finding) -> str:
    place = finding.path or _WHOLE
    return f"{finding.level:<{_WIDTH}} {finding.code} {place}: {finding.message} [{finding.source}]"


def _groups(tally: Tally) -> Iterator[Line]:
    groups = tally.worst_first()
    for kind, group in groups[:_SHOWN_GROUPS]:
        yield f"{kind.level:<{_WIDTH}} {kind.code} {kind.pattern or _WHOLE}", kind.level
        yield f"{'':<{_WIDTH}} {_counted(kind, group, tally)}", ""
        yield f"{'':<{_WIDTH}} line {group.line}: {group.message}", ""
        if group.source:
            yield f"{'':<{_WIDTH}} {group.source}", ""
    if (more := len(groups) - _SHOWN_GROUPS) > 0:
        yield f"and {more:,} more kinds of finding; --json has them all", ""
    if tally.ungrouped:
        yield f"and {tally.ungrouped:,} findings of yet other kinds; --json has them all", ""
    if groups:
        yield "", ""


def _counted(kind: Kind, group: Group, tally: Tally) -> str:
    counted = f"in {_payload_count(group.payloads)}"
    if group.times != group.payloads:
        counted = f"{group.times:,} {counted}"
    if kind.level != SERVER and tally.server_verdicts:
        return f"{counted}, {group.confirmed:,} at the debug server too"
    return counted


def _summary(tally: Tally) -> Iterator[Line]:
    counts = ", ".join(f"{tally.verdicts[verdict]:,} {verdict}" for verdict in _VERDICTS)
    worst = next((v for v in reversed(_VERDICTS) if tally.verdicts[v]), "ok")
    yield f"{_payload_count(tally.payloads)}: {counts}", worst
    if tally.server_verdicts:
        server = tally.server_verdicts
        lines = ", ".join(map(str, tally.differing_lines))
        where = f" (first at line {lines})" if lines else ""
        counts = f"{server['ok']:,} ok, {server['error']:,} error"
        level = "error" if tally.server_fails else ""
        yield f"debug server: {counts}; {tally.differing:,} differ{where}", level


_VERDICTS: Final = ("ok", "advice", "error")


def _payload_count(count: int) -> str:
    return f"{count:,} payload{'' if count == 1 else 's'}"
