"""A browser to read the site with."""

from tests.support.chromium import chromium

__all__ = ["chromium"]
