"""Whatever the functions can send becomes an event: taken, exact, and nothing silently lost."""

import json
from decimal import Decimal
from typing import Any, Final

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from shared.attribution.attribute import attribute
from shared.data_manager.event import ADS, Event, encode
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
from tests.data_manager.stand_in import said
from tests.data_manager.test_rules import NOW as NOW_OF_RULES
from tests.data_manager.test_rules import PURCHASE
from tests.support.builders import MEASUREMENT_ID, NOW
from tests.support.strategies import POLICIES, conversions
from tools.changed import replace

AMOUNTS: Final = st.decimals(0, 10**9, places=6).map(lambda number: number.normalize())
QUANTITIES: Final = st.integers(0, 10**6).map(Decimal) | st.decimals(0, 10**6, places=4)
NAMES: Final = st.from_regex(r"own_[a-z]{1,20}", fullmatch=True)
TEXTS: Final = st.sampled_from(["", " "]) | st.text(
    st.characters(categories=["L", "N", "P", "Zs"]), max_size=36
)
PARAMS: Final = st.dictionaries(
    NAMES,
    TEXTS
    | st.integers(-(10**20), 10**20)
    | st.sampled_from([10**39, 10**41, 10**150])
    | (AMOUNTS | st.decimals(0, 1, places=38)).map(DecimalParam),
    max_size=5,
)
ITEMS: Final = st.builds(
    Item,
    price=AMOUNTS | st.decimals(0, 1, places=30),
    quantity=QUANTITIES | st.decimals(0, 1, places=20),
    item_id=st.none() | NAMES,
    item_name=NAMES,
    discount=st.none() | AMOUNTS,
    variant=st.none() | NAMES,
    coupon=st.none() | NAMES | st.just(" "),
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
        coupon=draw(st.none() | NAMES | st.just(" ")),
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
    """By our rules, the stand-in's and Google's types, and with everything that it says."""
    if request is None:
        return
    valid, extra = request

    mapped = as_event(valid.document, extra=extra, ads=ads, now=NOW)

    assert isinstance(mapped, Mapped), mapped
    event: dict[str, Any] = json.loads(mapped.body, parse_float=Decimal)
    assert lost(json.loads(valid.body, parse_float=Decimal), event, mapped.notes) == []
    typed = msgspec.convert(event, Event)
    assert faults(typed, NOW) == ()
    assert said(mapped.body, NOW)[0] == []
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


TEXT: Final = st.sampled_from(
    [
        "",
        " ",
        "a",
        "x" * 40,
        "x" * 41,
        "x" * 100,
        "x" * 101,
        "ga_x",
        "value",
        "page_location",
        "1.2",
    ]
)
ANY_HASH: Final = st.sampled_from(["0a" * 32, "0A" * 32, "0a", "jo@shop.example", ""])
PAIRS: Final = st.lists(
    st.fixed_dictionaries({"parameterName": TEXT, "value": TEXT}), max_size=3
) | st.integers(24, 27).map(
    lambda many: [{"parameterName": f"p{n}", "value": "x"} for n in range(many)]
)
ANY_ITEM: Final = st.fixed_dictionaries(
    {
        "itemId": TEXT,
        "quantity": st.sampled_from(["0", "1", "-1", "1.5", str(2**63 - 1), str(2**63), "x", ""]),
        "unitPrice": st.integers(-1, 3) | AMOUNTS,
    },
    optional={"additionalItemParameters": PAIRS},
)
ANY_ADDRESS: Final = st.fixed_dictionaries(
    {
        "givenName": ANY_HASH,
        "familyName": ANY_HASH,
        "regionCode": st.sampled_from(["AT", "at", "Austria", ""]),
        "postalCode": TEXT,
    },
    optional={"addressLine": ANY_HASH, "city": TEXT},
)
ANY_IDENTIFIER: Final = st.fixed_dictionaries(
    {}, optional={"emailAddress": ANY_HASH, "phoneNumber": ANY_HASH, "address": ANY_ADDRESS}
)
ANY_EVENT: Final = st.fixed_dictionaries(
    {
        "eventName": st.sampled_from(
            ["purchase", "session_start", "screen_view", "own", "", "a b"]
        ),
        "eventSource": st.sampled_from(["WEB", "APP"]),
        "eventTimestamp": st.sampled_from(
            ["", "x", "2026-11-26T11:00:00.000001Z", "2026-11-19T11:00:00Z", "2026-12-01T11:00:00Z"]
        ),
    },
    optional={
        "clientId": TEXT,
        "appInstanceId": TEXT | st.just("0a" * 16),
        "userId": TEXT | st.just("u" * 257),
        "transactionId": TEXT,
        "currency": st.sampled_from(["EUR", "eur", "", "EURO"]),
        "conversionValue": AMOUNTS | st.just(Decimal("1E+400")),
        "cartData": st.fixed_dictionaries(
            {"items": st.lists(ANY_ITEM, max_size=2)}, optional={"couponCodes": st.lists(TEXT)}
        ),
        "userData": st.fixed_dictionaries({"userIdentifiers": st.lists(ANY_IDENTIFIER)}),
        "userProperties": st.fixed_dictionaries(
            {
                "additionalUserProperties": st.lists(
                    st.fixed_dictionaries({"propertyName": TEXT, "value": TEXT}), max_size=2
                )
            }
        ),
        "eventDeviceInfo": st.fixed_dictionaries(
            {}, optional={"screenWidth": st.integers(-1, 2**33), "ipAddress": TEXT}
        ),
        "additionalEventParameters": PAIRS,
        "adIdentifiers": st.fixed_dictionaries({}, optional={"gclid": TEXT}),
        "destinationReferences": st.just(["ga4", "ads"]),
    },
)


@given(ANY_EVENT, st.lists(st.sampled_from(sorted(PURCHASE)), max_size=2))
def test_what_our_rules_let_pass_fails_nobodys_request(
    raw: dict[str, Any], changed: list[str]
) -> None:
    """Whatever the stand-in refuses in a purchase that is changed, our rules refuse before."""
    kept = {name: value for name, value in PURCHASE.items() if name not in changed}
    event = msgspec.convert({**kept, **{n: raw[n] for n in changed if n in raw}}, Event)

    if not faults(event, NOW_OF_RULES):
        assert said(encode(event), NOW_OF_RULES)[0] == []
