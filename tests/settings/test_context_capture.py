"""The settings of `context_capture`."""

from datetime import timedelta

import pytest

from shared.errors import MisconfiguredError
from shared.secrets.reference import SecretFile
from shared.settings.context_capture import CaptureSettings, read_capture_settings
from shared.settings.reader import read_settings

REQUIRED = {
    "GA4_MEASUREMENT_ID": "G-TEST123",
    "GA4_API_SECRET": "file:ga4",
    "STORE": "sqlite:store.sqlite",
}


def read(**settings: str) -> CaptureSettings:
    """Return settings, with what every function needs."""
    return read_settings({**REQUIRED, **settings}, read_capture_settings)


def test_a_secret_is_enough() -> None:
    """No page may capture then."""
    found = read(CAPTURE_SECRET="file:one")

    assert (found.secrets, found.origins) == ((SecretFile("one"),), frozenset())
    assert (found.rate_per_minute, found.retention) == (600, timedelta(days=400))


def test_what_browsers_post_is_bounded_without_a_setting() -> None:
    """By address and by time."""
    found = read(CAPTURE_ORIGINS="https://shop.example")

    assert (found.rate_per_address, found.proxies, found.references) == (60, 0, ())
    assert found.browser_retention == timedelta(days=14)


def test_no_browsers_context_is_kept_longer_than_the_shops() -> None:
    """The shorter of the two holds."""
    found = read(CAPTURE_ORIGINS="https://shop.example", CONTEXT_RETENTION_DAYS="3")

    assert found.browser_retention == timedelta(days=3)


def test_there_may_be_several_forms_of_references() -> None:
    """With commas between."""
    found = read(CAPTURE_SECRET="file:one", CAPTURE_REFERENCES="ord_{base62:22}, {hex:32}")

    assert len(found.references) == 2


def test_origins_are_enough() -> None:
    """No backend may capture then."""
    found = read(CAPTURE_ORIGINS="https://shop.example, https://www.shop.example:8443")

    assert found.secrets == ()
    assert found.origins == {"https://shop.example", "https://www.shop.example:8443"}


def test_one_of_the_two_is_required() -> None:
    """Nobody at all could capture."""
    with pytest.raises(MisconfiguredError, match=r"^CAPTURE_SECRET: missing, as CAPTURE_ORIGINS"):
        read()


def test_there_may_be_several_secrets() -> None:
    """While one is rotated."""
    found = read(CAPTURE_SECRET="file:one, file:two", CONTEXT_RETENTION_DAYS="30")

    assert found.secrets == (SecretFile("one"), SecretFile("two"))
    assert found.retention == timedelta(days=30)


@pytest.mark.parametrize(
    "origin",
    ["https://shop.example", "https://[2001:db8::1]:8443", "http://localhost:3000", "http://[::1]"],
)
def test_an_origin_is_written_as_browsers_send_it(origin: str) -> None:
    """Of https, or http on loopback."""
    assert read(CAPTURE_ORIGINS=origin).origins == {origin}


@pytest.mark.parametrize(
    "origins",
    [
        "*",
        "null",
        "https://*.shop.example",
        "http://shop.example",
        "https://shop.example/",
        "https://shop.example/checkout",
        "https://shop.example?",
        "https://shop.example#",
        "https://SHOP.example",
        "https://shop.example:443",
        "https://shop.example:99999",
        "https://jane@shop.example",
        "https://",
        "shop.example",
        "https://shop.example,",
        "https://shop.example https://www.shop.example",
    ],
)
def test_what_no_browser_sends_is_no_origin(origins: str) -> None:
    """It would never match, or match too much."""
    with pytest.raises(MisconfiguredError) as caught:
        read(CAPTURE_SECRET="file:one", CAPTURE_ORIGINS=origins)

    (problem,) = caught.value.problems
    assert problem.startswith("CAPTURE_ORIGINS: origin number ")
    assert problem.endswith(", e.g. https://shop.example")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CAPTURE_SECRET", "sEcReT"),
        ("CAPTURE_SECRET", "file:one,sEcReT"),
        ("CAPTURE_RATE_PER_MINUTE", "0"),
        ("CAPTURE_RATE_PER_ADDRESS", "0"),
        ("CAPTURE_PROXIES", "-1"),
        ("CAPTURE_BROWSER_DAYS", "0"),
        ("CAPTURE_REFERENCES", "sEcReT"),
        ("CAPTURE_REFERENCES", "ord_{base62:22},sEcReT{hex:4}"),
        ("CONTEXT_RETENTION_DAYS", "801"),
    ],
)
def test_a_malformed_setting_is_named(name: str, text: str) -> None:
    """Without its value: it may be a secret put in the wrong place."""
    with pytest.raises(MisconfiguredError) as caught:
        read(**{"CAPTURE_SECRET": "file:one", name: text})

    (problem,) = caught.value.problems
    assert problem.startswith(f"{name}: ")
    assert "sEcReT" not in problem
