"""The tables of log lines and their fields, read from where lines are written."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, get_type_hints

from shared.observability.log import LogFields
from tools.dev.blocks import code, table

FIELDS: Final = {
    "delivery": "the request: all its lines have the same one",
    "function": "which function",
    "outcome": "how it ended: a word of [the answers](answers.md)",
    "reason": "why, in a few words without data",
    "status": "the HTTP status of the answer",
    "provider": "who sent the event",
    "event_type": "the provider's name of the event's type",
    "source_event": "the provider's id of the event",
    "name": "GA4's name of the event",
    "transaction_id": "the order's id, as GA4 gets it",
    "entry": "the event's key in the ledger: `connectors ledger show`",
    "stream": "which of several streams, by its name in `STREAMS`",
    "attribution": "how well the event is tied to its user: `session`, `client` or `generated`",
    "context_source": "where client and session were known from",
    "consent": "analytics consent: `granted`, `denied` or `unknown`",
    "late": "whether the event is older than GA4 takes an event's own time",
    "attempts": "how many times GA4 was asked",
    "duration_ms": "how long the request took, in milliseconds",
    "suppressed": "for how many requests beside its own the line stands",
    "against": "with whose record the ledger was compared",
    "events": "how many events a run looked at",
    "counts": "figures by name",
    "notes": "names of values that were dropped or repaired, never the values",
    "advice": "what Google recommends on top, by rule",
    "caller": "who posted a capture: `backend` or `browser`",
    "references": "how many references a capture names",
}
"""What each field says."""


def log_fields() -> str:
    """Return a row for each field that a line may have."""
    rows = ((code(name), _type(kind), FIELDS[name]) for name, kind in _hints().items())
    return table(("field", "type", "what it says"), rows)


def log_lines(root: Path) -> str:
    """Return a row for each line: its event, and the file that writes it.

    Args:
        root: The repository.
    """
    written: dict[str, set[str]] = defaultdict(set)
    for path in sorted((root / "shared").rglob("*.py")):
        for event in _events(ast.parse(path.read_text(encoding="utf-8"))):
            written[event].add(f"[{path.name}](../../{path.relative_to(root).as_posix()})")
    rows = ((code(event), ", ".join(sorted(files))) for event, files in sorted(written.items()))
    return table(("`event` of the line", "written by"), rows)


def _events(tree: ast.Module) -> Iterator[str]:
    """Yield the first argument of each call of `log`, and of each `partial` of it."""
    constants = {
        node.target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called, *arguments = node.func, *node.args
        if arguments and isinstance(arguments[0], ast.Name) and arguments[0].id == "log":
            called = arguments.pop(0)
        if arguments and isinstance(called, ast.Name) and called.id == "log":
            yield _text(arguments[0], constants)


def _text(argument: ast.expr, constants: Mapping[str, object]) -> str:
    match argument:
        case ast.Constant(value):
            return str(value)
        case ast.Name(name):
            return str(constants[name])
        case ast.JoinedStr(parts):
            return "".join(str(p.value) if isinstance(p, ast.Constant) else "…" for p in parts)
        case _:
            raise TypeError(ast.dump(argument))


def _hints() -> dict[str, object]:
    return get_type_hints(LogFields)


def _type(kind: object) -> str:
    return kind.__name__ if isinstance(kind, type) and not hasattr(kind, "__args__") else str(kind)
