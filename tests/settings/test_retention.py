"""For how long the store keeps things: the same two settings for every function."""

from datetime import timedelta

import pytest

from shared.errors import MisconfiguredError
from shared.settings.reader import read_settings
from shared.settings.retention import read_retention
from shared.settings.shapes import SHAPES, setting_names
from shared.stores.retention import KEPT, Retention

NAMES = ("LEDGER_RETENTION_DAYS", "ORDER_RETENTION_DAYS")


def read(**environment: str) -> Retention:
    """Read what the environment says."""
    return read_settings(environment, read_retention)


@pytest.mark.parametrize("function", SHAPES)
def test_every_function_has_them(function: str) -> None:
    """They write to one store."""
    assert set(NAMES) <= set(setting_names(function))


def test_without_them_the_defaults_hold() -> None:
    """The README's defaults."""
    assert read() == KEPT == Retention(timedelta(days=90), timedelta(days=400))


def test_each_is_a_number_of_days() -> None:
    """Both bounds are allowed."""
    found = read(LEDGER_RETENTION_DAYS="60", ORDER_RETENTION_DAYS="3650")

    assert found == Retention(timedelta(days=60), timedelta(days=3650))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["59", "0", "-60", "3651", "90d", "1e2", "sEcReT"])
def test_what_forgets_too_early_is_refused(name: str, text: str) -> None:
    """A provider could still bring the event again."""
    with pytest.raises(MisconfiguredError) as caught:
        read(**{name: text})

    (problem,) = caught.value.problems
    assert problem.startswith(f"{name}: takes a whole number from 60 to 3650")
    assert "sEcReT" not in problem


def test_a_body_is_no_older_than_what_is_surely_remembered() -> None:
    """What was written under the default ends with it, also after a raise."""
    shorter = read(LEDGER_RETENTION_DAYS="60", ORDER_RETENTION_DAYS="70")
    longer = read(LEDGER_RETENTION_DAYS="800", ORDER_RETENTION_DAYS="900")

    assert shorter.surely == shorter
    assert KEPT.surely == longer.surely == KEPT
