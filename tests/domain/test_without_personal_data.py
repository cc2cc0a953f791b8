"""What of a context outlives its event."""

from decimal import Decimal

from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.device import Device
from shared.domain.item import Item
from shared.domain.merge_contexts import without_session
from shared.domain.records import encode
from shared.domain.user_data import UserData
from shared.domain.user_location import UserLocation
from shared.domain.without_personal_data import (
    conversion_without_personal_data,
    without_personal_data,
)
from tests.support.builders import IN_SESSION, NOW, purchase
from tools.changed import replace

ADDRESS = "203.0.113.7"
FULL = replace(
    IN_SESSION,
    user_agent="Mozilla/5.0",
    device=Device("mobile"),
    user_location=UserLocation(country_id="AT"),
    ip_override=ADDRESS,
    user_data=UserData(("0a" * 32,)),
)


def test_address_and_hashed_data_go_and_everything_else_stays() -> None:
    """Both are personal data."""
    assert without_personal_data(FULL) == replace(FULL, ip_override=None, user_data=None)


def test_the_record_of_a_conversion_holds_neither() -> None:
    """The ledger keeps it for months."""
    record = encode(conversion_without_personal_data(purchase(context=FULL)))

    assert ADDRESS.encode() not in record
    assert b"0a0a" not in record


def test_what_lasts_is_who_it_is_and_not_where_or_on_what() -> None:
    """A renewal finds nobody at a device."""
    assert without_session(FULL) == Context(client_id=FULL.client_id, user_data=FULL.user_data)


def test_of_who_denied_only_the_answers_stay() -> None:
    """Client, user, browser and page are personal data of somebody who said no."""
    consent = Consent(Choice.DENIED, Choice.GRANTED, analytics_at=NOW)
    denied = replace(FULL, user_id="u-1", consent=consent)

    assert without_personal_data(denied) == Context(consent=consent)


def test_the_record_of_who_denied_is_references_answers_and_money() -> None:
    """It is never sent, and the ledger keeps it for months."""
    consent = Consent(Choice.DENIED)
    bare = purchase(context=Context(consent=consent))
    given = replace(
        bare,
        context=replace(FULL, consent=consent),
        items=(Item(Decimal(1), Decimal(1), "pregnancy-test"),),
        params={"branch": "Graz"},
        user_properties={"segment": "vip"},
        device_id="kiosk-1",
    )

    assert conversion_without_personal_data(given) == replace(bare, items=())


def test_a_denial_of_advertising_alone_takes_nothing_away() -> None:
    """The person may be measured."""
    context = Context(client_id="1.2", consent=Consent(Choice.GRANTED, Choice.DENIED))

    assert without_personal_data(context) == context
