"""Leaves out what looks like personal data beside the money, so that it never costs a payment.

What a request cannot do without stays, and validation refuses it: who it is about, and which order.
"""

import copy
import re
from typing import Any, Final

from shared.domain.notes import Notes
from shared.ga4.findings import Code, Finding
from shared.ga4.repair import Repaired

_STEP: Final = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")
_NEEDED: Final = frozenset({"app_instance_id", "client_id", "currency", "name", "transaction_id"})
_UNNAMED: Final = "unnamed"
_HOLDERS_OF_ONE: Final = 2  # a user property is an object around its value


def without_personal_values(document: dict[str, Any], findings: list[Finding]) -> Repaired:
    """Return a request's JSON without the values that looked personal, each named.

    Args:
        document: JSON's types. It is left as it is.
        findings: What validation said of it.
    """
    notes = Notes()
    kept = copy.deepcopy(document)
    for finding in findings:
        if finding.code is Code.PERSONAL_DATA and _leave_out(kept, finding.path):
            notes.add(finding.path, "looked personal and was left out")
    for event in kept.get("events") or ():
        for item in event.get("params", {}).get("items") or ():
            if isinstance(item, dict) and not (item.get("item_id") or item.get("item_name")):
                item["item_name"] = _UNNAMED
    return Repaired(kept, tuple(notes))


def _leave_out(document: dict[str, Any], path: str) -> bool:
    """Remove the value at a path; return whether that could be done."""
    steps: list[str | int] = [
        name or int(at) for name, at in (match.groups() for match in _STEP.finditer(path))
    ]
    if len(steps) > _HOLDERS_OF_ONE and steps[0] == "user_properties":
        steps = steps[:_HOLDERS_OF_ONE]
    holder: Any = document
    for step in steps[:-1]:
        try:
            holder = holder[step]
        except (KeyError, IndexError, TypeError):
            return False
    last = steps[-1]
    if last in _NEEDED or not isinstance(holder, dict):
        return False
    return holder.pop(str(last), None) is not None
