"""Ids for rows that have none."""

import json

import pytest

from shared.errors import UnusableError
from tools.publish.checked_row import with_event_id


def made(document: object, *fields: str, schema: str = "x/1") -> str:
    """Return the id of a row."""
    found: str = json.loads(with_event_id(json.dumps(document).encode(), fields, schema))[
        "event_id"
    ]
    return found


def test_the_same_row_has_the_same_id() -> None:
    """Whatever else it says, and in whichever order."""
    first = {"order": "ORD-1", "money": {"total": "5"}, "note": "x"}
    second = {"money": {"total": "5"}, "order": "ORD-1"}

    assert made(first, "order", "money.total") == made(second, "order", "money.total")
    assert made(first, "order").startswith("row_")


def test_other_rows_have_other_ids() -> None:
    """Values do not run into one another, and types and schemas differ."""
    ids = {
        made({"a": "1", "b": "23"}, "a", "b"),
        made({"a": "12", "b": "3"}, "a", "b"),
        made({"a": "12", "b": 3}, "a", "b"),
        made({"a": "12", "b": 3}, "a", "b", schema="y/1"),
    }

    assert len(ids) == 4


def test_a_row_keeps_the_id_it_has() -> None:
    """Byte for byte."""
    body = b'{"event_id": "mine",  "a": 1.50}'

    assert with_event_id(body, ("a",), "x/1") == body


def test_the_rest_of_a_row_stays_as_it_is_written() -> None:
    """No digit of an amount changes on the way."""
    assert b'"a":1.50,' in with_event_id(b'{"a":1.50}', ("a",), "x/1")


@pytest.mark.parametrize(
    ("document", "path"),
    [({}, "a"), ({"a": None}, "a"), ({"a": ""}, "a"), ({"a": {}}, "a"), ({"a": {}}, "a.b")],
)
def test_without_a_value_there_is_no_id(document: object, path: str) -> None:
    """Otherwise all such rows would be one."""
    with pytest.raises(UnusableError, match=rf"^{path}: "):
        made(document, path)
