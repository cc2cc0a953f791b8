"""Rules for what ties an event to its session."""

from decimal import Decimal

import pytest

from tests.ga4.payloads import NOW_MICROS, Case, event, said, table

_NOW = NOW_MICROS // 1_000_000
_PARAMS = "events[0].params"
_ID = f"{_PARAMS}.session_id"


def _session(session_id: object, **params: object) -> dict[str, object]:
    return event(session_id=session_id, engagement_time_msec=1, **params)


_INVALID = [f"error {_ID} VALUE_INVALID"]
_COOKIE = [f"advice {_ID} VALUE_INVALID"]
_UNBELIEVABLE = [f"advice {_ID} VALUE_OUT_OF_BOUNDS"]


@table(
    Case("a number", "the start in seconds", _session(_NOW - 60), []),
    Case("digits", "the start in seconds, as text", _session(str(_NOW - 60)), []),
    Case("a decimal", "a whole number is a whole number", _session(Decimal(_NOW - 60)), []),
    Case("24 hours old", "still joined", _session(_NOW - 86_400), []),
    Case("more than 24 hours old", "no longer joined", _session(_NOW - 86_401), _UNBELIEVABLE),
    Case("before 2012", "no tag's session has such an id", _session(1_234_567_890), _UNBELIEVABLE),
    Case("milliseconds", "no tag's session has such an id", _session(_NOW * 1000), _UNBELIEVABLE),
    Case("absurdly long", "any digits", _session("9" * 5000), _UNBELIEVABLE),
    Case("absurdly large", "any number", _session(10**400), _UNBELIEVABLE),
    Case(
        "GS1", "the cookie is taken, not recommended", _session(f"GS1.1.{_NOW}.5.1.{_NOW}"), _COOKIE
    ),
    Case("GS2", "the cookie is taken, not recommended", _session(f"GS2.1.s{_NOW}$o5$g1"), _COOKIE),
    Case("a broken cookie", "opens a false session", _session("GS2.1.o5$g1"), _INVALID),
    Case("a piece of GS2", "how sessions were lost in 2025", _session(f"s{_NOW}$o5$g1"), _INVALID),
    Case("zero", "positive", _session(0), _INVALID),
    Case("zeros", "positive", _session("000"), _INVALID),
    Case("negative", "positive", _session(-5), _INVALID),
    Case("a fraction", "whole", _session(1.5), _INVALID),
    Case("words", "digits", _session("abc"), _INVALID),
    Case("empty", "digits", _session(""), _INVALID),
    Case("other digits", "digits of ASCII", _session("١٧٦٤٠٠٠٠٠٠"), _INVALID),
    Case("true", "true is no number", _session(True), _INVALID),  # noqa: FBT003 - that is the case
    Case("null", "leave it out", _session(None), _INVALID),
    Case("an array", "a number", _session([_NOW]), _INVALID),
)
def test_session_id(case: Case) -> None:
    """A session id is the start of a tag's session in seconds."""
    assert case.said == said(case.request), case.reason


@table(
    Case("a number", "a positive number", event(session_number=3), []),
    Case("digits", "as text", event(session_number="3"), []),
    Case(
        "the cookie",
        "taken, not recommended",
        event(session_number=f"GS1.1.{_NOW}.5"),
        [f"advice {_PARAMS}.session_number VALUE_INVALID"],
    ),
    Case(
        "zero",
        "positive",
        event(session_number=0),
        [f"error {_PARAMS}.session_number VALUE_INVALID"],
    ),
    Case(
        "null",
        "a number",
        event(session_number=None),
        [f"error {_PARAMS}.session_number VALUE_INVALID"],
    ),
)
def test_session_number(case: Case) -> None:
    """A session number counts sessions."""
    assert case.said == said(case.request), case.reason


_ENGAGEMENT = f"{_PARAMS}.engagement_time_msec"


@table(
    Case("one", "the least that counts a user", event(engagement_time_msec=1), []),
    Case(
        "zero",
        "counts no user",
        event(engagement_time_msec=0),
        [f"advice {_ENGAGEMENT} VALUE_OUT_OF_BOUNDS"],
    ),
    Case(
        "negative",
        "milliseconds that passed",
        event(engagement_time_msec=-1),
        [f"error {_ENGAGEMENT} VALUE_OUT_OF_BOUNDS"],
    ),
    Case(
        "text",
        "a number",
        event(engagement_time_msec="100"),
        [f"error {_ENGAGEMENT} VALUE_INVALID"],
    ),
    Case(
        "missing beside a session",
        "needed for engagement",
        event(session_id=_NOW),
        [f"advice {_PARAMS} VALUE_REQUIRED"],
    ),
)
def test_engagement(case: Case) -> None:
    """Engagement is a positive number of milliseconds."""
    assert case.said == said(case.request), case.reason


@pytest.mark.parametrize("value", [True, 1, 1.0])
def test_debugging(value: object) -> None:
    """Debugging is switched on by true or 1."""
    assert said(event(debug_mode=value)) == []


@pytest.mark.parametrize("value", [False, 0, "false", "true", None, [1], 2])
def test_debugging_is_not_switched_off(value: object) -> None:
    """Debugging is switched on by the mere presence of its parameter, so `false` is misread."""
    assert said(event(debug_mode=value)) == [f"error {_PARAMS}.debug_mode VALUE_INVALID"]
