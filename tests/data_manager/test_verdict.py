"""What a request's status means for each of its events."""

import json
from typing import Final

import pytest

from shared.data_manager.status_answer import read_status
from shared.data_manager.verdict import End, Verdict, judge
from tests.data_manager.statuses import ADS_PLACE, GA4_PLACE, Json, answer, at, counted, ga4

OLD: Final = "PROCESSING_ERROR_REASON_EVENT_TOO_OLD"
DENIED: Final = "PROCESSING_ERROR_REASON_DENIED_CONSENT"
NEW: Final = "PROCESSING_ERROR_REASON_OF_NEXT_YEAR"
DELIVERED: Final = "delivered"
UNNAMED: Final = "unnamed"
PROCESSING: Final = "processing"


def verdicts(status: Json, size: int) -> list[Verdict]:
    """Return what becomes of each event of a request."""
    read = read_status(json.dumps(status).encode())
    return [judge(read, index, size) for index in range(size)]


def words(status: Json, size: int) -> list[str]:
    """Return the end of each event, or the reason it was rejected for."""
    return [each.reason or each.end.value for each in verdicts(status, size)]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        pytest.param(ga4("SUCCESS"), [DELIVERED] * 3, id="all well"),
        pytest.param(ga4("PROCESSING"), [PROCESSING] * 3, id="not yet"),
        pytest.param(ga4("REQUEST_STATUS_UNKNOWN"), [PROCESSING] * 3, id="unknown"),
        pytest.param(ga4("PAUSED"), [PROCESSING] * 3, id="a new name"),
        pytest.param(answer(), [PROCESSING] * 3, id="no destination"),
        pytest.param({}, [PROCESSING] * 3, id="nothing"),
        pytest.param(answer(at(ADS_PLACE, "SUCCESS")), [PROCESSING] * 3, id="Ads alone"),
        pytest.param(ga4("FAILED", [counted(OLD, 3)]), [OLD] * 3, id="all failed, by count"),
        pytest.param(ga4("FAILED"), ["FAILED"] * 3, id="all failed, and nothing is said"),
        pytest.param(ga4("FAILED", [counted(OLD)]), [OLD] * 3, id="all failed, uncounted"),
        pytest.param(
            ga4("FAILED", [counted(OLD, 2, [0, 2]), counted(DENIED, 1, [1])]),
            [OLD, DENIED, OLD],
            id="all failed, by name",
        ),
        pytest.param(
            ga4("FAILED", [counted(OLD, 2), counted(DENIED, 1, [1])]),
            [OLD, DENIED, OLD],
            id="all failed, one by name",
        ),
        pytest.param(
            ga4("FAILED", [counted(OLD, 2), counted(NEW, 1)]),
            [f"{OLD}, {NEW}"] * 3,
            id="all failed, of two reasons",
        ),
        pytest.param(ga4("FAILED", [counted(OLD, 1)]), [UNNAMED] * 3, id="failed, and it is not"),
        pytest.param(
            ga4("PARTIAL_SUCCESS", [counted(NEW, 1, [1])]),
            [DELIVERED, NEW, DELIVERED],
            id="one by name",
        ),
        pytest.param(ga4("PARTIAL_SUCCESS", [counted(OLD, 1)]), [UNNAMED] * 3, id="one unnamed"),
        pytest.param(ga4("PARTIAL_SUCCESS"), [UNNAMED] * 3, id="some, and nothing is said"),
        pytest.param(ga4("PARTIAL_SUCCESS", [counted(OLD)]), [UNNAMED] * 3, id="uncounted"),
        pytest.param(ga4("PARTIAL_SUCCESS", [counted(OLD, 3)]), [OLD] * 3, id="all, it turns out"),
        pytest.param(
            ga4("PARTIAL_SUCCESS", [counted(OLD, 1, [0]), counted(DENIED, 1)]),
            [OLD, UNNAMED, UNNAMED],
            id="one by name and one unnamed",
        ),
        pytest.param(
            ga4("PARTIAL_SUCCESS", [counted(OLD, 2, [0])]),
            [OLD, UNNAMED, UNNAMED],
            id="fewer named than counted",
        ),
        pytest.param(
            ga4("PARTIAL_SUCCESS", [counted(OLD, 1, [7])]),
            [UNNAMED] * 3,
            id="a place that no event has",
        ),
        pytest.param(
            ga4("PARTIAL_SUCCESS", [counted(OLD, 1, [0]), counted(DENIED, 1, [0])]),
            [f"{OLD}, {DENIED}", DELIVERED, DELIVERED],
            id="one event, two reasons",
        ),
    ],
)
def test_a_status_settles_each_event_of_three(status: Json, expected: list[str]) -> None:
    """Who is not named is not rejected, unless all failed."""
    assert words(status, 3) == expected


@pytest.mark.parametrize("status", ["FAILED", "PARTIAL_SUCCESS"])
@pytest.mark.parametrize("count", [None, 1])
def test_the_only_event_of_a_request_needs_no_name(status: str, count: int | None) -> None:
    """Whatever failed, it is this one."""
    assert words(ga4(status, [counted(OLD, count)]), 1) == [OLD]
    assert words(ga4(status), 1) == [status]


def test_what_is_left_open_says_why() -> None:
    """How many of how many, and for which reason."""
    (first, *_) = verdicts(ga4("PARTIAL_SUCCESS", [counted(OLD, 2)]), 5)
    assert first.end is End.UNNAMED
    assert first.reason is None
    assert first.notes == (
        f"PARTIAL_SUCCESS: 2 of 5 events failed, and Google does not say which ({OLD})",
    )


def test_a_status_of_a_new_name_is_kept() -> None:
    """It may mean anything: Google is asked again."""
    assert verdicts(ga4("PAUSED"), 1) == [Verdict(End.PROCESSING, notes=("status: PAUSED",))]
    assert verdicts(ga4("PROCESSING"), 1) == [Verdict(End.PROCESSING)]


def test_warnings_are_notes_of_those_they_are_about() -> None:
    """Of all, where they name nobody."""
    warnings = [counted("WARNING_A", 1, [1]), counted("WARNING_B", 2)]
    first, second = verdicts(ga4("SUCCESS", warnings=warnings), 2)
    assert (first.end, second.end) == (End.DELIVERED, End.DELIVERED)
    assert first.notes == ("WARNING_B, of 2 of the request's 2 events",)
    assert second.notes == ("WARNING_A", "WARNING_B, of 2 of the request's 2 events")
    assert verdicts(ga4("SUCCESS", warnings=warnings[1:]), 1)[0].notes == ("WARNING_B",)


@pytest.mark.parametrize("first", [True, False])
def test_ga4_settles_an_event_and_what_ads_says_is_a_note(*, first: bool) -> None:
    """In either order of the two."""
    places = [
        at(GA4_PLACE, "PARTIAL_SUCCESS", [counted(OLD, 1, [1])]),
        at(
            ADS_PLACE, "PARTIAL_SUCCESS", [counted("PROCESSING_ERROR_REASON_INVALID_GCLID", 1, [0])]
        ),
    ]
    found = verdicts(answer(*(places if first else reversed(places))), 2)
    assert found == [
        Verdict(
            End.DELIVERED,
            notes=("Google Ads: PROCESSING_ERROR_REASON_INVALID_GCLID",),
            failed_at_ads=True,
        ),
        Verdict(End.REJECTED, OLD),
    ]


def test_ads_that_failed_leaves_ga4_as_it_is() -> None:
    """Also where it gives no reason, and where it is not done yet."""
    failed = answer(at(GA4_PLACE, "SUCCESS"), at(ADS_PLACE, "FAILED"))
    waits = answer(at(GA4_PLACE, "SUCCESS"), at(ADS_PLACE, "PROCESSING"))
    assert verdicts(failed, 1) == [
        Verdict(End.DELIVERED, notes=("Google Ads: FAILED",), failed_at_ads=True)
    ]
    assert verdicts(waits, 1) == [Verdict(End.DELIVERED)]
