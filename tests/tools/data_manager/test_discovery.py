"""The checker follows Google's discovery document, and the copy of it is a known one."""

import json
import os
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import IntEnum
from pathlib import Path
from typing import Any

import pytest
from google.ads import datamanager_v1

from tests.support.rows import every
from tools.data_manager.structure import DISCOVERY, read_structure
from tools.data_manager.violations import in_snake

REVISION = "20261106"
REQUEST = "IngestEventsRequest"
SCHEMAS: Mapping[str, Any] = json.loads(DISCOVERY.read_bytes())["schemas"]
WRONG: Mapping[str, list[object]] = {
    "string": [1, True, [], {}],
    "boolean": ["true", 1, []],
    "double": ["x", "", " 1", True, [], {}, Decimal("1e400"), "1e400"],
    "int32": ["x", "1.5", Decimal("1.5"), 2**31, True, []],
    "int64": ["x", "1.5", Decimal("1.5"), 2**63, str(2**63), "9" * 5_000, Decimal("1e999999")],
    "google-datetime": [
        "2026-11-25",
        "2026-11-25 20:00:00Z",
        "2026-13-01T00:00:00Z",
        1_764_000_000,
    ],
}
RIGHT: Mapping[str, list[object]] = {
    "string": ["", "x"],
    "boolean": [True, False],
    "double": [1, Decimal("1.5"), "1.5", "NaN", "-Infinity", Decimal("1e300")],
    "int32": [1, "1", Decimal("2.0"), -(2**31)],
    "int64": [1, "-1", str(2**63 - 1), Decimal("2E+2")],
    "google-datetime": [
        "2026-11-25T20:00:00Z",
        "2026-11-25T20:00:00.000000005+01:00",
        "0001-01-01T00:00:00Z",
    ],
}


def _places(message: str, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every field that a message has, at any depth, with its schema."""
    for name, schema in SCHEMAS[message].get("properties", {}).items():
        own = schema.get("items", schema)
        place = (*path, f"{name}[]" if "items" in schema else name)
        yield place, own
        if "$ref" in own:
            yield from _places(own["$ref"], place)


PLACES = dict(_places(REQUEST))


def _document(place: tuple[str, ...], value: object) -> dict[str, Any]:
    """A request with one value at a place."""
    for step in reversed(place):
        value = {step.removesuffix("[]"): [value] if step.endswith("[]") else value}
    assert isinstance(value, dict)
    return value


def _fits(place: tuple[str, ...], value: object) -> bool:
    return not read_structure(REQUEST, _document(place, value))[1]


def _ids(place: tuple[str, ...]) -> str:
    return ".".join(place)


def test_the_copy_is_the_revision_that_is_named() -> None:
    """Whoever takes a newer one says so."""
    readme = DISCOVERY.with_name("README.md").read_text(encoding="utf-8")
    assert json.loads(DISCOVERY.read_bytes())["revision"] == REVISION
    assert REVISION in readme
    assert "Apache License, Version 2.0" in readme


def test_no_other_copy_is_newer() -> None:
    """Where `DATA_MANAGER_DISCOVERY` names another copy, it is this one."""
    other = os.environ.get("DATA_MANAGER_DISCOVERY")
    if other is None:
        pytest.skip("DATA_MANAGER_DISCOVERY names no other copy to compare with")
    assert Path(other).read_bytes() == DISCOVERY.read_bytes(), (
        f"{other} has revision {json.loads(Path(other).read_bytes())['revision']}"
    )


@every("place", PLACES, ids=_ids)
def test_every_field_has_its_type(place: tuple[str, ...]) -> None:
    """It takes what Protobuf's JSON takes, null among it, and nothing else."""
    schema = PLACES[place]
    last = place[-1].endswith("[]")
    assert _fits(place, None) is not last
    assert _fits((*place[:-1], place[-1].removesuffix("[]")), None)
    if "$ref" in schema:
        assert _fits(place, {})
        others: list[object] = ["x", 1, [], {"nothing": 1}]
        assert not any(_fits(place, wrong) for wrong in others)
        return
    if names := schema.get("enum"):
        assert all(_fits(place, right) for right in (*names, 0, "1", Decimal("1.0"), 99))
        others = ["NOTHING", names[0].lower(), True, {}]
        assert not any(_fits(place, wrong) for wrong in others)
        return
    kind = schema.get("format", schema["type"])
    assert [right for right in RIGHT[kind] if not _fits(place, right)] == []
    assert [wrong for wrong in WRONG[kind] if _fits(place, wrong)] == []


@every("place", PLACES, ids=_ids)
def test_every_name_has_a_second_spelling(place: tuple[str, ...]) -> None:
    """Both at once are too many."""
    spelled = tuple(in_snake(step) for step in place)
    if "$ref" in PLACES[place]:
        value: object = {}
    else:
        kind = PLACES[place].get("format", PLACES[place]["type"])
        value = PLACES[place].get("enum", RIGHT[kind])[0]
    assert read_structure(REQUEST, _document(spelled, value)) == (_document(place, value), [])
    if spelled[0] != place[0]:
        both = {**_document(spelled, value), **_document(place, value)}
        assert read_structure(REQUEST, both)[1]


def test_google_has_the_same_names() -> None:
    """But for what its own client does not have yet."""
    message = datamanager_v1.Event.pb(datamanager_v1.Event())
    theirs = {field.name: field.json_name for field in message.DESCRIPTOR.fields}
    ours = {in_snake(name): name for name in SCHEMAS["Event"]["properties"]}

    assert theirs.items() <= ours.items()
    assert ours.keys() - theirs.keys() <= {"call_info"}


@pytest.mark.parametrize(
    ("schema", "field", "enum"),
    [
        ("Event", "eventSource", datamanager_v1.EventSource),
        ("Consent", "adUserData", datamanager_v1.ConsentStatus),
        ("IngestEventsRequest", "encoding", datamanager_v1.Encoding),
        ("ProductAccount", "accountType", datamanager_v1.ProductAccount.AccountType),
        ("ProductAccount", "product", datamanager_v1.Product),
        ("UserProperties", "customerType", datamanager_v1.CustomerType),
        ("UserProperties", "customerValueBucket", datamanager_v1.CustomerValueBucket),
    ],
)
def test_numbers_of_enums_are_googles(schema: str, field: str, enum: type[IntEnum]) -> None:
    """The document has names only."""
    assert {member.name for member in enum} == set(SCHEMAS[schema]["properties"][field]["enum"])
    for member in enum:
        assert read_structure(schema, {field: member.value}) == ({field: member.name}, [])


def test_an_identifier_is_one_thing() -> None:
    """The document does not know of this `oneof`; Google's own types do."""
    _, found = read_structure("UserIdentifier", {"emailAddress": "a", "phoneNumber": "b"})
    assert len(found) == 1


@pytest.mark.parametrize("document", [[], "x", 1, None, True])
def test_a_request_is_an_object(document: object) -> None:
    """Nothing else is."""
    assert read_structure(REQUEST, document)[1]
