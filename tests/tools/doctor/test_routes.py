"""The doctor on routes: the table, holes, overlaps, and what no rule reaches."""

import json

import pytest

from tools.doctor.finding import Finding, Level
from tools.doctor.routes import examine
from tools.traffic.request import Json

IDS = ("live", "test", "eu")


def findings(*rules: Json, **others: str) -> list[Finding]:
    """Return what is found of some rules."""
    streams = {
        name: {"measurement_id": f"G-{name.upper()}", "api_secret": "file:x"} for name in IDS
    }
    settings = {"STREAMS": json.dumps(streams), "ROUTES": json.dumps(rules), **others}
    return list(examine(settings))


def warned(*rules: Json, **others: str) -> list[str]:
    """Return what is warned of."""
    found = findings(*rules, **others)
    return [f"{each.about}: {each.says}" for each in found if each.level is Level.WARNING]


WHOLE = (
    {"when": {"live": False}, "to": "test"},
    {"when": {"currency": "eur"}, "to": "eu"},
    {"to": "live"},
)


def test_rules_are_shown_as_a_table() -> None:
    """In order, in words."""
    shown = [f"{each.about}: {each.says}" for each in findings(*WHOLE)]

    assert shown == [
        "ROUTES[0]: test mode → test",
        "ROUTES[1]: currency eur → eu",
        "ROUTES[2]: everything else → live",
    ]


def test_one_stream_has_no_routes_to_show() -> None:
    """Nor have settings that cannot be read."""
    assert list(examine({"GA4_MEASUREMENT_ID": "G-1"})) == []
    assert list(examine({"STREAMS": "{"})) == []


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ((*WHOLE[:2], {"when": {"live": True, "event": "purchase"}, "to": "live"}), "has a hole"),
        ((WHOLE[0], WHOLE[2], WHOLE[1]), "is never reached: ROUTES[1] takes all"),
        (
            ({"when": {"currency": ["eur", "usd"]}, "to": "test"}, *WHOLE[1:]),
            "is never reached: ROUTES[0]",
        ),
        ((WHOLE[0], WHOLE[2]), "STREAMS.eu: no rule leads there"),
        (
            (WHOLE[0], {"when": {"account": "acct_1"}, "to": "live"}, *WHOLE[1:]),
            "overlaps ROUTES[1], which leads to live",
        ),
    ],
)
def test_what_is_odd_about_rules_is_a_warning(rules: tuple[Json, ...], says: str) -> None:
    """Each with the fix."""
    assert any(says in each for each in warned(*rules))


def test_an_app_s_own_purchases_are_a_warning() -> None:
    """The SDK in the app may have logged them."""
    app = {"firebase_app_id": "1:2:ios:3", "api_secret": "file:x"}
    (found,) = examine({"STREAMS": json.dumps({"app": app})})

    assert (found.about, "in_app_purchase" in found.says) == ("STREAMS.app", True)


def test_rules_without_a_flaw_have_no_warning() -> None:
    """Two accounts cannot both match; test mode and live neither."""
    accounts = [{"when": {"account": f"acct_{name}"}, "to": name} for name in IDS]

    assert warned(*WHOLE) == []
    assert warned(*accounts, {"to": "live"}) == []


def test_accepted_tests_in_a_live_stream_are_a_warning() -> None:
    """They become revenue."""
    assert any("test payments" in each for each in warned(*WHOLE, ACCEPT_TEST_EVENTS="true"))
