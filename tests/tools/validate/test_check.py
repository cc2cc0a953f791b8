"""A payload is checked by its JSON, its size and GA4's rules together."""

import json

from tools.validate.check import Checked, Checker
from tools.validate.splitting import LONGEST, Document


def checked(raw: bytes, *, spread_out: bool = False) -> Checked:
    """Check a payload, as a line or as a document."""
    return Checker().check(Document(1, raw, None if spread_out else len(raw)))


def padded(size: int) -> bytes:
    """A payload that is a line of so many bytes, all in texts."""
    payload = {"client_id": "1.2", "user_properties": {}, "events": [{"name": "x"}]}
    text = json.dumps({**payload, "user_agent": ""}, separators=(",", ":"))
    return text.replace('"user_agent":""', f'"user_agent":"{"x" * (size - len(text))}"').encode()


def too_large(found: Checked) -> bool:
    """Whether the size of the whole is minded."""
    return any(
        finding.path == "" and finding.code == "VALUE_OUT_OF_BOUNDS" for finding in found.findings
    )


def test_a_line_is_measured_as_it_stands() -> None:
    """A line would be sent as it is, white space and all."""
    assert not too_large(checked(padded(129_999)))
    assert too_large(checked(padded(130_000)))
    assert too_large(checked(b" " + padded(129_999)))


def test_a_document_is_measured_in_its_compact_form() -> None:
    """A payload spread out for reading would be sent without the white space."""
    payload = json.loads(padded(129_999))

    assert not too_large(checked(json.dumps(payload, indent=8).encode(), spread_out=True))
    payload["user_agent"] += "x"
    assert too_large(checked(json.dumps(payload, indent=8).encode(), spread_out=True))


def test_what_cannot_be_read_is_measured_too() -> None:
    """A broken line that is also too large has both findings."""
    found = checked(padded(130_001)[:-1])

    assert [finding.code for finding in found.findings] == ["VALUE_INVALID", "VALUE_OUT_OF_BOUNDS"]


def test_what_is_far_too_long_is_an_error() -> None:
    """What was not looked into is not passed over, and the message says how long it is."""
    for document, says in (
        (Document(3, b"", 5 * LONGEST, too_long=True), str(5 * LONGEST)),
        (Document(3, b"", too_long=True), "was not read"),
    ):
        found = Checker().check(document)
        assert found.verdict == "error"
        assert says in found.findings[0].message


def test_a_place_is_minded_once() -> None:
    """What JSON itself forbids, GA4's rules do not say again."""
    found = checked(b'{"client_id":"1.2","events":[{"name":"x","params":{"a":NaN,"b":1e999}}]}')

    assert [finding.path for finding in found.findings] == [
        "events[0].params.a",
        "events[0].params.b",
    ]


def test_a_doubled_name_hides_nothing() -> None:
    """The value that counts is checked as well."""
    found = checked(b'{"client_id":"1.2","client_id":"1.2","events":[{"name":"x","name":"a b"}]}')

    assert [(finding.path, finding.code) for finding in found.findings] == [
        ("client_id", "NAME_DUPLICATED"),
        ("events[0].name", "NAME_DUPLICATED"),
        ("events[0].name", "NAME_INVALID"),
    ]
