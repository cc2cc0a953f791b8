"""Rules for the names of events, parameters and user properties."""

import pytest

from shared.ga4 import limits
from tests.ga4.payloads import Case, app_request, event, item, purchase, request, said, table

_PLACE = "events[0].name"
_INVALID = [f"error {_PLACE} NAME_INVALID"]


@table(
    Case("recommended", "one of Google's", event("login"), []),
    Case("custom", "any other", event("kiosk_opened_2"), []),
    Case("capitals", "names are case-sensitive", event("Error"), []),
    Case("40 characters", "the limit", event("e" * 40), []),
    Case("41 characters", "at most 40", event("e" * 41), _INVALID),
    Case("a space", "letters, digits, underscore", event("in store"), _INVALID),
    Case("a hyphen", "letters, digits, underscore", event("in-store"), _INVALID),
    Case("an accent", "letters of ASCII", event("café"), _INVALID),
    Case("a digit first", "starts with a letter", event("2nd_order"), _INVALID),
    Case("an underscore first", "starts with a letter", event("_order"), _INVALID),
    Case("a line end", "the whole name counts", event("login\n"), _INVALID),
    Case("empty", "it is required", event(""), [f"error {_PLACE} VALUE_REQUIRED"]),
    Case("null", "it is required", event(None), [f"error {_PLACE} VALUE_REQUIRED"]),
    Case("a number", "it is text", event(7), [f"error {_PLACE} VALUE_INVALID"]),
)
def test_event_name(case: Case) -> None:
    """An event's name is a short word of ASCII."""
    assert case.said == said(case.request), case.reason


def test_reserved_events() -> None:
    """Every reserved event name is refused, which Google's own server does for some only."""
    for name in limits.RESERVED_EVENTS:
        assert [f"error {_PLACE} NAME_RESERVED"] == said(event(name)), name


@pytest.mark.parametrize("name", sorted(limits.APP_ONLY_EVENTS))
def test_app_events(name: str) -> None:
    """The three events of apps are refused on web streams and taken on app streams."""
    events = [{"name": name}]

    assert [f"error {_PLACE} NAME_RESERVED"] == said(request(events=events))
    assert said(app_request(events=events), "app") == []


@pytest.mark.parametrize(
    "name", sorted(limits.COLLECTED_EVENTS - limits.RESERVED_EVENTS - limits.APP_ONLY_EVENTS)
)
def test_collected_events(name: str) -> None:
    """What the tag collects by itself on the web may be sent, but is advised against."""
    assert [f"advice {_PLACE} NAME_RESERVED"] == said(event(name))
    assert said(app_request(events=[{"name": name}]), "app") == []


def _named(name: str) -> dict[str, object]:
    return event(**{name: "x"})


_PARAMS = "events[0].params"


@table(
    Case("custom", "any name of that shape", _named("Store_7"), []),
    Case("40 characters", "the limit", _named("p" * 40), []),
    Case(
        "41 characters",
        "at most 40",
        _named("p" * 41),
        [f"error {_PARAMS}.<name of 41 characters> NAME_INVALID"],
    ),
    Case(
        "a space",
        "letters, digits, underscore",
        _named("a b"),
        [f"error {_PARAMS}.<name of 3 characters> NAME_INVALID"],
    ),
    Case(
        "a dot",
        "letters, digits, underscore",
        _named("a.b"),
        [f"error {_PARAMS}.<name of 3 characters> NAME_INVALID"],
    ),
    Case(
        "an underscore first",
        "a reserved prefix",
        _named("_x"),
        [f"error {_PARAMS}._x NAME_RESERVED"],
    ),
    Case(
        "firebase_",
        "a reserved prefix",
        _named("firebase_x"),
        [f"error {_PARAMS}.firebase_x NAME_RESERVED"],
    ),
    Case("ga_", "a reserved prefix", _named("ga_x"), [f"error {_PARAMS}.ga_x NAME_RESERVED"]),
    Case(
        "google_",
        "a reserved prefix",
        _named("google_x"),
        [f"error {_PARAMS}.google_x NAME_RESERVED"],
    ),
    Case(
        "gtag.",
        "a reserved prefix",
        _named("gtag.x"),
        [f"error {_PARAMS}.<name of 6 characters> NAME_RESERVED"],
    ),
    Case("ga without underscore", "no prefix", _named("gaming"), []),
    Case(
        "firebase_conversion",
        "a reserved name",
        _named("firebase_conversion"),
        [f"error {_PARAMS}.firebase_conversion NAME_RESERVED"],
    ),
    Case(
        "google_business_vertical",
        "in Google's own samples",
        _named("google_business_vertical"),
        [],
    ),
    Case(
        "in an item",
        "in Google's own samples",
        purchase(items=[item(google_business_vertical="retail")]),
        [],
    ),
    Case(
        "in an item too",
        "the same prefixes",
        purchase(items=[item(ga_x="y")]),
        [f"error {_PARAMS}.items[0].ga_x NAME_RESERVED"],
    ),
    Case(
        "in an item, malformed",
        "the same shape",
        purchase(items=[item(**{"1x": "y"})]),
        [f"error {_PARAMS}.items[0].<name of 2 characters> NAME_INVALID"],
    ),
)
def test_param_name(case: Case) -> None:
    """A parameter's name is a short word of ASCII without a reserved prefix."""
    assert case.said == said(case.request), case.reason


def _property(name: object) -> dict[str, object]:
    return request(user_properties={name: {"value": "x"}})


@table(
    Case("custom", "any name of that shape", _property("plan"), []),
    Case("24 characters", "the limit", _property("p" * 24), []),
    Case(
        "25 characters",
        "at most 24",
        _property("p" * 25),
        [f"error user_properties.{'p' * 25} NAME_INVALID"],
    ),
    Case(
        "a space",
        "letters, digits, underscore",
        _property("a b"),
        ["error user_properties.<name of 3 characters> NAME_INVALID"],
    ),
    Case(
        "an underscore first",
        "a reserved prefix",
        _property("_x"),
        ["error user_properties._x NAME_RESERVED"],
    ),
    Case(
        "google_",
        "a reserved prefix",
        _property("google_x"),
        ["error user_properties.google_x NAME_RESERVED"],
    ),
    Case(
        "customer_id",
        "GA4 keeps it for itself",
        _property("customer_id"),
        ["advice user_properties.customer_id NAME_RESERVED"],
    ),
    Case(
        "a number",
        "a name is text",
        _property(7),
        ["error user_properties.<a number> NAME_INVALID"],
    ),
)
def test_user_property_name(case: Case) -> None:
    """A user property's name is a word of at most 24 characters."""
    assert case.said == said(case.request), case.reason


@pytest.mark.parametrize("name", sorted(limits.RESERVED_USER_PROPERTIES))
def test_reserved_user_properties(name: str) -> None:
    """Every reserved name is refused."""
    assert [f"error user_properties.{name} NAME_RESERVED"] == said(_property(name))
