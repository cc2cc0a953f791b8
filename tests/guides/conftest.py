"""A stand-in of Stripe's API that the guides' code is pointed at."""

from collections.abc import Iterator

import pytest

from tests.guides.stripe_api import StripeApi


@pytest.fixture(scope="module")
def stripe_api() -> Iterator[StripeApi]:
    """Stripe's API."""
    found = StripeApi()
    yield found
    found.close()


@pytest.fixture(autouse=True)
def _nothing_made(stripe_api: StripeApi) -> None:
    """Forget what other tests made."""
    stripe_api.requests.clear()
