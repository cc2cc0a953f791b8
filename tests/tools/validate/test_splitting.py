"""An input is split into payloads, whatever its form, and nothing of it is passed over."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.validate.splitting import LONGEST, Document, ValueSplitter, split

PAYLOAD = b'{"client_id":"1.2"}'

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
# The first line tells the form, and `{}` is the same in every form.
objects = st.dictionaries(st.text(), json_values, min_size=1, max_size=3)


def split_bytes(text: bytes) -> list[Document]:
    """Split an input that is given whole."""
    return [*split(io.BufferedReader(io.BytesIO(text)))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"", []),
        (b"\n \r\n", []),
        (b'{"a":1}\n{}\r\n\r\n{}', [(1, b'{"a":1}'), (2, b"{}"), (4, b"{}")]),
        (b'\xef\xbb\xbf{"a":1}\n{}\n', [(1, b'{"a":1}'), (2, b"{}")]),
        (b'\xef\xbb\xbf{\n"a":1}\n', [(1, b'{\n"a":1}')]),
        (b'\n\n{\n"a":"}{\\"",\n"b":[]\n}\n', [(3, b'{\n"a":"}{\\"",\n"b":[]\n}')]),
        (b"{\n}\n{\n}\n", [(1, b"{\n}"), (3, b"{\n}")]),
        (b"{\n}\nstray {\n}", [(1, b"{\n}"), (3, b"stray"), (3, b"{\n}")]),
        (b"[]", []),
        (b"[ ]\n", []),
        (b"[{},\n {}]", [(1, b"{}"), (2, b"{}")]),
        (b"[{}, 1, [2, 3], null]", [(1, b"{}"), (1, b"1"), (1, b"[2, 3]"), (1, b"null")]),
        (b"[{},,]", [(1, b"{}"), (1, b""), (1, b"")]),
        (b"\n[{}", [(2, b"{}"), (2, b"[")]),
        (b"[{}] {}", [(1, b"{}"), (1, b"{}")]),
        (b'[{"a', [(1, b'{"a'), (1, b"[")]),
        (b'{"a":[', [(1, b'{"a":[')]),
        (b'{"a":[\n' + PAYLOAD, [(1, b'{"a":['), (2, PAYLOAD)]),
        (b'{"a":[\n{"name":"b"}\n]}', [(1, b'{"a":[\n{"name":"b"}\n]}')]),
        (b'{"a":tr\n{}', [(1, b'{"a":tr'), (2, b"{}")]),
        (b'{"a":"b\n{}', [(1, b'{"a":"b'), (2, b"{}")]),
        (b"42\n{}", [(1, b"42"), (2, b"{}")]),
        (b'{"a":"\xff\n{}', [(1, b'{"a":"\xff'), (2, b"{}")]),
    ],
)
def test_inputs_and_their_payloads(text: bytes, found: list[tuple[int, bytes]]) -> None:
    """Each form of input gives its payloads with the lines they begin on."""
    assert [(document.line, document.raw) for document in split_bytes(text)] == found


def test_a_line_is_as_large_as_it_is_written() -> None:
    """Of a line every byte would be sent but its end; of a document, its compact form."""
    assert [document.size for document in split_bytes(b' {"a": 1} \r\n{}\n')] == [10, 2]
    assert [document.size for document in split_bytes(b"[{}]")] == [None]


@pytest.mark.parametrize("ending", [b"", b"\n", b"\n" + PAYLOAD])
def test_a_line_may_be_too_long_to_look_into(ending: bytes) -> None:
    """Of an endless line only the length is known, and the next line is read as ever."""
    longest = b"[" * 3 * LONGEST

    documents = split_bytes(PAYLOAD + b"\n" + longest + ending)

    assert documents[1] == Document(2, b"", 3 * LONGEST, too_long=True)
    assert [(document.line, document.raw) for document in documents[2:]] == (
        [(3, PAYLOAD)] if ending.strip() else []
    )


@pytest.mark.parametrize("opening", [b"[", b'["', b"{\n", b'[{}, {"a":"'])
def test_a_value_without_an_end_is_the_last(opening: bytes) -> None:
    """A value that does not end is given up before it fills the memory."""
    documents = split_bytes(opening + b"x" * 3 * LONGEST)

    assert documents[-1].too_long


def test_a_long_array_is_not_a_long_value() -> None:
    """An array on one line may be longer than anything in it may be."""
    documents = split_bytes(b"[" + b",".join([PAYLOAD] * 50_000) + b"]")

    assert len(documents) == 50_000
    assert {document.raw for document in documents} == {PAYLOAD}


@pytest.mark.parametrize("form", ["array", "one after another"])
@given(payloads=st.lists(objects, min_size=1), indent=st.sampled_from([None, 0, 2]))
def test_what_was_written_is_found(form: str, payloads: list[object], indent: int | None) -> None:
    """Whatever is written, spread out or not, in an array or not, is found again."""
    if form == "array":
        text = json.dumps(payloads, indent=indent)
    else:
        text = "\n".join(json.dumps(payload, indent=indent) for payload in payloads)

    assert [json.loads(document.raw) for document in split_bytes(text.encode())] == payloads


@given(st.text('[]{},"\\\n :1', max_size=40), st.lists(st.integers(1, 5), min_size=1))
def test_chunks_make_no_difference(text: str, sizes: list[int]) -> None:
    """How the input happens to arrive does not change what is found."""
    whole = text.encode()
    chunks: list[bytes] = []
    at = 0
    while at < len(whole):
        size = sizes[len(chunks) % len(sizes)]
        chunks.append(whole[at : at + size])
        at += size

    assert [*ValueSplitter().split(chunks)] == [*ValueSplitter().split([whole])]


@given(st.binary(max_size=60))
def test_nothing_is_lost(text: bytes) -> None:
    """Whatever is not white space or punctuation of an array belongs to some document."""
    separators = b" \t\r\n\x0b\x0c[],"
    found = b"".join(document.raw for document in split_bytes(text.removeprefix(b"\xef\xbb\xbf")))

    kept = text.removeprefix(b"\xef\xbb\xbf").translate(None, separators)
    assert found.translate(None, separators) == kept
