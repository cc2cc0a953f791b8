"""Every limit at its edge: one below, at it, one above."""

from collections.abc import Callable
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from shared.ga4 import limits
from shared.ga4.findings import Level
from shared.ga4.validation import validate
from tests.ga4.payloads import NOW, NOW_MICROS, event, item, purchase, request

_Maker = Callable[[int], dict[str, Any]]
_HASH = "0a" * 32


def _edge(name: str, limit: int, make: _Maker, code: str) -> ParameterSet:
    return pytest.param(limit, make, code, id=name)


def _text_in(name: str) -> _Maker:
    return lambda n: event(**{name: "u" * n})


_EDGES = [
    _edge(
        "events",
        limits.EVENTS_PER_REQUEST,
        lambda n: request(events=[{"name": "login"}] * n),
        "EXCEEDED_MAX_ENTITIES",
    ),
    _edge(
        "event name",
        limits.EVENT_NAME_LENGTH,
        lambda n: event("e" * n),
        "NAME_INVALID",
    ),
    _edge(
        "params",
        limits.PARAMS_PER_EVENT,
        lambda n: event(**{f"p{index}": index for index in range(n)}),
        "EXCEEDED_MAX_ENTITIES",
    ),
    _edge(
        "param name",
        limits.PARAM_NAME_LENGTH,
        lambda n: event(**{"p" * n: 1}),
        "NAME_INVALID",
    ),
    _edge(
        "param value",
        limits.PARAM_VALUE_LENGTH,
        lambda n: event(note="ü" * n),
        "VALUE_OUT_OF_BOUNDS",
    ),
    *(
        _edge(name, limit, _text_in(name), "VALUE_OUT_OF_BOUNDS")
        for name, limit in limits.LONGER_PARAM_VALUES.items()
    ),
    _edge(
        "items",
        limits.ITEMS_PER_EVENT,
        lambda n: purchase(items=[item()] * n),
        "EXCEEDED_MAX_ENTITIES",
    ),
    _edge(
        "item field name",
        limits.PARAM_NAME_LENGTH,
        lambda n: purchase(items=[item(**{"p" * n: 1})]),
        "NAME_INVALID",
    ),
    _edge(
        "item field value",
        limits.PARAM_VALUE_LENGTH,
        lambda n: purchase(items=[item(item_name="u" * n)]),
        "VALUE_OUT_OF_BOUNDS",
    ),
    _edge(
        "custom item fields",
        limits.ITEM_CUSTOM_PARAMS,
        lambda n: purchase(items=[item(**{f"p{index}": index for index in range(n)})]),
        "EXCEEDED_MAX_ENTITIES",
    ),
    _edge(
        "user properties",
        limits.USER_PROPERTIES_PER_REQUEST,
        lambda n: request(user_properties={f"p{index}": {"value": 1} for index in range(n)}),
        "EXCEEDED_MAX_ENTITIES",
    ),
    _edge(
        "user property name",
        limits.USER_PROPERTY_NAME_LENGTH,
        lambda n: request(user_properties={"p" * n: {"value": 1}}),
        "NAME_INVALID",
    ),
    _edge(
        "user property value",
        limits.USER_PROPERTY_VALUE_LENGTH,
        lambda n: request(user_properties={"plan": {"value": "u" * n}}),
        "VALUE_OUT_OF_BOUNDS",
    ),
    _edge(
        "user id",
        limits.USER_ID_LENGTH,
        lambda n: request(user_id="u" * n),
        "VALUE_OUT_OF_BOUNDS",
    ),
    _edge(
        "emails",
        limits.USER_DATA_EMAILS,
        lambda n: request(user_id="u-1", user_data={"sha256_email_address": [_HASH] * n}),
        "EXCEEDED_MAX_ENTITIES",
    ),
    _edge(
        "phones",
        limits.USER_DATA_PHONES,
        lambda n: request(user_id="u-1", user_data={"sha256_phone_number": [_HASH] * n}),
        "EXCEEDED_MAX_ENTITIES",
    ),
    _edge(
        "addresses",
        limits.USER_DATA_ADDRESSES,
        lambda n: request(user_id="u-1", user_data={"address": [{"country": "DE"}] * n}),
        "EXCEEDED_MAX_ENTITIES",
    ),
    _edge(
        "age",
        limits.BACKDATING_MICROS,
        lambda n: request(timestamp_micros=NOW_MICROS - n),
        "VALUE_OUT_OF_BOUNDS",
    ),
]


def _errors(payload: dict[str, Any]) -> list[str]:
    findings = validate(payload, now=NOW)
    return [finding.code for finding in findings if finding.level is Level.ERROR]


@pytest.mark.parametrize(("limit", "make", "code"), _EDGES)
def test_edge(limit: int, make: _Maker, code: str) -> None:
    """Up to a limit nothing is wrong, and one beyond it one thing is."""
    assert _errors(make(limit - 1)) == []
    assert _errors(make(limit)) == []
    assert _errors(make(limit + 1)) == [code]
