"""Only a request that was held against GA4's rules can be sent."""

from datetime import timedelta
from typing import Any

import pytest

from shared.ga4.check import InvalidRequest, ValidRequest, check
from shared.ga4.findings import Level
from shared.ga4.payload import Event, WebRequest, as_json, encode
from tests.support.builders import NOW

PURCHASE = Event("purchase", {"transaction_id": "ORD-9", "currency": "EUR", "value": 18})


def request(**fields: Any) -> WebRequest:  # noqa: ANN401 - fields of any type
    """Return a request that breaks no rule.

    Args:
        fields: What is different.
    """
    return WebRequest(**{"client_id": "1234567890.1763900000", "events": [PURCHASE], **fields})


def test_a_good_request_becomes_the_bytes_that_are_sent() -> None:
    """What Google recommends on top comes along: here, the cart."""
    found = check(request(), NOW)

    assert isinstance(found, ValidRequest)
    assert found.body == encode(as_json(request()))
    assert {finding.path for finding in found.advice} == {"events[0].params.items"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"client_id": ""}, "client_id: VALUE_REQUIRED", id="no client"),
        pytest.param({"user_id": "jane@example.com"}, "user_id: PERSONAL_DATA", id="an address"),
        pytest.param(
            {"events": [Event("purchase", {"transaction_id": "O", "value": 1})]},
            "events[0].params.currency: VALUE_REQUIRED",
            id="no currency",
        ),
        pytest.param(
            {"events": [Event("session_start", {})]}, "events[0].name: NAME_RESERVED", id="reserved"
        ),
    ],
)
def test_a_broken_rule_is_named_by_path_and_code(changes: dict[str, object], reason: str) -> None:
    """For the ledger and the log: never a value."""
    found = check(request(**changes), NOW)

    assert isinstance(found, InvalidRequest)
    assert reason == found.reason


def test_every_broken_rule_is_named() -> None:
    """So that one look fixes them all."""
    broken = request(client_id="", events=[Event("purchase", {"value": 1, "transaction_id": ""})])

    found = check(broken, NOW)

    assert isinstance(found, InvalidRequest)
    assert set(found.reason.split(", ")) == {
        "client_id: VALUE_REQUIRED",
        "events[0].params.currency: VALUE_REQUIRED",
        "events[0].params.transaction_id: VALUE_REQUIRED",
    }
    assert {error.level for error in found.errors} == {Level.ERROR}


def test_the_clock_bounds_time_stamps() -> None:
    """The same request is valid now and too old later."""
    stamp = int(NOW.timestamp()) * 10**6
    stamped = request(events=[Event("purchase", PURCHASE.params, stamp)])

    assert isinstance(check(stamped, NOW + timedelta(hours=72)), ValidRequest)
    assert isinstance(check(stamped, NOW + timedelta(hours=72, seconds=1)), InvalidRequest)
    assert isinstance(check(stamped, NOW - timedelta(seconds=1)), InvalidRequest)


def test_a_body_of_130_kilobytes_is_too_large() -> None:
    """Its bytes are counted as they are sent."""
    bare = len(encode(as_json(request(user_agent="x"))))
    largest = check(request(user_agent="x" * (130_000 - bare)), NOW)
    larger = check(request(user_agent="x" * (130_000 - bare + 1)), NOW)

    assert isinstance(largest, ValidRequest)
    assert len(largest.body) == 129_999
    assert isinstance(larger, InvalidRequest)
    assert larger.reason == ": VALUE_OUT_OF_BOUNDS"
