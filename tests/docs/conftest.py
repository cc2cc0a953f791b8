"""A browser to read the site with."""

from tests.support.chromium import chromium, chromium_path

__all__ = ["chromium", "chromium_path"]
