"""The deployment is what is on record, and its documentation says what it is."""

import re
from pathlib import Path

import pytest

from tests.support.places import ROOT
from tests.terraform.planning import Plan, copy_tree, init, plan, plans
from tests.terraform.record import RECORDS, record_of
from tests.terraform.tables import README, with_tables

pytestmark = pytest.mark.terraform

EXAMPLES = sorted(path.parent for path in (ROOT / "terraform" / "examples").glob("*/main.tf"))


def test_every_variable_at_its_default_plans_what_is_on_record(standard: Plan) -> None:
    """`make terraform-docs` writes the record again."""
    assert record_of(standard) == (RECORDS / "standard.txt").read_text(encoding="utf-8")


def test_everything_switched_on_plans_what_is_on_record(everything: Plan) -> None:
    """`make terraform-docs` writes the record again."""
    assert record_of(everything) == (RECORDS / "everything.txt").read_text(encoding="utf-8")


def test_a_second_plan_after_an_apply_is_empty(tmp_path: Path) -> None:
    """Nothing is asked for that differs from run to run."""
    root = copy_tree(tmp_path)
    init(root)
    plan(root, "applied")
    second = plans(root)["second_plan"]

    assert second.resources
    assert second.changed == frozenset()


def test_the_tables_of_inputs_and_outputs_are_those_of_the_code() -> None:
    """`make terraform-docs` writes them again."""
    text = README.read_text(encoding="utf-8")

    assert text == with_tables(text)


@pytest.mark.parametrize("example", EXAMPLES, ids=[path.name for path in EXAMPLES])
def test_an_example_passes_every_output_on_and_can_be_tested(example: Path) -> None:
    """The module as it is: who copies the example misses none."""
    text = (example / "main.tf").read_text(encoding="utf-8")

    assert re.search(r"^output .*\n.*\n  value += module\.connectors$", text, re.MULTILINE)
    assert (example / "tests" / "plan.tftest.hcl").is_file()
