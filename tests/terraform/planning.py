"""Terraform, run on a copy of what it deploys, with the google provider mocked.

`terraform test -verbose` shows the plans of the `run` blocks of terraform/tests; that needs the
providers, but no credentials and no cloud.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

import pytest

from tests.support.places import ROOT

Json = dict[str, Any]

_SECONDS: Final = 900
_PLANNED: Final = "planned.jsonl"


@dataclass(frozen=True, slots=True)
class Plan:
    """What Terraform would make.

    Attributes:
        resources: What is known of each resource before it is made, by address.
        outputs: What is known of each output.
        changed: The addresses of what would be created, changed or deleted.
    """

    resources: Mapping[str, Json]
    outputs: Mapping[str, Any]
    changed: frozenset[str] = frozenset()

    def of_type(self, kind: str) -> list[Json]:
        """Return the resources of a type."""
        return [
            values
            for address, values in self.resources.items()
            if f".{kind}." in f".{address}" and not address.startswith("data.")
        ]


def copy_tree(folder: Path) -> Path:
    """Copy what Terraform looks at, and nothing that it or Python has made.

    Args:
        folder: Where to.

    Returns:
        The root module in the copy.
    """
    made = shutil.ignore_patterns(".build", ".terraform*", "__pycache__", "*.tfstate*")
    for name in ("functions", "shared", "terraform"):
        shutil.copytree(ROOT / name, folder / name, ignore=made)
    shutil.copy(ROOT / "firestore.indexes.json", folder)
    return folder / "terraform"


def init(root: Path) -> None:
    """Initialise a root module.

    Without Terraform, or where nobody has its providers, the test is skipped; CI fails.

    Args:
        root: The folder of the module.
    """
    if shutil.which("terraform") is None:
        missing("terraform is not installed")
    done = terraform(root, "init", "-backend=false", "-input=false", "-no-color")
    if done.returncode:
        missing(f"terraform has no providers: {done.stderr[-500:]}")


def plan(root: Path, *suites: str) -> None:
    """Plan the runs of some suites; `plans` reads what comes of it.

    Args:
        root: The folder of the module, initialised.
        suites: Names of files in terraform/tests.
    """
    filters = [f"-filter=tests/{suite}.tftest.hcl" for suite in suites]
    done = terraform(root, "test", "-json", "-verbose", *filters)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, [line["diagnostic"] for line in lines if "diagnostic" in line]
    (root / _PLANNED).write_text(done.stdout, encoding="utf-8")


def plans(root: Path) -> dict[str, Plan]:
    """Return the plan of each run that was planned, by its name."""
    text = (root / _PLANNED).read_text(encoding="utf-8")
    return {
        line["@testrun"]: Plan(
            resources={
                change["address"]: change["change"]["after"]
                for change in line["test_plan"]["resource_changes"]
                if change["change"]["after"] is not None
            },
            outputs={
                name: change["after"]
                for name, change in line["test_plan"]["output_changes"].items()
            },
            changed=frozenset(
                change["address"]
                for change in line["test_plan"]["resource_changes"]
                if change["change"]["actions"] != ["no-op"]
            ),
        )
        for line in map(json.loads, text.splitlines())
        if line["type"] == "test_plan"
    }


def once(folder: Path, make: Callable[[Path], None]) -> None:
    """Make what is in a folder, once for all of pytest's processes; the others wait for it.

    Args:
        folder: What only the first one makes.
        make: Fills it.
    """
    made = folder / "made"
    try:
        folder.mkdir()
    except FileExistsError:
        give_up_at = time.monotonic() + _SECONDS
        while not made.exists() and time.monotonic() < give_up_at:
            time.sleep(0.1)
        if not made.exists() or made.read_bytes():
            missing("Terraform planned nothing; see the test that asked for it first")
        return
    outcome = b"failed"
    try:
        make(folder)
        outcome = b""
    finally:
        (folder / "making").write_bytes(outcome)
        (folder / "making").rename(made)


def terraform(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Terraform in a folder, with the providers the environment says."""
    return subprocess.run(  # noqa: S603 - our own arguments
        ["terraform", *arguments],  # noqa: S607 - wherever it is installed
        cwd=root,
        env={**os.environ, "TF_DATA_DIR": str(root / ".terraform"), "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


def missing(reason: str) -> NoReturn:
    """Fail in CI, and skip the test elsewhere, for want of a program."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
