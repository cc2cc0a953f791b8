"""Rules for the parameters of an event: how many, types, which are required."""

from decimal import Decimal

import pytest

from tests.ga4.payloads import (
    LEFT_OUT,
    NOW_MICROS,
    Case,
    app_request,
    event,
    item,
    purchase,
    request,
    said,
    table,
)

_PARAMS = "events[0].params"
_X = f"error {_PARAMS}.x VALUE_INVALID"


@table(
    Case("text", "strings and numbers", event(x="y"), []),
    Case("empty text", "nothing forbids it", event(x=""), []),
    Case("whole", "strings and numbers", event(x=7), []),
    Case("fraction", "strings and numbers", event(x=-0.5), []),
    Case("decimal", "an exact number is a number", event(x=Decimal("19.90")), []),
    Case("huge", "a number of any size", event(x=10**400), []),
    Case("null", "not documented anywhere", event(x=None), [_X]),
    Case("true", "booleans appear in debug_mode and in_app_purchase only", event(x=True), [_X]),
    Case("object", "no nesting", event(x={"y": 1}), [_X]),
    Case("array", "only items is an array", event(x=["y"]), [_X]),
    Case("not a number", "not JSON", event(x=float("nan")), [_X]),
    Case("infinite", "not JSON", event(x=float("-inf")), [_X]),
    Case("infinite decimal", "not JSON", event(x=Decimal("Infinity")), [_X]),
    Case("signalling", "not JSON", event(x=Decimal("sNaN")), [_X]),
    Case("half a character", "UTF-8", event(x="a\ud83d"), [_X]),
    Case("a whole character", "UTF-8", event(x="a😀"), []),
    Case("something else", "not JSON", event(x=b"y"), [_X]),
)
def test_value(case: Case) -> None:
    """A parameter is text or a finite number."""
    assert case.said == said(case.request), case.reason


@pytest.mark.parametrize(
    ("name", "most"),
    [("x", 100), ("page_title", 300), ("page_referrer", 420), ("page_location", 1000)],
)
def test_length(name: str, most: int) -> None:
    """A text has at most 100 characters, that of some names more; characters, not bytes."""
    for length in (most - 1, most):
        assert said(event(**{name: "ü" * length})) == []

    assert said(event(**{name: "ü" * (most + 1)})) == [
        f"error {_PARAMS}.{name} VALUE_OUT_OF_BOUNDS"
    ]


@pytest.mark.parametrize(
    ("name", "most"), [("x", 500), ("page_title", 500), ("page_location", 1000)]
)
def test_length_360(name: str, most: int) -> None:
    """In a 360 property a text has at most 500 characters, unless more are allowed anyway."""
    assert said(event(**{name: "u" * most}), limit_360=True) == []
    assert said(event(**{name: "u" * (most + 1)}), limit_360=True) == [
        f"error {_PARAMS}.{name} VALUE_OUT_OF_BOUNDS"
    ]


@pytest.mark.parametrize(
    ("count", "expected"), [(24, []), (25, []), (26, [f"error {_PARAMS} EXCEEDED_MAX_ENTITIES"])]
)
def test_count(count: int, expected: list[str]) -> None:
    """An event has at most 25 parameters."""
    assert said(event(**{f"p{index}": index for index in range(count)})) == expected


def test_count_includes_items() -> None:
    """Items count as one parameter."""
    params = {f"p{index}": index for index in range(22)}

    assert said(purchase(**params)) == [f"error {_PARAMS} EXCEEDED_MAX_ENTITIES"]


@table(
    Case(
        "level as text",
        "a number",
        event("level_up", level="3"),
        [f"error {_PARAMS}.level VALUE_INVALID"],
    ),
    Case(
        "method as number",
        "text",
        event("login", method=1),
        [f"error {_PARAMS}.method VALUE_INVALID"],
    ),
    Case("level elsewhere", "a custom parameter may be either", event("login", level="3"), []),
    Case(
        "price sign",
        "a number, not text",
        purchase(tax="$19"),
        [f"error {_PARAMS}.tax VALUE_INVALID"],
    ),
    Case(
        "shipping as digits",
        "a number, not text",
        purchase(shipping="4.90"),
        [f"error {_PARAMS}.shipping VALUE_INVALID"],
    ),
    Case(
        "tax true", "true is no number", purchase(tax=True), [f"error {_PARAMS}.tax VALUE_INVALID"]
    ),
    Case(
        "transaction as number",
        "text",
        purchase(transaction_id=1001),
        [f"error {_PARAMS}.transaction_id VALUE_INVALID"],
    ),
    Case(
        "affiliation",
        "on items only",
        event(affiliation="x"),
        [f"advice {_PARAMS}.affiliation NAME_INVALID"],
    ),
)
def test_type(case: Case) -> None:
    """The parameters of recommended events have types."""
    assert case.said == said(case.request), case.reason


@table(
    Case(
        "search",
        "search_term is required",
        event("search"),
        [f"error {_PARAMS}.search_term VALUE_REQUIRED"],
    ),
    Case(
        "search for nothing",
        "blank is nothing",
        event("search", search_term=" "),
        [f"error {_PARAMS}.search_term VALUE_REQUIRED"],
    ),
    Case(
        "score", "score is required", event("post_score"), [f"error {_PARAMS}.score VALUE_REQUIRED"]
    ),
    Case("a score of 0", "zero is something", event("post_score", score=0), []),
    Case(
        "no params at all",
        "as if they were empty",
        request(events=[{"name": "search"}]),
        [f"error {_PARAMS}.search_term VALUE_REQUIRED"],
    ),
    Case(
        "purchase",
        "a purchase is nothing without its id",
        purchase(transaction_id=LEFT_OUT),
        [f"error {_PARAMS}.transaction_id VALUE_REQUIRED"],
    ),
    Case(
        "purchase without items",
        "a provider's event often carries none",
        purchase(items=LEFT_OUT),
        [f"advice {_PARAMS}.items VALUE_REQUIRED"],
    ),
    Case(
        "purchase with empty items",
        "the same",
        purchase(items=[]),
        [f"advice {_PARAMS}.items VALUE_REQUIRED"],
    ),
    Case(
        "cart without items",
        "items are required",
        event("add_to_cart", value=1, currency="EUR"),
        [f"error {_PARAMS}.items VALUE_REQUIRED"],
    ),
    Case(
        "cart with empty items",
        "items are required",
        event("add_to_cart", value=1, currency="EUR", items=[]),
        [f"error {_PARAMS}.items VALUE_REQUIRED"],
    ),
    Case(
        "cart without value",
        "the Event Builder wants it",
        event("add_to_cart", items=[item()]),
        [f"advice {_PARAMS}.value VALUE_REQUIRED"],
    ),
    Case(
        "refund without items",
        "items are optional there",
        event("refund", transaction_id="O-1", value=1, currency="EUR"),
        [],
    ),
    Case(
        "refund without id",
        "matched by it",
        event("refund", value=1, currency="EUR"),
        [f"error {_PARAMS}.transaction_id VALUE_REQUIRED"],
    ),
    Case(
        "select_item",
        "the Event Builder wants items",
        event("select_item"),
        [f"advice {_PARAMS}.items VALUE_REQUIRED"],
    ),
    Case(
        "lead",
        "the Event Builder wants value",
        event("generate_lead"),
        [f"advice {_PARAMS}.value VALUE_REQUIRED"],
    ),
    Case("later lead", "the Event Builder does not know it", event("qualify_lead"), []),
)
def test_required(case: Case) -> None:
    """What Google requires is an error to leave out; what its builder wants is advice."""
    assert case.said == said(case.request), case.reason


def test_booleans_of_apps() -> None:
    """An app's purchase has booleans."""
    params = {"currency": "EUR", "value": 1, "subscription": True, "free_trial": False}
    events = [{"name": "in_app_purchase", "params": params}]
    texts = [{"name": "in_app_purchase", "params": params | {"free_trial": "no"}}]

    assert said(app_request(events=events), "app") == []
    assert said(app_request(events=texts), "app") == [f"error {_PARAMS}.free_trial VALUE_INVALID"]


def test_time_among_the_parameters() -> None:
    """Google's pages disagree on where an event's time goes; beside the name is advised."""
    place = f"{_PARAMS}.timestamp_micros"

    assert said(event(timestamp_micros=NOW_MICROS)) == [f"advice {place} NAME_INVALID"]
    assert said(event(timestamp_micros=NOW_MICROS + 1)) == [
        f"error {place} VALUE_OUT_OF_BOUNDS",
        f"advice {place} NAME_INVALID",
    ]
