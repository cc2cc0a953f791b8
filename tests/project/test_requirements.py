"""What is deployed: a hashed lock that satisfies pyproject.toml and names no index."""

import re
import subprocess
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.places import ROOT

LOCKS = ["functions/requirements.txt", "requirements-dev.txt"]
# The scanner's environment is its own: nothing of it has to agree with what is deployed.
ALL_LOCKS = [
    *LOCKS,
    "requirements-audit.txt",
    "requirements-docs.txt",
    "requirements-pip.txt",
    "requirements-terraform.txt",
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
INSTALLED = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
DEPLOYED = [Requirement(text) for text in PROJECT["dependency-groups"]["functions"]]
SITE = [Requirement(text) for text in PROJECT["dependency-groups"]["docs"]]
SCANNER = [Requirement(text) for text in PROJECT["dependency-groups"]["terraform"]]
AUDIT = [Requirement(text) for text in PROJECT["dependency-groups"]["audit"]]
DEVELOPMENT = [Requirement(text) for text in PROJECT["dependency-groups"]["dev"]]


def text_of(lock: str) -> str:
    """Return a lock, each requirement on one line."""
    return (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")


def pins(lock: str) -> dict[str, str]:
    """Return the version of each package of a lock."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", text_of(lock), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


@pytest.mark.parametrize("lock", ALL_LOCKS)
def test_every_package_is_pinned_and_hashed(lock: str) -> None:
    """A package that was changed after it was locked is not installed."""
    requirements = [
        line
        for line in text_of(lock).splitlines()
        if line.strip() and not line.lstrip().startswith("#")
    ]

    assert requirements
    for line in requirements:
        assert re.match(r"[A-Za-z0-9._-]+==[^\s;]+ .*--hash=sha256:[0-9a-f]{64}", line), line


@pytest.mark.parametrize("lock", ALL_LOCKS)
def test_no_index_is_named(lock: str) -> None:
    """Whoever installs decides where from; an address may hold a credential."""
    assert not re.search(r"https?:|index|find-links|trusted-host", text_of(lock))


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        pytest.param("functions/requirements.txt", DEPLOYED, id="deployed"),
        pytest.param("requirements-dev.txt", DEPLOYED, id="tested"),
        pytest.param("requirements-dev.txt", DEVELOPMENT, id="tools"),
        pytest.param("requirements-docs.txt", SITE, id="site"),
        pytest.param("requirements-terraform.txt", SCANNER, id="scanner"),
    ],
)
def test_each_dependency_is_locked_as_the_project_wants_it(
    lock: str, wanted: list[Requirement]
) -> None:
    """What is deployed, in the lock the tests run with as well."""
    locked = pins(lock)
    for requirement in wanted:
        version = locked[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), requirement.name


@pytest.mark.parametrize("requirement", AUDIT, ids=lambda requirement: requirement.name)
def test_the_vulnerability_check_is_locked_as_the_project_wants_it(
    requirement: Requirement,
) -> None:
    """In its own lock."""
    version = pins("requirements-audit.txt")[canonicalize_name(requirement.name)]

    assert requirement.specifier.contains(version)


def test_the_tests_run_with_what_is_deployed() -> None:
    """The same version of every package."""
    deployed, tested = pins(LOCKS[0]), pins(LOCKS[1])

    assert deployed == {name: tested.get(name) for name in deployed}


def test_the_command_runs_what_is_deployed() -> None:
    """`pip install .` brings the functions' packages, in the same versions, beside its own."""
    assert {str(requirement) for requirement in DEPLOYED} <= {str(r) for r in INSTALLED}


def test_nothing_is_deployed_that_only_the_command_or_the_tests_need() -> None:
    """Oracles and tools would only slow a cold start."""
    deployed = {canonicalize_name(requirement.name) for requirement in DEPLOYED}
    others = {canonicalize_name(requirement.name) for requirement in (*DEVELOPMENT, *INSTALLED)}
    only_tests = others - deployed
    needed_anyway = {"requests"}  # google-api-core's

    assert pins(LOCKS[0]).keys() & only_tests <= needed_anyway


def test_no_file_names_a_registry() -> None:
    """Where packages come from is the machine's own business."""
    names = [f"{host}.org" for host in ("py" + "pi", "registry.npm" + "js", "pythonhost" + "ed")]
    listed = subprocess.run(  # noqa: S603 - a command of our own
        ["git", "grep", "-lIF", *(part for name in names for part in ("-e", name))],  # noqa: S607 - on the PATH
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert listed.stdout.split() == []
    assert listed.stderr == ""
