"""One plan for all tests, in however many processes pytest runs them."""

import os
from pathlib import Path

import pytest

from tests.terraform.planning import Plan, copy_tree, init, once, plan, plans


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Plan]]:
    """A copy of the root module, planned, and its plans by name."""
    ours = tmp_path_factory.getbasetemp()
    folder = (ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours) / "terraform-planned"

    def make(folder: Path) -> None:
        root = copy_tree(folder)
        init(root)
        plan(root, "everything", "standard", "streams")

    once(folder, make)
    return folder / "terraform", plans(folder / "terraform")


@pytest.fixture(scope="session")
def everything(planned: tuple[Path, dict[str, Plan]]) -> Plan:
    """The plan with everything switched on."""
    return planned[1]["everything"]


@pytest.fixture(scope="session")
def standard(planned: tuple[Path, dict[str, Plan]]) -> Plan:
    """The plan of a first apply."""
    return planned[1]["standard"]


@pytest.fixture(scope="session")
def several(planned: tuple[Path, dict[str, Plan]]) -> Plan:
    """The plan with several streams."""
    return planned[1]["several_streams"]


@pytest.fixture(scope="session")
def bundles(planned: tuple[Path, dict[str, Plan]], everything: Plan) -> dict[str, Path]:
    """The zips that Terraform made, by function."""
    found: dict[str, Path] = {
        name: planned[0] / bundle["path"] for name, bundle in everything.outputs["bundles"].items()
    }
    return found
