"""Reading a provider's JSON: a failure names the path and never the value."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.decoding import Expanded, Reference, id_of, read, read_tolerant
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
            b'{"part": {"amount": "5"}}', "", "part.amount: expected a whole number", id="a text"
        ),
        pytest.param(
            b'{"part": {"amount": 5.5}}', "", "part.amount: expected a whole number", id="a float"
        ),
        pytest.param(
            b'{"part": {"amount": true}}', "", "part.amount: expected a whole number", id="a bool"
        ),
        pytest.param(
            b'{"part": {"amount": null}}', "", "part.amount: expected a whole number", id="a null"
        ),
        pytest.param(
            b'{"part": {}}',
            "data.object",
            "data.object.part.amount: missing, expected a whole number",
            id="a missing field, below another path",
        ),
        pytest.param(
            b'{"part": {"amount": 1}, "parts": [{"amount": 1}, {"amount": []}]}',
            "",
            "parts[1].amount: expected a whole number",
            id="within a list",
        ),
        pytest.param(b"[]", "", "body: expected an object", id="no object"),
        pytest.param(b"[]", "data", "data: expected an object", id="no object there"),
        pytest.param(b"", "", "body: Input data was truncated", id="empty"),
        pytest.param(b'{"part"', "", "body: Input data was truncated", id="cut off"),
    ],
)
def test_a_failure_says_where_and_what_kind(body: bytes, at: str, problem: str) -> None:
    """Enough to find the field in the provider's own dashboard."""
    with pytest.raises(UnusableError) as caught:
        read(body, _Whole, at=at)

    assert problem == str(caught.value)


def test_every_bad_field_is_named_at_once() -> None:
    """Who corrects a body needs one look, not one for each field."""
    with pytest.raises(UnusableError) as caught:
        read(b'{"part": {}, "parts": [{"amount": "jane"}], "reference": 7}', _Whole, at="data")

    assert str(caught.value) == (
        "data.part.amount: missing, expected a whole number;"
        " data.parts[0].amount: expected a whole number;"
        " data.reference: expected text or an object"
    )


@pytest.mark.parametrize("at", ["", "data"])
def test_parts_that_can_be_done_without_are_left_out_at_once(at: str) -> None:
    """Each leaves one note, with its first bad field."""
    prefix = f"{at}." if at else ""
    body = b'{"part": {"amount": 5}, "parts": [{"amount": "a"}, {}], "reference": 7}'

    found, notes = read_tolerant(body, _Whole, ("reference", "parts"), at=at)

    assert found == _Whole(_Part(5))
    assert notes == (
        f"{prefix}parts[0].amount: expected a whole number",
        f"{prefix}reference: expected text or an object",
    )


def test_of_a_body_that_is_rejected_what_is_needed_is_named_first() -> None:
    """What could have been left out is named too."""
    body = b'{"reference": 7, "parts": 5, "part": {"amount": "a"}}'

    with pytest.raises(UnusableError) as caught:
        read_tolerant(body, _Whole, ("parts",))

    assert str(caught.value) == (
        "part.amount: expected a whole number; reference: expected text or an object;"
        " parts: expected a list"
    )


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

    assert str(caught.value) == "part.amount: expected a whole number"


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
