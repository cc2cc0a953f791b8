"""Rules for time stamps, wherever they stand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.ga4.validation import validate
from tests.ga4.payloads import HOUR_MICROS, NOW_MICROS, request, said


def _on_request(stamp: object) -> dict[str, Any]:
    return request(timestamp_micros=stamp)


def _on_event(stamp: object) -> dict[str, Any]:
    return request(events=[{"name": "login", "timestamp_micros": stamp}])


def _on_property(stamp: object) -> dict[str, Any]:
    return request(user_properties={"plan": {"value": "pro", "timestamp_micros": stamp}})


_PLACES = {
    "timestamp_micros": _on_request,
    "events[0].timestamp_micros": _on_event,
    "user_properties.plan.timestamp_micros": _on_property,
}


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        pytest.param(NOW_MICROS, None, id="now"),
        pytest.param(NOW_MICROS + 1, "error VALUE_OUT_OF_BOUNDS", id="ahead of now"),
        pytest.param(NOW_MICROS - 48 * HOUR_MICROS, None, id="48 hours ago"),
        pytest.param(NOW_MICROS - 48 * HOUR_MICROS - 1, "advice VALUE_OUT_OF_BOUNDS", id="over 48"),
        pytest.param(
            NOW_MICROS - 72 * HOUR_MICROS, "advice VALUE_OUT_OF_BOUNDS", id="72 hours ago"
        ),
        pytest.param(NOW_MICROS - 72 * HOUR_MICROS - 1, "error VALUE_OUT_OF_BOUNDS", id="over 72"),
        pytest.param(0, "error VALUE_OUT_OF_BOUNDS", id="the epoch"),
        pytest.param(-1, "error VALUE_OUT_OF_BOUNDS", id="before the epoch"),
        pytest.param(float(NOW_MICROS), None, id="a whole float"),
        pytest.param(Decimal(NOW_MICROS), None, id="a whole decimal"),
        pytest.param(NOW_MICROS - 0.5, "error VALUE_INVALID", id="a fraction"),
        pytest.param(NOW_MICROS // 10**6, "error VALUE_INVALID", id="seconds"),
        pytest.param(NOW_MICROS // 10**3, "error VALUE_INVALID", id="milliseconds"),
        pytest.param(NOW_MICROS * 10**3, "error VALUE_INVALID", id="nanoseconds"),
        pytest.param(str(NOW_MICROS), "error VALUE_INVALID", id="text"),
        pytest.param("2026-11-23T12:00:00Z", "error VALUE_INVALID", id="a date"),
        pytest.param(None, "error VALUE_INVALID", id="null"),
        pytest.param(True, "error VALUE_INVALID", id="true"),
        pytest.param(float("inf"), "error VALUE_INVALID", id="infinite"),
        pytest.param(10**400, "error VALUE_OUT_OF_BOUNDS", id="absurdly far ahead"),
        pytest.param(-(10**400), "error VALUE_OUT_OF_BOUNDS", id="absurdly long ago"),
        pytest.param(Decimal("1e999999"), "error VALUE_OUT_OF_BOUNDS", id="an absurd decimal"),
        pytest.param(Decimal("-1e999999"), "error VALUE_OUT_OF_BOUNDS", id="and a negative one"),
    ],
)
def test_stamp(stamp: object, expected: str | None) -> None:
    """A stamp is whole microseconds, of the last 72 hours, never ahead, wherever it stands."""
    level, _, code = (expected or "").partition(" ")
    for path, place in _PLACES.items():
        assert said(place(stamp)) == ([f"{level} {path} {code}"] if expected else []), path


@pytest.mark.parametrize(
    ("stamp", "unit"),
    [
        (NOW_MICROS // 10**6, "seconds"),
        (NOW_MICROS // 10**3, "milliseconds"),
        (NOW_MICROS * 10**3, "nanoseconds"),
    ],
)
def test_unit(stamp: int, unit: str) -> None:
    """A stamp in a wrong unit is told the unit."""
    (finding,) = validate(_on_request(stamp), now=datetime(2026, 11, 23, 12, tzinfo=UTC))

    assert f"looks like {unit}:" in finding.message


def test_now_is_exact() -> None:
    """The last microsecond counts, which a float of seconds would lose."""
    now = datetime(2026, 11, 23, 12, 0, 0, 999_999, tzinfo=UTC)
    micros = NOW_MICROS + 999_999

    assert not validate(_on_request(micros), now=now)
    assert validate(_on_request(micros), now=now - timedelta(microseconds=1))
