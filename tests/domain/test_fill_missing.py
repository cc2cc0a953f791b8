"""What came with an event, and what others brought."""

from hypothesis import given

from shared.domain.consent import Choice, Consent, resolve_consent
from shared.domain.context import Context
from shared.domain.device import Device
from shared.domain.merge_contexts import fill_missing
from shared.domain.user_data import UserData
from shared.domain.user_location import UserLocation
from tests.support.strategies import contexts
from tools.changed import replace

DATA = UserData(("0a" * 32,))
FOUND = Context(
    client_id="1.2",
    session_id=1763900000,
    user_agent="Mozilla/5.0",
    page_location="https://shop.example/cart",
    ip_override="203.0.113.7",
    user_data=DATA,
)


@given(contexts())
def test_where_the_event_says_nothing_all_of_the_others_is_taken(found: Context) -> None:
    """Client, session, device and place."""
    assert fill_missing(Context(), found) == found


@given(contexts(), contexts())
def test_an_event_that_knows_its_client_keeps_its_session(own: Context, found: Context) -> None:
    """What others brought may be of another visit; consent alone is everybody's."""
    own = replace(own, client_id="3.4", user_data=DATA)

    assert fill_missing(own, found) == replace(
        own, consent=resolve_consent(own.consent, found.consent)
    )


def test_hashed_data_of_the_same_client_is_taken() -> None:
    """It is the person's, whatever the visit."""
    assert fill_missing(Context("1.2"), FOUND) == Context("1.2", user_data=DATA)


def test_hashed_data_of_another_client_is_not() -> None:
    """Two people may share a reference."""
    assert fill_missing(Context("3.4"), FOUND) == Context("3.4")


def test_a_device_is_taken_by_one_way_of_telling() -> None:
    """The event's own user agent is not hidden behind a device that others saw."""
    own = Context(user_agent="Firefox", user_location=UserLocation(country_id="AT"))
    found = replace(FOUND, device=Device("mobile"))

    both = fill_missing(own, found)

    assert (both.user_agent, both.device) == ("Firefox", None)
    assert (both.user_location, both.ip_override) == (own.user_location, None)


def test_a_denial_of_the_store_holds_where_the_event_says_nothing() -> None:
    """Whoever brought it."""
    denied = Consent(Choice.DENIED)

    assert fill_missing(Context("1.2"), Context(consent=denied)).consent.analytics is Choice.DENIED
