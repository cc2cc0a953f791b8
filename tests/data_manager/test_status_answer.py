"""Reading what Google says of a request: every name it has, new ones, and what is no status."""

import json

import pytest
from google.ads.datamanager_v1 import ProcessingErrorReason, RequestStatusPerDestination

from shared.data_manager.status_answer import RequestStatus, UnreadableStatusError, read_status
from tests.data_manager.statuses import ADS_PLACE, GA4_PLACE, Json, answer, at, counted, ga4
from tests.support.rows import every


def of_error(field: bytes) -> bytes:
    """Return an answer whose error has one field."""
    return b'{"requestStatusPerDestination": [{"errorInfo": {"errorCounts": [{' + field + b"}]}}]}"


def read(status: object) -> RequestStatus:
    """Read an answer."""
    return read_status(json.dumps(status).encode())


@every("reason", list(ProcessingErrorReason.__members__))
def test_every_reason_comes_through(reason: str) -> None:
    """As Google writes it."""
    status = read(ga4("FAILED", [counted(reason, 1, [0])])).ga4
    assert status is not None
    (error,) = status.errors
    assert (error.reason, error.count, error.indices) == (reason, 1, frozenset({0}))


@pytest.mark.parametrize("status", list(RequestStatusPerDestination.RequestStatus.__members__))
def test_every_status_comes_through(status: str) -> None:
    """At either destination."""
    found = read(answer(at(ADS_PLACE, status), at(GA4_PLACE, status)))
    assert found.ga4 is not None
    assert found.ads is not None
    assert (found.ga4.status, found.ads.status) == (status, status)


@pytest.mark.parametrize(
    ("place", "is_ga4"),
    [
        ({"reference": "ga4"}, True),
        ({"reference": "ads"}, False),
        ({"operatingAccount": {"accountType": "GOOGLE_ANALYTICS_PROPERTY"}}, True),
        ({"operatingAccount": {"accountType": "GOOGLE_ADS"}}, False),
        ({"operatingAccount": {"accountType": "FLOODLIGHT_CONFIG"}}, False),
    ],
)
def test_a_destination_is_known_by_its_account_or_its_reference(
    place: Json, *, is_ga4: bool
) -> None:
    """Beside another one."""
    found = read(answer(at({"reference": "other"}, "FAILED"), at(place, "SUCCESS")))
    assert (found.ga4 is not None) is is_ga4


def test_the_only_destination_is_ga4s_where_nothing_says_so() -> None:
    """Only what goes there is looked up."""
    assert read(answer({"requestStatus": "SUCCESS"})).ga4 is not None


def test_what_else_an_answer_holds_is_passed_over() -> None:
    """Fields of later versions, and null for what is absent."""
    status = at(GA4_PLACE, "SUCCESS") | {
        "eventsIngestionStatus": {"recordCount": "5"},
        "later": [{}],
        "errorInfo": None,
        "warningInfo": {"warningCounts": None},
    }
    assert read(answer(status) | {"other": 1}).ga4 is not None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff",
        b"<html>jane@example.com</html>",
        b'{"requestStatusPerDestination": {}}',
        b'{"requestStatusPerDestination": ["SUCCESS"]}',
        b'{"requestStatusPerDestination": [{"requestStatus": 3}]}',
        b'{"requestStatusPerDestination": [{"requestStatus": "of jane@example.com"}]}',
        b'{"requestStatusPerDestination": [{"errorInfo": []}]}',
        of_error(b'"recordCount": "x"'),
        of_error(b'"recordCount": -1'),
        of_error(b'"recordIndices": [1.5]'),
        of_error(b'"recordIndices": [-1]'),
        of_error(b'"reason": "jane@example.com"'),
        b"[" * 100_000,
    ],
)
def test_what_is_no_status_is_refused_by_its_place(body: bytes) -> None:
    """Nothing that it holds is repeated."""
    with pytest.raises(UnreadableStatusError, match=r"^unreadable status: ") as caught:
        read_status(body)
    assert "jane" not in str(caught.value)
