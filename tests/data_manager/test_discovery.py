"""Our types against Google's discovery document: every field, every enum, what is required."""

import json
import types
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest

from shared.data_manager.event import Event, encode
from shared.data_manager.rules import faults
from shared.data_manager.rules.reasons import Reason
from tests.data_manager.stand_in import said
from tests.data_manager.test_mapping import CASES
from tests.data_manager.test_mapping import NOW as NOW_OF_CASES
from tests.data_manager.test_rules import ITEM, NOW, PURCHASE
from tests.support.rows import every
from tools.data_manager.structure import DISCOVERY

SCHEMAS: Final[dict[str, Any]] = json.loads(DISCOVERY.read_bytes())["schemas"]
# The document's type of each of ours; a 64-bit integer is text in its JSON.
_TYPES: Final = {str: {"string"}, int: {"integer"}, Decimal: {"number"}}


def fields(struct: type[msgspec.Struct], schema: str) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Yield path, type and schema of each field of a struct, at any depth."""
    hints = get_type_hints(struct)
    for field in msgspec.structs.fields(struct):
        kind, path = _inner(hints[field.name]), f"{schema}.{field.encode_name}"
        own = SCHEMAS[schema]["properties"].get(field.encode_name)
        assert own is not None, f"{path} does not exist"
        is_list = get_origin(hints[field.name]) is list
        assert is_list == (own.get("type") == "array"), path
        own = own["items"] if is_list else own
        yield path, kind, own
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            yield from fields(kind, own["$ref"])


def _inner(hint: Any) -> Any:  # noqa: ANN401 - a type
    """Return the type in a list, or beside None."""
    if get_origin(hint) is list:
        return get_args(hint)[0]
    if get_origin(hint) in (Union, types.UnionType):
        return next(each for each in get_args(hint) if each is not type(None))
    return hint


FIELDS: Final = {path: (kind, schema) for path, kind, schema in fields(Event, "Event")}
ENUMS: Final = {
    path: get_args(kind) for path, (kind, _) in FIELDS.items() if get_origin(kind) is Literal
}


def test_every_field_has_the_documents_name_and_type() -> None:
    """At any depth."""
    wrong = [
        path
        for path, (kind, schema) in FIELDS.items()
        if path not in ENUMS
        and "$ref" not in schema
        and (schema["type"] not in _TYPES[kind] or "enum" in schema)
    ]

    assert wrong == []
    assert len(FIELDS) > 60


def test_every_enum_value_is_the_documents() -> None:
    """By name, as it is sent."""
    unknown = {path: set(ours) - set(FIELDS[path][1]["enum"]) for path, ours in ENUMS.items()}

    assert {path: names for path, names in unknown.items() if names} == {}
    assert ENUMS == {
        "Event.eventSource": ("WEB", "APP"),
        "Consent.adUserData": ("CONSENT_GRANTED", "CONSENT_DENIED"),
        "Consent.adPersonalization": ("CONSENT_GRANTED", "CONSENT_DENIED"),
        "UserProperties.customerType": ("NEW", "RETURNING", "REENGAGED"),
    }


def test_the_cases_have_every_field() -> None:
    """So that each is written once and read by Google's types."""
    written = {path for case in CASES.values() for path in _paths(case["event"], "Event")}

    assert set(FIELDS) - written == set()


def _paths(value: Any, schema: str) -> Iterator[str]:  # noqa: ANN401 - any JSON
    for name, child in value.items():
        yield f"{schema}.{name}"
        own = SCHEMAS[schema]["properties"][name]
        for each in child if isinstance(child, list) else [child]:
            if reference := own.get("items", own).get("$ref"):
                yield from _paths(each, reference)


@every("name", CASES)
def test_the_stand_in_takes_every_case(name: str) -> None:
    """Nothing is unknown to the document, and nothing breaks a rule of the stand-in."""
    event = msgspec.convert(CASES[name]["event"], Event)

    assert said(encode(event), NOW_OF_CASES) == ([], [])


REQUIRED: Final[dict[str, dict[str, Any]]] = {
    "eventName": {},
    "eventTimestamp": {},
    "clientId": {},
    "cartData.items": {},
    "cartData.items.itemId": {},
    "cartData.items.quantity": {},
    "cartData.items.unitPrice": {},
    "userData.userIdentifiers": {},
    **{
        f"userData.userIdentifiers.address.{name}": {}
        for name in ("givenName", "familyName", "regionCode", "postalCode")
    },
    "userProperties.additionalUserProperties.propertyName": {},
    "userProperties.additionalUserProperties.value": {},
    "additionalEventParameters.parameterName": {},
    "additionalEventParameters.value": {},
    "cartData.items.additionalItemParameters.parameterName": {
        "cartData": {"items": [{**ITEM, "additionalItemParameters": [{"value": "x"}]}]}
    },
    "cartData.items.additionalItemParameters.value": {
        "cartData": {"items": [{**ITEM, "additionalItemParameters": [{"parameterName": "x"}]}]}
    },
}


def _without(value: Any, steps: list[str]) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON without what stands at a path, in every element of its lists."""
    if isinstance(value, list):
        return [_without(each, steps) for each in value]
    first, *rest = steps
    if not rest:
        return {name: child for name, child in value.items() if name != first}
    return {
        name: _without(child, rest) if name == first else child for name, child in value.items()
    }


@pytest.mark.parametrize("path", REQUIRED)
def test_without_a_required_field_no_event_leaves(path: str) -> None:
    """Our types or our rules refuse it, and so does the stand-in."""
    whole = {
        **PURCHASE,
        "userData": {"userIdentifiers": [PURCHASE["userData"]["userIdentifiers"][1]]},
        **REQUIRED[path],
    }
    event = whole if REQUIRED[path] else _without(whole, path.split("."))
    body = msgspec.json.Encoder(decimal_format="number").encode(event)

    ours = _faults(event)
    assert ours == [path] or f"`{path.rpartition('.')[2]}`" in ours[0]
    assert [each for each in said(body, NOW)[0] if "REQUIRED_FIELD_MISSING" in each] != []


def _faults(event: Any) -> list[str]:  # noqa: ANN401 - any JSON
    """Return where something is missing, or what our types say of it."""
    try:
        typed = msgspec.convert(event, Event)
    except msgspec.ValidationError as error:
        return [str(error)]
    missing = (Reason.REQUIRED_FIELD_MISSING, Reason.TOO_FEW_ELEMENTS)
    return [fault.path for fault in faults(typed, NOW) if fault.code in missing]
