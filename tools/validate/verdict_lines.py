"""Verdicts for machines: one line of JSON for each payload."""

from typing import Any

import msgspec

from tools.validate.check import Judged
from tools.validate.comparison import Comparison

_encode = msgspec.json.Encoder().encode


def verdict_line(judged: Judged, comparison: Comparison | None) -> bytes:
    """Return a verdict as JSON, with the debug server's under `debug` if it was asked."""
    verdict: dict[str, Any] = {
        "line": judged.document.line,
        "verdict": judged.verdict,
        "findings": [
            {"level": f.level, "path": f.path, "code": f.code, "message": f.message}
            for f in judged.findings
        ],
    }
    if comparison is not None:
        verdict["debug"] = _debug(comparison)
    return _encode(verdict) + b"\n"


def _debug(comparison: Comparison) -> dict[str, Any]:
    return {
        "verdict": comparison.verdict,
        "messages": comparison.messages,
        "differs": comparison.differs,
        "only_here": [{"path": f.path, "code": f.code} for f in comparison.only_here],
        "only_there": [
            {"path": m.field_path, "code": m.validation_code} for m in comparison.only_there
        ],
    }
