"""A shop for each test."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.shop import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop at which GA4 takes everything."""
    return Shop(tmp_path)


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., Shop]:
    """Opens a shop at which GA4 answers so, with settings of its own."""

    def open_shop(*replies: int | Exception, **settings: str) -> Shop:
        return Shop(tmp_path, *replies, **settings)

    return open_shop
