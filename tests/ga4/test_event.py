"""From an attributed conversion to GA4's request: golden cases, and what must always hold."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.attribution.attribute import attribute
from shared.attribution.policy import Policy
from shared.domain.attributed import AttributedConversion, State
from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.conversion import Conversion
from shared.domain.money import Money
from shared.errors import UnusableError
from shared.ga4.check import ValidRequest, check
from shared.ga4.event import for_debug_view, to_request
from shared.ga4.payload import as_json, encode
from tests.support.builders import (
    CLIENT_ID,
    IN_SESSION,
    MEASUREMENT_ID,
    NOBODY,
    NOW,
    purchase,
    refund,
)
from tests.support.strategies import POLICIES, conversions
from tools.changed import replace


def attributed(conversion: Conversion) -> AttributedConversion:
    """Return a conversion with its user, as of NOW."""
    found = attribute(conversion, Policy(), NOW, stream_id=MEASUREMENT_ID)
    assert isinstance(found, AttributedConversion)
    return found


def body_of(conversion: Conversion, *, gross: bool = False) -> Any:  # noqa: ANN401 - JSON
    """Return the request of a conversion as JSON."""
    request = to_request(attributed(conversion), mp_source="payment_webhook", gross=gross)
    return json.loads(encode(as_json(request)), parse_float=Decimal)


CASES = json.loads(Path(__file__).with_name("golden_events.json").read_text(encoding="utf-8"))
STORIES = {
    "a purchase in an open session": purchase(
        context=replace(
            IN_SESSION,
            user_id="u-77",
            user_agent="Mozilla/5.0",
            page_location="https://shop.example/cart",
            consent=Consent(Choice.GRANTED, Choice.GRANTED, Choice.DENIED),
        ),
        coupon="SUMMER",
    ),
    "a purchase of a client without a session": purchase(context=Context(CLIENT_ID)),
    "a purchase of nobody in yen": purchase(
        context=NOBODY, money=Money("JPY", Decimal(5000), Decimal(455))
    ),
    "a purchase four days late in dinars": purchase(
        occurred_at=NOW.replace(day=19), money=Money("KWD", Decimal("12.340"))
    ),
    "a refund": refund(),
}


@pytest.mark.parametrize("story", STORIES)
def test_the_request_is_exactly_this(story: str) -> None:
    """Reviewed as text: one golden body for each story."""
    request = to_request(attributed(STORIES[story]), mp_source="payment_webhook")

    assert CASES[story] == json.loads(encode(as_json(request)))


def test_every_story_has_a_golden_body_and_no_body_is_left_over() -> None:
    """A renamed story leaves nothing behind."""
    assert set(STORIES) == set(CASES)


@pytest.mark.parametrize(
    ("total", "written"),
    [
        pytest.param("19.90", "19.9", id="trailing zeros"),
        pytest.param("100.00", "100", id="a round sum is not 1E+2"),
        pytest.param("10000000000.00", "10000000000", id="a large round sum"),
        pytest.param("0.10", "0.1", id="less than one"),
        pytest.param("0.001", "0.001", id="one fil"),
        pytest.param("1234.567", "1234.567", id="three decimals"),
    ],
)
def test_value_is_the_same_number_in_plain_digits(total: str, written: str) -> None:
    """No exponent: nothing documents what GA4 makes of 1E+2."""
    request = to_request(
        attributed(purchase(money=Money("EUR", Decimal(total)))), mp_source="payment_webhook"
    )

    assert f'"value":{written},'.encode() in encode(as_json(request))


def test_value_is_net_by_ga4s_rule() -> None:
    """Without tax and shipping, which have parameters of their own."""
    params = body_of(purchase())["events"][0]["params"]

    assert (18, Decimal("4.6"), 5) == (params["value"], params["tax"], params["shipping"])


def test_value_is_gross_where_the_operator_wants_it() -> None:
    """`VALUE_BASIS=gross`: what the customer was charged."""
    params = body_of(purchase(), gross=True)["events"][0]["params"]

    assert (Decimal("27.6"), Decimal("4.6"), 5) == (
        params["value"],
        params["tax"],
        params["shipping"],
    )


def test_unknown_parts_of_the_money_are_left_out() -> None:
    """Unknown is not nought."""
    params = body_of(purchase(money=Money("EUR", Decimal(5))))["events"][0]["params"]

    assert params.keys().isdisjoint({"tax", "shipping"})


@pytest.mark.parametrize(
    ("consent", "sent"),
    [
        pytest.param(Consent(), None, id="nothing known"),
        pytest.param(Consent(analytics=Choice.GRANTED), None, id="analytics is ours to heed"),
        pytest.param(
            Consent(ad_user_data=Choice.DENIED), {"ad_user_data": "DENIED"}, id="one known"
        ),
        pytest.param(
            Consent(None, Choice.GRANTED, Choice.DENIED),
            {"ad_user_data": "GRANTED", "ad_personalization": "DENIED"},
            id="both known",
        ),
    ],
)
def test_consent_is_passed_through_in_capitals(
    consent: Consent, sent: dict[str, str] | None
) -> None:
    """What nobody said is not said."""
    body = body_of(purchase(context=replace(IN_SESSION, consent=consent)))

    assert sent == body.get("consent")


def test_debugging_never_costs_the_event() -> None:
    """The mark is a parameter like any other: where all 25 are taken, it is left out."""
    few, many = (
        for_debug_view(to_request(attributed(replace(purchase(), params=params)), mp_source="x"))
        for params in ({}, {f"own_{number}": "x" for number in range(30)})
    )
    whole = many.events[0].params

    assert len(whole) >= 25
    assert few.events[0].params["debug_mode"] == 1
    assert "debug_mode" not in whole
    assert "debug_mode" not in body_of(purchase())["events"][0]["params"]


@pytest.mark.parametrize(
    ("context", "engagement"),
    [(IN_SESSION, 1), (Context(CLIENT_ID), None), (NOBODY, None)],
    ids=["session", "client", "nobody"],
)
def test_engagement_goes_only_with_a_session(context: Context, engagement: int | None) -> None:
    """A payment that settles days later must not count its buyer as active on that day."""
    params = body_of(purchase(context=context))["events"][0]["params"]

    assert engagement == params.get("engagement_time_msec")


def requests(conversion: Conversion, policy: Policy, *, gross: bool) -> bytes | None:
    """Return the body of a conversion's request, if it is sent at all."""
    try:
        found = attribute(conversion, policy, NOW, stream_id=MEASUREMENT_ID)
    except UnusableError:
        return None
    if not isinstance(found, AttributedConversion):
        return None
    request = to_request(found, mp_source="payment_webhook", gross=gross)
    checked = check(request, NOW)
    assert isinstance(checked, ValidRequest), checked
    assert not checked.repairs
    return checked.body


@given(conversions(), POLICIES, st.booleans())
def test_whatever_is_built_breaks_no_rule_of_ga4s(
    conversion: Conversion,
    policy: Policy,
    gross: bool,  # noqa: FBT001 - drawn
) -> None:
    """No validation error; no null; money exact and without an exponent."""
    body = requests(conversion, policy, gross=gross)
    if body is None:
        return
    params = json.loads(body, parse_float=Decimal)["events"][0]["params"]
    money = conversion.money

    assert money is not None
    assert b"null" not in body
    assert params["value"] == (money.total if gross else money.net)
    assert not re.search(rb'"(?:value|tax|shipping)":[^,}]*[eE"]', body)
    assert params["mp_attribution"] in {state.value for state in State}
