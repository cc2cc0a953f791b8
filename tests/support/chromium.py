"""A real browser: the system's Chromium, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from typing import Final, NoReturn

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS: Final = """
    --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync
""".split()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Start Chromium, one for all tests of a folder; where it is missing, skip, except in CI.

    Playwright keeps a loop running in this thread, where no other test could run its own: it has
    to end with the folder.
    """
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield browser
        browser.close()


def chromium_path() -> str:
    """Return where Chromium is; where it is missing, skip, except in CI."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or _missing("Chromium is not installed")


def _missing(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
