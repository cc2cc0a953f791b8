"""What a message says of the user."""

from shared.domain.context import Context
from shared.domain.device import Device
from shared.domain.notes import Notes
from shared.domain.user_data import UserData
from shared.domain.user_location import UserLocation
from shared.messages.analytics import Analytics, context_of

HASH = "0a" * 32


def test_device_place_and_hashed_data_are_read() -> None:
    """As GA4 names them."""
    given = Analytics(
        client_id="1.2",
        device=Device("mobile"),
        user_location=UserLocation(country_id="AT"),
        ip_override="203.0.113.7",
        user_data=UserData((HASH,)),
    )
    notes = Notes()

    assert context_of(given, notes) == Context(
        client_id="1.2",
        device=Device("mobile"),
        user_location=UserLocation(country_id="AT"),
        ip_override="203.0.113.7",
        user_data=UserData((HASH,)),
    )
    assert list(notes) == []


def test_what_cannot_be_is_left_out_and_named() -> None:
    """It never costs the event, and what is noted is no value."""
    given = Analytics(
        device=Device(screen_resolution="wide"),
        user_location=UserLocation(country_id="Austria"),
        ip_override="somewhere",
        user_data=UserData(("jo@shop.example",)),
    )
    notes = Notes()

    assert context_of(given, notes) == Context()
    assert list(notes) == [
        "analytics.device.screen_resolution: not WIDTHxHEIGHT",
        "analytics.user_location.country_id: not an ISO 3166-1 alpha-2 code",
        "analytics.ip_override: not an IP address",
        "analytics.user_data.sha256_email_address: not a SHA-256 hash",
    ]
