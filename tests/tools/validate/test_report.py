"""The report for people: one by one where there are few payloads, else by what they share."""

import io
from typing import Any

import pytest

from tests.tools.validate.running import ADVISED, BAD, GOOD, lines
from tools.terminal import Terminal
from tools.validate.check import Checker
from tools.validate.report import FEW, Tally, show
from tools.validate.splitting import split


def report(*payloads: object) -> list[str]:
    """The lines of the report on some payloads."""
    tally = Tally()
    documents = split(io.BufferedReader(io.BytesIO(lines(*payloads))))
    for checked in map(Checker().check, documents):
        tally.add(checked, None)
    out = io.StringIO()
    show(tally, Terminal(file=out))
    return out.getvalue().splitlines()


def with_params(**params: object) -> dict[str, Any]:
    """A payload whose event has parameters."""
    return {**GOOD, "events": [{"name": "call", "params": params}]}


def test_few_payloads_are_told_of_one_by_one() -> None:
    """Each payload has its line and verdict, each finding its place, rule and source."""
    printed = report(GOOD, BAD)

    assert printed[:2] == ["line 1: ok", "line 2: error"]
    assert printed[2].startswith("  error   NAME_INVALID events[0].name: a name has letters")
    assert printed[2].endswith("/sending-events]")
    assert printed[-1] == "2 payloads: 1 ok, 0 advice, 1 error"


def test_errors_are_told_of_first() -> None:
    """Within a payload no error is hidden behind advice."""
    printed = report({**BAD, "client_id": "abc"})

    assert [line.split()[0] for line in printed[1:3]] == ["error", "advice"]


def test_a_long_list_of_findings_is_cut() -> None:
    """A payload with a great many findings does not fill the screen."""
    printed = report(with_params(**{f"_p{number}": 1 for number in range(25)}))

    assert "  and 5 more" in printed


def test_many_payloads_are_grouped() -> None:
    """Findings that differ only in numbers are one group, with counts and the first line."""
    twice = {**GOOD, "events": [{"name": "not a name"}, {"name": "nor this"}]}

    printed = report(*[GOOD] * FEW, ADVISED, ADVISED, ADVISED, twice, BAD)

    assert printed[0] == "error   NAME_INVALID events[].name"
    assert printed[1] == "        3 in 2 payloads"
    assert printed[2].startswith(f"        line {FEW + 4}: a name has letters")
    assert printed[3].startswith("        https://")
    assert printed[4:6] == ["advice  VALUE_INVALID client_id", "        in 3 payloads"]
    assert printed[-1] == "15 payloads: 10 ok, 3 advice, 2 error"


def test_names_nobody_may_see_are_one_group() -> None:
    """Absurd names, shown by their length alone, are not a group for each length."""
    printed = report(*(with_params(**{"x " * length: 1}) for length in range(1, FEW + 3)))

    assert printed[:2] == ["error   NAME_INVALID events[].params.<name>", "        in 12 payloads"]


def test_a_great_many_kinds_are_cut() -> None:
    """The report shows the most frequent kinds, and says how many it leaves out."""
    printed = report(*(with_params(**{f"_p{number}": 1}) for number in range(40)))

    assert sum("NAME_RESERVED" in line for line in printed) == 30
    assert "and 10 more kinds of finding; --json has them all" in printed


def test_endless_kinds_do_not_fill_the_memory() -> None:
    """Beyond a bound, kinds are only counted."""
    printed = report(*(with_params(**{f"_p{number}": 1}) for number in range(1_200)))

    assert "and 200 findings of yet other kinds; --json has them all" in printed


def test_markup_is_text() -> None:
    """Paths in brackets are not taken for colours."""
    printed = report({**GOOD, "events": [{"name": "call", "params": {"items": [1]}}]})

    assert any("events[0].params.items[0]" in line for line in printed)


@pytest.mark.parametrize("payloads", [[], [GOOD]])
def test_the_summary_is_always_there(payloads: list[object]) -> None:
    """The last line counts, whatever there was."""
    assert report(*payloads)[-1].startswith(f"{len(payloads)} payload")
