"""Reading a provider's JSON: a failure names the path and never the value."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.decoding import Expanded, Reference, id_of, read
from shared.errors import UnusableError
from tests.support.strategies import JSON


class _Part(msgspec.Struct):
    amount: int


class _Whole(msgspec.Struct):
    part: _Part
    parts: list[_Part] = []
    reference: Reference = None


def test_unknown_fields_are_passed_over() -> None:
    """Providers add fields every month."""
    assert read(b'{"part": {"amount": 5, "new": 1}, "newer": []}', _Whole) == _Whole(_Part(5))


@pytest.mark.parametrize(
    ("body", "at", "problem"),
    [
        pytest.param(
            b'{"part": {"amount": "5"}}', "", "part.amount: Expected int, got str", id="a text"
        ),
        pytest.param(
            b'{"part": {"amount": 5.5}}', "", "part.amount: Expected int, got float", id="a float"
        ),
        pytest.param(
            b'{"part": {"amount": true}}', "", "part.amount: Expected int, got bool", id="a bool"
        ),
        pytest.param(
            b'{"part": {"amount": null}}', "", "part.amount: Expected int, got null", id="a null"
        ),
        pytest.param(
            b'{"part": {}}',
            "data.object",
            "data.object.part: Object missing required field amount",
            id="a missing field, below another path",
        ),
        pytest.param(
            b'{"part": {"amount": 1}, "parts": [{"amount": 1}, {"amount": []}]}',
            "",
            "parts[1].amount: Expected int, got array",
            id="within a list",
        ),
        pytest.param(b"[]", "", "body: Expected object, got array", id="no object"),
        pytest.param(b"[]", "data", "data: Expected object, got array", id="no object there"),
        pytest.param(b"", "", "body: Input data was truncated", id="empty"),
        pytest.param(b'{"part"', "", "body: Input data was truncated", id="cut off"),
    ],
)
def test_a_failure_says_where_and_what_kind(body: bytes, at: str, problem: str) -> None:
    """Enough to find the field in the provider's own dashboard."""
    with pytest.raises(UnusableError) as caught:
        read(body, _Whole, at=at)

    assert problem == str(caught.value)


@pytest.mark.parametrize(
    "body", [b"\xff", b'"\xff"', b'{"part": "\xff"}', b"\xef\xbb\xbf{}", b'{"p\xff": 1}']
)
def test_bytes_that_are_no_text_are_unusable(body: bytes) -> None:
    """UnicodeDecodeError is a ValueError and no error of ours."""
    with pytest.raises(UnusableError):
        read(body, _Whole)


def test_json_nested_too_deeply_is_unusable() -> None:
    """RecursionError is no error of ours either."""
    with pytest.raises(UnusableError, match=r"^body: nested too deeply$"):
        read(b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", _Whole)


@given(st.binary())
def test_any_bytes_are_read_or_unusable(body: bytes) -> None:
    """Reading is total."""
    with pytest.raises(UnusableError):
        read(body, _Whole)


@given(JSON)
def test_no_failure_repeats_a_value(value: object) -> None:
    """A text of the payload may be somebody's name."""
    body = msgspec.json.encode({"part": {"amount": ["jane@example.com", value]}})

    with pytest.raises(UnusableError) as caught:
        read(body, _Whole)

    assert str(caught.value) == "part.amount: Expected int, got array"


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        pytest.param("pi_1", "pi_1", id="an id"),
        pytest.param(Expanded("pi_1"), "pi_1", id="an expanded object"),
        pytest.param(None, None, id="none"),
        pytest.param("", None, id="an empty id"),
        pytest.param(Expanded(""), None, id="an expanded object with an empty id"),
    ],
)
def test_a_reference_is_an_id_however_it_was_sent(reference: Reference, found: str | None) -> None:
    """The shop decides what is expanded."""
    assert found == id_of(reference)
