"""The tables of metrics and alerts, read from Terraform's files."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools.dev.blocks import code, table

_COUNTER: Final = re.compile(
    r'^    (\w+) = \{\n +description = "([^"]*)"\n.*?labels +=\s*\[([^\]]*)\]',
    re.MULTILINE | re.DOTALL,
)
_RESOURCE: Final = re.compile(
    r'^  name += "([^"\n]*)"\n  description += "([^"\n]*)"\n', re.MULTILINE
)
_WRONG: Final = re.compile(r"^  wrong = \[(.*?)\]", re.MULTILINE)
_ALERT: Final = re.compile(
    r'^      (\w+) = \{\n +severity = "(\w+)"\n.*?meaning +=\s*"([^"]*)"', re.MULTILINE | re.DOTALL
)


def metrics(root: Path) -> str:
    """Return a row for each metric that is made from log lines.

    Args:
        root: The repository.
    """
    return table(("metric", "what it counts", "labels"), sorted(_metrics(root)))


def _metrics(root: Path) -> Iterator[tuple[str, str, str]]:
    text = (root / "terraform" / "metrics.tf").read_text(encoding="utf-8")
    for name, about, labels in _COUNTER.findall(text):
        yield code(f"PREFIX_{name}"), about, ", ".join(map(code, re.findall(r"\w+", labels)))
    (wrong,) = _WRONG.findall(text)
    for name, about in _RESOURCE.findall(text):
        place = name.removeprefix("${local.metric_prefix}_")
        if place == "${each.key}" and "that a comparison" in about:
            for word in (*re.findall(r"\w+", wrong), "orphaned"):
                filled = about.replace("${each.key}", word)
                yield code(f"PREFIX_{word}"), filled, code("against")
        elif "${" not in place:
            yield code(f"PREFIX_{place}"), about, "those of `requests`"


def alerts(root: Path) -> str:
    """Return a row for each alert.

    Args:
        root: The repository.
    """
    text = (root / "terraform" / "alerts.tf").read_text(encoding="utf-8")
    rows = ((code(name), severity, said) for name, severity, said in sorted(_ALERT.findall(text)))
    return table(("alert", "severity", "what it means"), rows)
