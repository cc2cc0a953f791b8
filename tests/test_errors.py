"""The tree of errors: drawn in the module, and what each one holds."""

import inspect
import re

import pytest

from shared import errors


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    """Whoever reads it can choose what to catch without reading further."""
    classes = {
        name: kind.__mro__[1].__name__
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.ConnectorError)
    }
    drawn: dict[str, str] = {}
    branch = ["Exception"]
    for line in inspect.cleandoc(errors.__doc__ or "").splitlines():
        if found := re.match(r"    ([│├└─ ]*)(\w+)", line):
            depth = len(found[1]) // 4
            branch[depth + 1 :] = [found[2]]
            drawn[found[2]] = branch[depth]

    assert classes == drawn


def test_an_unusable_event_names_the_path_and_the_problem() -> None:
    """Apart, for whoever wants one of them."""
    error = errors.UnusableError("data.object.amount_total", "negative")

    assert (
        error.path,
        error.problem,
        str(error),
    ) == ("data.object.amount_total", "negative", "data.object.amount_total: negative")


def test_misconfiguration_keeps_its_problems_apart() -> None:
    """And shows them in one line."""
    error = errors.MisconfiguredError("A: missing", "B: not net or gross")

    assert (
        error.problems,
        str(error),
    ) == (("A: missing", "B: not net or gross"), "A: missing; B: not net or gross")


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (errors.UnavailableError("x"), 30),
        (errors.UnavailableError("x", retry_after=5), 5),
    ],
)
def test_what_is_unavailable_says_when_to_come_back(
    error: errors.UnavailableError, seconds: int
) -> None:
    """Half a minute unless somebody knows better."""
    assert seconds == error.retry_after
