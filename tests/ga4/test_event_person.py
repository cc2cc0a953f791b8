"""What a context says of the user, in the request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields

from shared.attribution.attribute import attribute
from shared.attribution.policy import Policy
from shared.domain.attributed import AttributedConversion
from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.device import Device, believable_device
from shared.domain.notes import Notes
from shared.domain.user_data import Address, UserData, believable_user_data
from shared.domain.user_location import UserLocation, believable_address, believable_location
from shared.ga4.check import ValidRequest, check
from shared.ga4.event import to_request
from shared.ga4.payload import WebRequest, as_json
from tests.support.builders import IN_SESSION, MEASUREMENT_ID, NOW, purchase
from tests.support.strategies import CHOICES
from tools.changed import replace

HASH = "0a" * 32
GRANTED = Consent(ad_user_data=Choice.GRANTED)


def request_of(context: Context, *, user_data: bool = True) -> WebRequest:
    """Return the request of a purchase with a context."""
    attributed = attribute(purchase(context=context), Policy(), NOW, stream_id=MEASUREMENT_ID)
    assert isinstance(attributed, AttributedConversion)
    request = to_request(attributed, mp_source="payment_webhook", user_data=user_data)
    assert isinstance(request, WebRequest)
    return request


def test_a_device_goes_without_the_user_agent() -> None:
    """GA4 ignores `user_agent` beside `device`."""
    found = request_of(replace(IN_SESSION, user_agent="Mozilla/5.0", device=Device("mobile")))

    assert (found.device and found.device.category, found.user_agent) == ("mobile", None)


def test_without_a_device_the_user_agent_goes() -> None:
    """GA4 derives the device from it."""
    found = request_of(replace(IN_SESSION, user_agent="Mozilla/5.0"))

    assert (found.device, found.user_agent) == (None, "Mozilla/5.0")


def test_a_place_goes_without_the_address() -> None:
    """GA4 ignores `ip_override` beside `user_location`: less of a person leaves."""
    place = UserLocation(country_id="AT")
    found = request_of(replace(IN_SESSION, ip_override="203.0.113.7", user_location=place))

    assert (found.user_location and found.user_location.country_id, found.ip_override) == (
        "AT",
        None,
    )


def test_without_a_place_the_address_goes() -> None:
    """GA4 derives the place from it."""
    found = request_of(replace(IN_SESSION, ip_override="203.0.113.7"))

    assert (found.user_location, found.ip_override) == (None, "203.0.113.7")


@pytest.mark.parametrize("switched_on", [True, False])
@pytest.mark.parametrize("choice", [None, *Choice])
def test_user_data_leaves_only_where_it_is_switched_on_and_granted(
    choice: Choice | None, *, switched_on: bool
) -> None:
    """Not known is not granted."""
    context = replace(IN_SESSION, consent=Consent(ad_user_data=choice), user_data=UserData((HASH,)))

    found = request_of(context, user_data=switched_on)

    assert (found.user_data is not None) is (switched_on and choice is Choice.GRANTED)


@given(CHOICES, CHOICES)
def test_consent_is_passed_exactly(
    ad_user_data: Choice | None, ad_personalization: Choice | None
) -> None:
    """In capitals; what is not known is left out, never made up."""
    consent = Consent(None, ad_user_data, ad_personalization)
    document = as_json(request_of(replace(IN_SESSION, consent=consent)))

    choices = {"ad_user_data": ad_user_data, "ad_personalization": ad_personalization}
    assert document.get("consent", {}) == {n: c.name for n, c in choices.items() if c is not None}


TEXTS = (
    st.none()
    | st.text(max_size=110)
    | st.sampled_from(["de-AT", "1x2", "US", "019", "jo@shop.example", HASH])
)
DEVICES = st.builds(Device, *(TEXTS for _ in fields(Device)))
PLACES = st.builds(UserLocation, *(TEXTS for _ in fields(UserLocation)))
HASHES = st.lists(st.just(HASH) | st.text(max_size=9), max_size=5).map(tuple)
ADDRESSES = st.builds(Address, *(TEXTS for _ in fields(Address)))
PROVIDED = st.builds(UserData, HASHES, HASHES, st.lists(ADDRESSES, max_size=3).map(tuple))


@given(DEVICES, PLACES, PROVIDED, TEXTS)
def test_whatever_is_believed_ga4_takes(
    device: Device, place: UserLocation, provided: UserData, address: str | None
) -> None:
    """What somebody's code says of the user never costs the shop the event."""
    notes = Notes()
    context = replace(
        IN_SESSION,
        consent=GRANTED,
        device=believable_device(device, notes.under("device")),
        user_location=believable_location(place, notes.under("user_location")),
        user_data=believable_user_data(provided, notes.under("user_data")),
        ip_override=believable_address(address, notes.under("ip")),
    )

    assert isinstance(check(request_of(context), NOW), ValidRequest)
