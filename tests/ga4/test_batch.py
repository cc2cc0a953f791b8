"""Which events share a request, and in which order they leave."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shared.ga4.batch import batches
from shared.ga4.limits import BODY_BYTES, EVENTS_PER_REQUEST
from shared.ga4.payload import AppRequest, Event, Request, WebRequest, as_json, encode
from shared.ga4.user import Consent


def request(client: str = "1.2", name: str = "purchase", **fields: object) -> WebRequest:
    """Return a request with one event."""
    return WebRequest(client_id=client, events=[Event(name)], **fields)  # type: ignore[arg-type]


def names(found: list[Request]) -> list[list[str]]:
    """Return the names of the events of each request."""
    return [[event.name for event in each.events] for each in found]


def test_neighbours_of_one_user_share_a_request() -> None:
    """Two events of the same user and consent travel together."""
    found = list(batches([request(name="a"), request(name="b")]))

    assert names(found) == [["a", "b"]]


def test_another_user_starts_a_new_request() -> None:
    """An event never travels under another user's id."""
    found = list(batches([request("1.1", "a"), request("2.2", "b"), request("1.1", "c")]))

    assert names(found) == [["a"], ["b"], ["c"]]


def test_another_consent_starts_a_new_request() -> None:
    """What one event may be used for says nothing of the next."""
    found = list(batches([request(consent=Consent("GRANTED")), request(consent=Consent("DENIED"))]))

    assert len(found) == 2


def test_another_stream_starts_a_new_request() -> None:
    """An app's event and a browser's have different ids, whatever these are."""
    app = AppRequest(app_instance_id="0" * 32, events=[Event("b")])

    assert names(list(batches([request(name="a"), app]))) == [["a"], ["b"]]


def test_a_request_holds_25_events() -> None:
    """The 26th event starts a new request."""
    found = list(batches(request() for _ in range(51)))

    assert [len(each.events) for each in found] == [25, 25, 1]


def test_the_time_of_a_request_moves_into_its_events() -> None:
    """Events of different times share a request, each with its own."""
    first = request(name="a", timestamp_micros=1)
    second = WebRequest(client_id="1.2", timestamp_micros=2, events=[Event("b"), Event("c", {}, 3)])

    (found,) = batches([first, second])

    assert found.timestamp_micros is None
    assert [event.timestamp_micros for event in found.events] == [1, 2, 3]


def test_a_request_that_is_too_large_comes_out_alone() -> None:
    """Nothing is dropped here: validation refuses it, by name."""
    large = WebRequest(client_id="1.2", events=[Event("a", {"p": "x" * BODY_BYTES})])

    assert names(list(batches([request(name="b"), large, request(name="c")]))) == [
        ["b"],
        ["a"],
        ["c"],
    ]


@given(
    st.lists(
        st.tuples(st.sampled_from(["1.1", "2.2"]), st.integers(0, 40_000), st.booleans()),
        max_size=60,
    )
)
def test_every_batch_is_within_the_limits_and_the_order_is_kept(
    drawn: list[tuple[str, int, bool]],
) -> None:
    """No event is lost, doubled or overtaken; no request is over a limit or could have grown."""
    given_requests = [
        WebRequest(
            client_id=client,
            consent=Consent("GRANTED") if granted else None,
            events=[Event(f"e{at}", {"p": "x" * size})],
        )
        for at, (client, size, granted) in enumerate(drawn)
    ]

    found = list(batches(given_requests))

    assert [event for each in found for event in each.events] == [
        event for each in given_requests for event in each.events
    ]
    for each in found:
        assert len(each.events) <= EVENTS_PER_REQUEST
        assert len(encode(as_json(each))) < BODY_BYTES
    for before, after in pairwise(found):
        alike = (before.client_id, before.consent) == (after.client_id, after.consent)  # type: ignore[attr-defined]
        full = len(before.events) == EVENTS_PER_REQUEST
        large = len(encode(as_json(before))) + len(encode(as_json(after))) > BODY_BYTES / 2
        assert not alike or full or large
