"""What is wrong with some JSON: every field, in words, and never a value."""

import inspect
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.device import Device
from shared.errors import UnusableError
from shared.faults import checked_by, faults_of, words_of
from shared.messages.billing_event import BillingEvent
from shared.messages.capture import Capture
from shared.messages.order_enrichment import OrderEnrichment
from shared.messages.server_event import ServerEvent
from shared.providers.paddle import objects as paddle
from shared.providers.shopify import objects as shopify
from shared.providers.stripe.options import StripeOptions
from tests.support.strategies import JSON

MESSAGES = (BillingEvent, Capture, OrderEnrichment, ServerEvent)


class _Size(StrEnum):
    SMALL = "s"
    LARGE = "l"


def _upper(text: str, path: str) -> None:
    if not text.isupper():
        raise UnusableError(path, "not upper case")


class _Part(msgspec.Struct, forbid_unknown_fields=True):
    size: _Size
    colour: Literal["red", "green", "blue", "black"] = "red"
    cost: Decimal | None = None


class _Whole(msgspec.Struct, rename={"named": "name"}):
    named: Annotated[str, msgspec.Meta(min_length=1, max_length=5)]
    part: _Part | None = None
    parts: Annotated[tuple[_Part, ...], msgspec.Meta(max_length=2)] = ()
    numbers: dict[str, Annotated[int, msgspec.Meta(ge=0, le=6)]] = {}
    code: Annotated[str, msgspec.Meta(extra=checked_by(_upper))] | None = None
    share: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.5
    at: datetime | None = None


CHECKED = {"captured_at", "code", "currency", "occurred_at", "transaction_id"}
GOOD = {"name": "a", "part": {"size": "s"}}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"name": ""}, ["name: expected text of 1 to 5 characters"], id="length"),
        pytest.param({"name": None}, ["name: expected text of 1 to 5 characters"], id="null"),
        pytest.param({"part": {}}, ["part.size: missing, expected s or l"], id="missing"),
        pytest.param({"part": 5}, ["part: expected an object"], id="no object"),
        pytest.param(
            {"part": {"size": "s", "new": 1}}, ["part: expected an object"], id="unknown field"
        ),
        pytest.param(
            {"part": {"size": "m", "colour": "pink"}},
            [
                "part.size: expected s or l",
                "part.colour: expected one of red, green, blue, black",
            ],
            id="two in one object",
        ),
        pytest.param(
            {"parts": [{"size": "s"}, {"size": 5}, 7]},
            ["parts[1].size: expected s or l", "parts[2]: expected an object"],
            id="in a list",
        ),
        pytest.param(
            {"parts": [{"size": "s"}] * 3},
            ["parts: expected a list of at most 2 entries"],
            id="many",
        ),
        pytest.param(
            {"numbers": {"jane": 7}},
            ["numbers[...]: expected a whole number from 0 to 6"],
            id="map",
        ),
        pytest.param(
            {"share": 1}, ["share: expected a number above 0 and below 1"], id="open bounds"
        ),
        pytest.param(
            {"at": "now", "share": "x"},
            [
                "share: expected a number above 0 and below 1",
                "at: expected a time with its zone, e.g. 2026-11-23T11:59:55Z",
            ],
            id="far apart",
        ),
        pytest.param({"part": None, "at": None, "newer": 1}, [], id="nothing"),
        pytest.param({"code": "c"}, ["code: not upper case"], id="a check beside the type"),
        pytest.param(
            {"code": "c", "share": 2},
            ["code: not upper case", "share: expected a number above 0 and below 1"],
            id="a check beside a wrong type",
        ),
    ],
)
def test_each_bad_field_is_named_with_what_is_expected(
    fields: dict[str, Any], expected: list[str]
) -> None:
    """By its path, in words."""
    raw = msgspec.json.encode({**GOOD, **fields})

    assert [f"{field}: {problem}" for field, problem in faults_of(raw, _Whole)] == expected


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        pytest.param(b"", "Input data was truncated", id="empty"),
        pytest.param(b"{", "Input data was truncated", id="cut off"),
        pytest.param(
            b'{"name": 5} jane', "JSON is malformed: trailing characters (byte 13)", id="and more"
        ),
        pytest.param(b'{"name": "\xff"}', "not UTF-8", id="not UTF-8"),
        pytest.param(b"[" * 100_000, "nested too deeply", id="nested"),
    ],
)
def test_what_is_no_json_is_one_fault(raw: bytes, problem: str) -> None:
    """None of its fields can be judged, even where one of them is wrong."""
    assert faults_of(raw, _Whole) == [("body", problem)]
    assert faults_of(raw, _Whole, at="data.object") == [("data.object", problem)]


@given(st.sampled_from([*MESSAGES, _Whole]), st.data())
def test_there_are_faults_where_reading_fails_and_nowhere_else(
    shape: type[msgspec.Struct], data: st.DataObject
) -> None:
    """Whatever stands in the fields; what a check asks of a value is not the type's."""
    names = [field.encode_name for field in msgspec.structs.fields(shape)]
    raw = msgspec.json.encode(data.draw(st.dictionaries(st.sampled_from(names), JSON)))
    try:
        msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError:
        assert faults_of(raw, shape)
    else:
        assert not dict(faults_of(raw, shape)).keys() - CHECKED


@given(st.sampled_from(MESSAGES), st.data())
def test_no_fault_repeats_a_value_or_shows_a_regular_expression(
    shape: type[msgspec.Struct], data: st.DataObject
) -> None:
    """A text of the row may be somebody's name."""
    names = [field.encode_name for field in msgspec.structs.fields(shape)]
    bad = st.sampled_from(["jane@example.com", ["jane"], {"jane": "jane"}, 1.5, -1])
    raw = msgspec.json.encode(data.draw(st.dictionaries(st.sampled_from(names), bad)))

    said = str(faults_of(raw, shape))

    assert "jane" not in said
    assert "[0-9]" not in said


@pytest.mark.parametrize("shape", [shopify.Major, paddle.Minor, Device, StripeOptions, *MESSAGES])
def test_every_pattern_is_described(shape: object) -> None:
    """Text of a certain form is asked for in words."""
    for part in _parts(shape, set()):
        if any(getattr(meta, "pattern", None) for meta in getattr(part, "__metadata__", ())):
            assert words_of(part) not in ("text", words_of(str))


def _parts(shape: object, seen: set[str]) -> list[object]:
    """Return a type and all that it is made of."""
    if str(shape) in seen:
        return []
    seen.add(str(shape))
    inner = list(getattr(shape, "__args__", ()))
    if inspect.isclass(shape) and issubclass(shape, msgspec.Struct):
        inner += [field.type for field in msgspec.structs.fields(shape)]
    return [shape, *(part for each in inner for part in _parts(each, seen))]
