"""What `connectors doctor` prints: a line for each finding, the worst of them last."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from tools.doctor.finding import Finding, Level
from tools.terminal import Terminal

_STYLES: Final = {
    Level.OK: "green",
    Level.WARNING: "yellow",
    Level.UNKNOWN: "magenta",
    Level.ERROR: "red",
}


def report(findings: Sequence[Finding], *, as_json: bool, origin: str | None = None) -> int:
    """Print findings.

    Args:
        findings: What was found.
        as_json: Print one JSON object for each.
        origin: Where the settings come from, as shown to people.

    Returns:
        The exit status: 1 where something is an error, or could not be looked at.
    """
    if as_json:
        for finding in findings:
            sys.stdout.write(json.dumps(asdict(finding)) + "\n")
    else:
        _show(findings)
        if origin:
            sys.stdout.write(f"settings: {origin}\n")
    return 1 if any(f.level in (Level.ERROR, Level.UNKNOWN) for f in findings) else 0


def _show(findings: Sequence[Finding]) -> None:
    console = Terminal(soft_wrap=True)
    order = list(_STYLES)
    for finding in sorted(findings, key=lambda found: order.index(found.level)):
        fix = f" → {finding.fix}" if finding.fix else ""
        console.print(f"{finding.level.value:<8}", style=_STYLES[finding.level], end="")
        console.one_line(f"{finding.about}: {finding.says}{fix}")
    counts = ", ".join(
        f"{sum(found.level is level for found in findings)} {level.value}" for level in order
    )
    console.print(counts)
