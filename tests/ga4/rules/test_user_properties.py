"""Rules for user properties."""

from decimal import Decimal

import pytest

from tests.ga4.payloads import Case, request, said, table

_PLAN = "user_properties.plan"


def _plan(holder: object) -> dict[str, object]:
    return request(user_properties={"plan": holder})


@table(
    Case("text", "an object with a value", _plan({"value": "pro"}), []),
    Case("a number", "text or number", _plan({"value": Decimal("9.5")}), []),
    Case("none", "an empty object says nothing", request(user_properties={}), []),
    Case("bare", "never a bare scalar", _plan("pro"), [f"error {_PLAN} VALUE_INVALID"]),
    Case("null", "an object", _plan(None), [f"error {_PLAN} VALUE_INVALID"]),
    Case("no value", "value is required", _plan({}), [f"error {_PLAN}.value VALUE_REQUIRED"]),
    Case(
        "null value",
        "text or number",
        _plan({"value": None}),
        [f"error {_PLAN}.value VALUE_INVALID"],
    ),
    Case("true", "text or number", _plan({"value": True}), [f"error {_PLAN}.value VALUE_INVALID"]),
    Case("nested", "text or number", _plan({"value": {}}), [f"error {_PLAN}.value VALUE_INVALID"]),
    Case(
        "another key",
        "value and timestamp_micros",
        _plan({"value": 1, "set": 2}),
        [f"error {_PLAN}.set VALUE_INVALID"],
    ),
    Case("35 characters", "one below the limit", _plan({"value": "p" * 35}), []),
    Case("36 characters", "the limit", _plan({"value": "ü" * 36}), []),
    Case(
        "37 characters",
        "at most 36",
        _plan({"value": "p" * 37}),
        [f"error {_PLAN}.value VALUE_OUT_OF_BOUNDS"],
    ),
    Case(
        "an array",
        "an object by name",
        request(user_properties=[]),
        ["error user_properties VALUE_INVALID"],
    ),
    Case(
        "null for all",
        "an object by name",
        request(user_properties=None),
        ["error user_properties VALUE_INVALID"],
    ),
)
def test_user_property(case: Case) -> None:
    """A user property is an object with a value of at most 36 characters."""
    assert case.said == said(case.request), case.reason


@pytest.mark.parametrize(
    ("count", "expected"),
    [(24, []), (25, []), (26, ["error user_properties EXCEEDED_MAX_ENTITIES"])],
)
def test_count(count: int, expected: list[str]) -> None:
    """A request has at most 25 user properties."""
    properties = {f"p{index}": {"value": index} for index in range(count)}

    assert said(request(user_properties=properties)) == expected
