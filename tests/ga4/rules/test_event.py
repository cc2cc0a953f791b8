"""Rules for the events of a request and their keys."""

from tests.ga4.payloads import NOW_MICROS, Case, request, said, table

_EVENT = {"name": "tutorial_begin"}


@table(
    Case("without params", "an event may have none", request(events=[_EVENT]), []),
    Case(
        "with a time",
        "beside the name",
        request(events=[_EVENT | {"timestamp_micros": NOW_MICROS}]),
        [],
    ),
    Case("24 events", "one below the limit", request(events=[_EVENT] * 24), []),
    Case("25 events", "the limit", request(events=[_EVENT] * 25), []),
    Case(
        "26 events",
        "one above the limit",
        request(events=[_EVENT] * 26),
        ["error events EXCEEDED_MAX_ENTITIES"],
    ),
    Case(
        "none",
        "without any, leave the key out",
        request(events=[]),
        ["error events VALUE_REQUIRED"],
    ),
    Case("an object", "an array", request(events=_EVENT), ["error events VALUE_INVALID"]),
    Case("null", "an array", request(events=None), ["error events VALUE_INVALID"]),
    Case(
        "text among them",
        "an event is an object",
        request(events=[_EVENT, "login"]),
        ["error events[1] VALUE_INVALID"],
    ),
    Case(
        "a misspelt key",
        "the validation server refuses unknown keys",
        request(events=[{"names": "login"}]),
        ["error events[0].names VALUE_INVALID", "error events[0].name VALUE_REQUIRED"],
    ),
    Case(
        "items beside the name",
        "items belongs in params",
        request(events=[_EVENT | {"items": []}]),
        ["error events[0].items VALUE_INVALID"],
    ),
    Case(
        "params of a wrong type",
        "params is an object",
        request(events=[_EVENT | {"params": []}]),
        ["error events[0].params VALUE_INVALID"],
    ),
    Case(
        "params null",
        "nothing documents null",
        request(events=[_EVENT | {"params": None}]),
        ["error events[0].params VALUE_INVALID"],
    ),
    Case(
        "an old event",
        "its own time counts",
        request(events=[_EVENT | {"timestamp_micros": 0}]),
        ["error events[0].timestamp_micros VALUE_OUT_OF_BOUNDS"],
    ),
)
def test_events(case: Case) -> None:
    """A request has 1 to 25 events, each an object of name, params and time."""
    assert case.said == said(case.request), case.reason


def test_every_event_is_looked_at() -> None:
    """Findings tell which event they are about."""
    events = [_EVENT, {"name": "error"}, {"name": "login", "params": {"method": None}}]

    assert said(request(events=events)) == [
        "error events[1].name NAME_RESERVED",
        "error events[2].params.method VALUE_INVALID",
    ]
