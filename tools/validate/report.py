"""What is said to people in the end."""

from collections.abc import Iterator
from typing import Final

from shared.ga4.findings import Finding, Level
from tools.terminal import Terminal
from tools.validate.check import Checked
from tools.validate.comparison import Comparison
from tools.validate.tally import SERVER, Group, Kind, Tally

_SHOWN_GROUPS: Final = 30
_SHOWN_FINDINGS: Final = 20
_STYLES: Final = {"ok": "green", "advice": "yellow", "error": "red", SERVER: "magenta"}
_WHOLE: Final = "(the whole payload)"
_WIDTH: Final = 7  # of the longest level

Line = tuple[str, str]
"""A line of the report, and the level that colours it, if any does."""


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
