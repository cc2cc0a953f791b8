"""Fixtures: a shop for each test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.shop import Shop


@pytest.fixture
def shop(opened: Callable[..., Shop]) -> Shop:
    """A shop at which GA4 takes everything."""
    return opened()


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Shop]]:
    """Opens a shop at which GA4 answers so, with settings of its own; closed after the test."""
    with ExitStack() as shops:

        def open_shop(*replies: int | Exception, **settings: str) -> Shop:
            shop = Shop(tmp_path, *replies, **settings)
            shops.callback(shop.close)
            return shop

        yield open_shop
