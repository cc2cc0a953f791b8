"""A table that one test checks: no row is left out, and each that fails is named."""

import pytest

from tests.support.rows import every


def test_every_row_is_tried_and_each_that_fails_is_named() -> None:
    """Also where an exception was expected and did not come."""
    tried = []

    @every(("number", "word"), [(1, "one"), (2, "two"), (3, "three"), (4, "four")])
    @every("again", [False, True])
    def check(number: int, word: str, *, again: bool) -> None:
        tried.append((number, again))
        if number == 3:
            with pytest.raises(ValueError, match="x"):
                int("3")
        assert word != "two"

    with pytest.raises(BaseExceptionGroup) as caught:
        check()

    assert tried == [(number, again) for number in (1, 2, 3, 4) for again in (False, True)]
    assert caught.value.message == "2 of 4 rows"
    assert [error.__notes__ for error in caught.value.exceptions] == [
        ["in the row 2, two"],
        ["in the row 3, three"],
    ]
    (_, three) = caught.value.exceptions
    assert isinstance(three, BaseExceptionGroup)
    assert all(isinstance(error, pytest.fail.Exception) for error in three.exceptions)


def test_fixtures_are_as_ever(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A row takes the place of its own arguments only."""

    @every("row", "ab")
    def check(factory: pytest.TempPathFactory, row: str) -> None:
        assert factory is tmp_path_factory
        assert row in "ab"

    check(factory=tmp_path_factory)


def test_no_rows_are_a_mistake() -> None:
    """Such a test could not fail."""
    with pytest.raises(AssertionError, match="without rows"):
        every("row", [])
