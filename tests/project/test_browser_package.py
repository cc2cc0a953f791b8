"""What the browser's tests leave behind: nothing, so that others may run loops of their own."""

import asyncio

import pytest

from tests.support.places import ROOT


def test_no_loop_is_left_running() -> None:
    """Playwright's ends with its folder, which runs before this one."""
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()


def test_the_browsers_tests_are_a_package() -> None:
    """Only a package ends the fixtures of that scope."""
    assert (ROOT / "tests" / "browser" / "__init__.py").exists()
