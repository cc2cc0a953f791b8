"""JSON is read as strictly as the strictest reader of it might."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tools.validate.reading import read


def said(raw: bytes) -> list[str]:
    """Path and code of every flaw."""
    return [f"{flaw.path} {flaw.code}" for flaw in read(raw, 1).flaws]


@pytest.mark.parametrize(
    ("raw", "flaws"),
    [
        (b'{"a":1,"b":[{"a":1}]}', []),
        (b'{"a" : "b: c", "d"\t: "\\":"}', []),
        (b'{"a":1,"a":1}', ["a NAME_DUPLICATED"]),
        (b'{"a" :1,"a":1}', ["a NAME_DUPLICATED"]),
        (b'{"a":1,"\\u0061":1}', ["a NAME_DUPLICATED"]),
        (b'{"a":[{},{"b":1,"b":2}]}', ["a[1].b NAME_DUPLICATED"]),
        (b'{"a":1,"a":1,"b":":"}', ["a NAME_DUPLICATED"]),
        (b'{"a":NaN,"b":-Infinity}', ["a VALUE_INVALID", "b VALUE_INVALID"]),
        (b'{"a":1e400}', ["a VALUE_OUT_OF_BOUNDS"]),
        (b'{"a":9223372036854775807,"b":-9223372036854775807}', []),
        (b'{"a":[9223372036854775808]}', ["a[0] VALUE_OUT_OF_BOUNDS"]),
        (b'{"a":' + b"9" * 5000 + b"}", ["a VALUE_OUT_OF_BOUNDS"]),
        (b'{"a":"\\ud800"}', ["a VALUE_INVALID"]),
        (b'{"a":"\\ud83d\\ude00"}', []),
        (b'\xef\xbb\xbf{"a":1}', [" VALUE_INVALID"]),
        (b"", [" VALUE_INVALID"]),
        (b'{"a":"\xff"}', [" VALUE_INVALID"]),
        (b'{"a":"\xed\xa0\x80"}', [" VALUE_INVALID"]),
        (b"{'a':1}", [" VALUE_INVALID"]),
        (b'{"a":01}', [" VALUE_INVALID"]),
        (b'{"a":1,}', [" VALUE_INVALID"]),
        (b'{"a":1}}', [" VALUE_INVALID"]),
        (b'{"a":"\t"}', [" VALUE_INVALID"]),
        (b"[" * 100_000, [" VALUE_INVALID"]),
    ],
)
def test_flaws(raw: bytes, flaws: list[str]) -> None:
    """Each thing that JSON forbids, or leaves to chance, is said at its place."""
    assert said(raw) == flaws


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b'{"a":', "it ends before it is complete"),
        (b"nope", "expecting value at character 1"),
        (b'{"a":1 "b":2}', "at character 8"),
        (b'{\n"a":1\n"b":2}', "at line 12, character 1"),
        (b'{"a":"\xff"}', "byte 7"),
        ('{"a":1}'.encode("utf-16"), "UTF-16"),
        (b"[" * 100_000, "nesting"),
        (b" ", "nothing is here"),
    ],
)
def test_what_is_no_json_is_explained(raw: bytes, message: str) -> None:
    """The message says what is wrong, and where in the input."""
    (flaw,) = read(raw, 10).flaws

    assert message in flaw.message
    assert flaw.level == "error"
    assert not read(raw, 10).readable


_ANY: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers(-(2**63) + 1, 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def _written(value: Any, double: Callable[[], bool]) -> str:  # noqa: ANN401 - any JSON value
    """Write JSON in which every member that is to be doubled stands twice."""
    if isinstance(value, dict):
        members = []
        for name, child in value.items():
            member = f"{json.dumps(name)}:{_written(child, double)}"
            members += [member, member] if double() else [member]
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_written(child, double) for child in value) + "]"
    return json.dumps(value)


@given(_ANY, st.data())
def test_every_doubled_name_is_found_and_no_other(
    value: Any,  # noqa: ANN401 - any JSON value
    data: st.DataObject,
) -> None:
    """The fast look and the slow one agree on what stands twice."""
    doubled = []

    def double() -> bool:
        doubled.append(data.draw(st.booleans()))
        return doubled[-1]

    raw = _written(value, double).encode()

    assert any(flaw.code == "NAME_DUPLICATED" for flaw in read(raw, 1).flaws) == any(doubled)
    assert read(raw, 1).value == value


@given(st.binary())
@example(b'{"\\ud800":1}')
@example(b'"\\ud800"')
def test_reading_never_raises(raw: bytes) -> None:
    """Whatever the bytes, there is a value, or a reason why there is none."""
    reading = read(raw, 1)

    assert reading.readable or reading.flaws
