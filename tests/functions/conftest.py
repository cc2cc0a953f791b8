"""One local GA4 and one function for each module of tests."""

from collections.abc import Iterator

import pytest

from tests.functions.running import GA4, Webhook


@pytest.fixture(scope="module")
def ga4(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GA4]:
    """The local GA4."""
    with GA4(tmp_path_factory.mktemp("ga4")) as process:
        yield process


@pytest.fixture(scope="module")
def webhook(ga4: GA4, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Webhook]:
    """The payment webhook, delivering to `ga4`."""
    with Webhook(tmp_path_factory.mktemp("webhook"), ga4.url) as process:
        yield process


@pytest.fixture(autouse=True)
def well_behaved(request: pytest.FixtureRequest) -> Iterator[None]:
    """Leave no fault behind for the next test."""
    yield
    if "ga4" in request.fixturenames:
        process: GA4 = request.getfixturevalue("ga4")
        if process.alive:
            process.misbehave()
