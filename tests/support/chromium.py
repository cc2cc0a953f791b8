"""A real browser: the system's Chromium, driven by Playwright.

A test that asks for it, itself or by a fixture, has the marker `browser`. `make test-browser` runs
these, and no test of `make test` needs Chromium.
"""

import shutil
import sys
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, sync_playwright

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_MISSING: Final = (
    "Chromium is not installed: install the package chromium of your system, as in"
    " `apt-get install chromium`, or Google Chrome, so that one of these is on the PATH: "
    + ", ".join(_NAMES)
)
FLAGS: Final = """
    --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync
""".split()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return where Chromium is; without it the test fails."""
    path = _find()
    if path is None:
        pytest.fail(_MISSING, pytrace=False)
    return path


@pytest.fixture(scope="package")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """Start Chromium, one for all tests of a folder.

    Playwright keeps a loop running in this thread, where no other test could run its own: it has
    to end with the folder.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, headless=True, args=FLAGS
        )
        yield browser
        browser.close()


def require_chromium() -> str:
    """Return where Chromium is; without it the program ends, and says what to install."""
    path = _find()
    if path is None:
        sys.exit(_MISSING)
    return path


def _find() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


if __name__ == "__main__":
    require_chromium()
