"""Whatever the functions can send becomes an event: taken, exact, and nothing silently lost."""

import json
from decimal import Decimal
from typing import Any, Final

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from shared.attribution.attribute import attribute
from shared.changed import replace
from shared.data_manager.event import ADS, Event
from shared.data_manager.mapping import Extra, Mapped, as_event
from shared.data_manager.rules import faults
from shared.domain.attributed import AttributedConversion
from shared.domain.conversion import Conversion, Kind
from shared.domain.item import Item
from shared.domain.param import DecimalParam
from shared.domain.streams import ClickIds
from shared.errors import UnusableError
from shared.ga4.check import ValidRequest, check
from shared.ga4.event import for_debug_view, to_request
from tests.data_manager.account import lost
from tests.data_manager.google import as_google_writes, through_google
from tests.support.builders import MEASUREMENT_ID, NOW
from tests.support.strategies import POLICIES, conversions

AMOUNTS: Final = st.decimals(0, 10**9, places=6).map(lambda number: number.normalize())
QUANTITIES: Final = st.integers(0, 10**6).map(Decimal) | st.decimals(0, 10**6, places=4)
NAMES: Final = st.from_regex(r"own_[a-z]{1,20}", fullmatch=True)
TEXTS: Final = st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=36)
PARAMS: Final = st.dictionaries(
    NAMES, TEXTS | st.integers(-(10**20), 10**20) | AMOUNTS.map(DecimalParam), max_size=5
)
ITEMS: Final = st.builds(
    Item,
    price=AMOUNTS,
    quantity=QUANTITIES,
    item_id=st.none() | NAMES,
    item_name=NAMES,
    discount=st.none() | AMOUNTS,
    variant=st.none() | NAMES,
    coupon=st.none() | NAMES,
    params=PARAMS,
    priced=st.booleans() | st.just(True),  # noqa: FBT003 - a strategy
)
CLICKS: Final = st.none() | st.builds(
    ClickIds,
    gclid=st.none() | NAMES,
    gbraid=st.none() | NAMES,
    wbraid=st.none() | NAMES,
    gad_source=st.none() | st.just("1"),
)


@st.composite
def sales(draw: st.DrawFn) -> Conversion:
    """Return a conversion with all that a message can add to one."""
    return replace(
        draw(conversions()),
        items=tuple(draw(st.lists(ITEMS, max_size=4))),
        params=draw(PARAMS),
        user_properties=draw(PARAMS),
    )


@st.composite
def requests(draw: st.DrawFn) -> tuple[ValidRequest, Extra] | None:
    """Return what the functions would send, and what that cannot carry; None where nothing is."""
    conversion = draw(sales())
    try:
        found = attribute(conversion, draw(POLICIES), NOW, stream_id=MEASUREMENT_ID)
    except UnusableError:
        return None
    if not isinstance(found, AttributedConversion):
        return None
    request = to_request(found, mp_source="payment_webhook", user_data=draw(st.booleans()))
    whole = for_debug_view(request) if draw(st.booleans()) else request
    checked = check(whole, NOW, forgiving=True)
    extra = Extra(click_ids=draw(CLICKS), user_data=conversion.context.user_data)
    return (checked, extra) if isinstance(checked, ValidRequest) else None


@given(requests(), st.booleans())
def test_every_valid_request_is_taken_whole(
    request: tuple[ValidRequest, Extra] | None,
    ads: bool,  # noqa: FBT001 - drawn
) -> None:
    """By our rules, by Google's types, and with everything that it says."""
    if request is None:
        return
    valid, extra = request

    mapped = as_event(valid.document, extra=extra, ads=ads, now=NOW)

    assert isinstance(mapped, Mapped), mapped
    event: dict[str, Any] = json.loads(mapped.body, parse_float=Decimal)
    assert lost(json.loads(valid.body, parse_float=Decimal), event, mapped.notes) == []
    typed = msgspec.convert(event, Event)
    assert faults(typed, NOW) == ()
    assert as_event(valid.document, extra=extra, ads=ads, now=NOW) == mapped
    floats = json.loads(mapped.body)
    assert through_google(mapped.body) == [as_google_writes(floats)]


@given(requests())
def test_google_ads_is_named_only_with_consent_and_something_to_match_by(
    request: tuple[ValidRequest, Extra] | None,
) -> None:
    """Only of purchases; and the click goes nowhere else."""
    if request is None:
        return
    valid, extra = request
    mapped = as_event(valid.document, extra=extra, ads=True, now=NOW)
    alone = as_event(valid.document, extra=extra, ads=False, now=NOW)
    assert isinstance(mapped, Mapped)
    assert isinstance(alone, Mapped)
    event, without = json.loads(mapped.body), json.loads(alone.body)

    clicks = extra.click_ids or ClickIds()
    clicked = any((clicks.gclid, clicks.gbraid, clicks.wbraid))
    granted = event.get("consent", {}).get("adUserData") == "CONSENT_GRANTED"
    matched = clicked or (granted and "userData" in without)
    wanted = matched and event["eventName"] == Kind.PURCHASE.value
    assert (ADS in event["destinationReferences"]) is wanted
    assert ("adIdentifiers" in event) is (wanted and clicked)
    assert not (wanted and not granted and "ipAddress" in event.get("eventDeviceInfo", {}))
    assert "destinationReferences" not in without
    assert "adIdentifiers" not in without
