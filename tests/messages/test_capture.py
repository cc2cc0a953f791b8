"""Reading a capture: total, bounded, and every problem names its field."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.notes import Notes
from shared.errors import MalformedError
from shared.messages.capture import capture_time, read_capture
from tests.support.builders import NOW, SECONDS

JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
)
NAMES = st.sampled_from(
    ["references", "client_id", "session_id", "cookies", "consent", "captured_at"]
)


def moment(stated: object) -> datetime | None:
    """Return when a capture says it was made: within a day before NOW, or five minutes after."""
    raw = msgspec.json.encode({"references": ["ORD-9"], "captured_at": stated})
    earliest, latest = NOW - timedelta(days=1), NOW + timedelta(minutes=5)
    return capture_time(read_capture(raw, Notes()), earliest=earliest, latest=latest)


@given(st.dictionaries(NAMES | st.text(max_size=9), JSON))
def test_anything_is_read_or_its_problem_is_named(body: dict[str, Any]) -> None:
    """Nothing else is raised."""
    try:
        capture = read_capture(msgspec.json.encode(body), Notes())
        capture_time(capture, earliest=NOW, latest=NOW)
    except MalformedError as error:
        assert ": " in str(error)  # noqa: PT017 - and else nothing


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """JSON or not."""
    with pytest.raises(MalformedError):
        read_capture(raw, Notes())


def test_unknown_fields_are_ignored_and_named_once() -> None:
    """By names that can be nobody's; further ones without."""
    notes = Notes()

    read_capture(b'{"references": ["a"], "colour": 1, "colour": 2, "jane@shop.example": 3}', notes)

    assert list(notes) == ["colour: unknown, ignored", "further fields: unknown, ignored"]


def test_not_all_of_many_unknown_fields_are_named() -> None:
    """The log is not the sender's to fill."""
    notes = Notes()

    read_capture(
        msgspec.json.encode({"references": ["a"], **{f"x{n}": n for n in range(99)}}), notes
    )

    assert len(list(notes)) == 11


@pytest.mark.parametrize(
    "stated",
    [
        SECONDS,
        float(SECONDS),
        str(SECONDS),
        "2026-11-23T12:00:00Z",
        "2026-11-23T13:00:00+01:00",
    ],
)
def test_a_time_may_be_written_in_several_ways(stated: object) -> None:
    """RFC 3339 in any zone, or Unix seconds."""
    assert moment(stated) == NOW


@pytest.mark.parametrize("stated", [None, ""])
def test_no_time_is_none(stated: object) -> None:
    """A form sends an empty text."""
    assert moment(stated) is None


@pytest.mark.parametrize(
    "stated",
    ["2026-11-23T12:00:00", "2026-11-23", "yesterday", "9" * 30, "1e9", "٣", -1, 1e308, True, []],
)
def test_what_is_no_time_is_refused(stated: object) -> None:
    """By the field's name."""
    with pytest.raises(MalformedError, match=r"^captured_at: "):
        moment(stated)


@pytest.mark.parametrize(
    ("offset", "taken"),
    [
        (timedelta(minutes=5), True),
        (timedelta(minutes=5, seconds=1), False),
        (timedelta(days=-1), True),
        (timedelta(days=-1, seconds=-1), False),
    ],
)
def test_a_time_is_bounded_on_both_sides(offset: timedelta, *, taken: bool) -> None:
    """The bounds themselves are no offence."""
    stated = (NOW + offset).astimezone(UTC)
    if taken:
        assert moment(stated) == stated
        return
    with pytest.raises(MalformedError, match=r"^captured_at: "):
        moment(stated)


@pytest.mark.parametrize("answer", ["perhaps", False, True, 0, 1, {}, []])
def test_an_answer_that_is_neither_granted_nor_denied_is_refused(answer: object) -> None:
    """The sender hears at once: nothing is stored that could be a denial."""
    raw = msgspec.json.encode({"references": ["ORD-9"], "consent": {"analytics": answer}})

    with pytest.raises(MalformedError, match=r"consent\.analytics: neither granted nor denied"):
        read_capture(raw, Notes())
