"""What is planned, on record: one line for each resource, in tests/terraform/records.

A change of the deployment is a change in a diff. `make terraform-docs` writes the records; a test
compares.
"""

import json
import re
import tempfile
from pathlib import Path
from typing import Any, Final

from tests.terraform.planning import Plan, copy_tree, init, plan, plans

RECORDS: Final = Path(__file__).parent / "records"
SUITES: Final = ("everything", "standard")
_VOLATILE: Final = (
    (re.compile(r"[0-9a-f]{64}"), "<sha256>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "<time>"),
)


def record_of(planned: Plan) -> str:
    """Return a plan as text: addresses in order, each with what is said of it.

    Args:
        planned: The plan. Hashes of zips and times differ from one to the next, and are masked.
    """
    lines = [
        f"{address} {json.dumps(_given(values), sort_keys=True)}"
        for address, values in sorted(planned.resources.items())
        if not re.search(r"(^|\.)data\.", address)
    ]
    text = "\n".join([*lines, ""])
    for pattern, mask in _VOLATILE:
        text = pattern.sub(mask, text)
    return text


def _given(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return what is set; a block or an attribute that is not set says nothing."""
    if isinstance(value, dict):
        found = {name: _given(each) for name, each in value.items()}
        return {name: each for name, each in found.items() if each not in (None, {}, [], "")}
    return [_given(each) for each in value] if isinstance(value, list) else value


def write() -> None:
    """Plan, and write what is planned."""
    with tempfile.TemporaryDirectory() as folder:
        root = copy_tree(Path(folder) / "copy")
        init(root)
        plan(root, *SUITES)
        for name, planned in plans(root).items():
            (RECORDS / f"{name}.txt").write_text(record_of(planned), encoding="utf-8")


if __name__ == "__main__":
    write()
