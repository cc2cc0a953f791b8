"""What a cold start loads: a function's own handler and no client it may not need."""

import json
import subprocess
import sys

import pytest

from shared.settings.shapes import SHAPES
from tests.support.places import ROOT

_LOADED = "import json, sys, functions.{name}.main; print(json.dumps(sorted(sys.modules)))"


def loaded(name: str) -> frozenset[str]:
    """Return the modules a process has after importing a function."""
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _LOADED.format(name=name)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return frozenset(json.loads(ran.stdout))


@pytest.mark.parametrize("name", SHAPES)
def test_a_function_loads_its_own_handler_only(name: str) -> None:
    """Each module costs a cold start. Reconciliation repairs with the payments' handler."""
    modules = loaded(name)
    handlers = {
        "reconciliation" if module == "shared.reconciliation.handler" else module.split(".")[-1]
        for module in modules
        if module.startswith("shared.handlers.") or module == "shared.reconciliation.handler"
    }

    repairing = {"payment_webhook"} if name == "reconciliation" else set[str]()
    assert handlers & SHAPES.keys() == {name} | repairing
    assert not modules & {"google.cloud.secretmanager_v1", "google.cloud.bigquery", "grpc"}
