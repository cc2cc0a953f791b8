"""What runs at the forge is what a person runs: make targets, and nothing else of ours."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Final

import pytest

from tests.support.places import ROOT

FOLDER: Final = ROOT / ".github"
WORKFLOWS: Final = sorted((FOLDER / "workflows").glob("*.yml"))
TARGETS: Final = set(
    re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
)


def made(text: str) -> set[str]:
    """Return the targets that a workflow calls, those of its matrix too."""
    called = set(re.findall(r"run: make (?:--silent )?([a-z-]+)", text))
    for names in re.findall(r"^ +target: \[(.*)\]", text, re.MULTILINE):
        called |= set(re.split(r",\s*", names))
    return called


def test_whatever_needs_chromium_is_run_with_it() -> None:
    """A test has the browser where its folder imports it, and `make test-browser` names folders."""
    recipe = re.search(r"pytest .*-m browser (.*)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert recipe is not None
    folders = tuple(f"{folder}/" for folder in recipe[1].split())
    users = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("*.py")
        if re.search(
            r"^from tests\.support\.chromium import", path.read_text("utf-8"), re.MULTILINE
        )
    ]

    assert len(users) > len(folders)
    assert [name for name in users if not name.startswith(folders)] == []


def test_ci_calls_what_the_local_ci_calls() -> None:
    """Each step of `.ci/run` has its place in the workflow."""
    (ci,) = (path for path in WORKFLOWS if path.name == "ci.yml")
    local = set(re.findall(r"^step make ([a-z-]+)", (ROOT / ".ci/run").read_text(), re.MULTILINE))

    # Every target makes the environment that it needs.
    assert local - {"install"} <= made(ci.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: str(path.name))
def test_a_workflow_calls_targets_that_are_there(path: Path) -> None:
    """And says what it may do, and for how long."""
    text = path.read_text(encoding="utf-8")

    assert made(text)
    assert made(text) <= TARGETS
    assert re.search(r"^permissions:", text, re.MULTILINE)
    jobs = re.split(r"^  \w+:$", text.split("\njobs:\n")[1], flags=re.MULTILINE)[1:]
    assert jobs
    assert all("timeout-minutes:" in job for job in jobs)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: str(path.name))
def test_a_workflow_pins_what_it_takes_from_others(path: Path) -> None:
    """An action by its commit, with the version beside it; the runner and each tool by a number."""
    text = path.read_text(encoding="utf-8")
    uses = re.findall(r"uses: (.*)", text)

    assert uses
    assert [use for use in uses if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v[\d.]+", use)] == []
    assert "-latest" not in text
    assert len(set(uses)) == len({use.split("@")[0] for use in uses})
    for action, tool in (
        ("setup-gcloud", "version"),
        ("setup-java", "java-version"),
        ("setup-node", "node-version"),
        ("setup-python", "python-version"),
        ("setup-terraform", "terraform_version"),
    ):
        steps = [step for step in re.split(r"^ +- ", text, flags=re.MULTILINE) if action in step]
        assert all(re.search(rf"\b{tool}: \S", step) for step in steps)


def test_the_deployment_is_tested_on_the_oldest_and_the_newest_python() -> None:
    """GitHub sets `CI=true`, and tests/terraform then fails where one of them is missing."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ours = re.findall(r"Python :: (3\.\d+)", " ".join(project["classifiers"]))
    job = (FOLDER / "workflows/ci.yml").read_text(encoding="utf-8").split("\n  terraform:\n")[1]
    versions = re.search(r"python-version: \|\n((?: +3\.\d+\n)+)", job)

    assert versions is not None
    assert {ours[0], ours[-1]} <= set(versions[1].split())


def test_the_notes_of_a_release_are_its_section() -> None:
    """Of the version that the project has."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "version"
    ]
    done = subprocess.run(  # noqa: S603 - our own
        ["make", "--no-print-directory", "release-notes", f"VERSION={version}"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )

    assert "What is stable" in done.stdout
    assert "## [" not in done.stdout


def test_a_version_without_notes_is_no_release() -> None:
    """It fails before anything is published."""
    done = subprocess.run(
        ["make", "--no-print-directory", "release-notes", "VERSION=9.9.9"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert done.returncode != 0
    assert done.stdout == ""
