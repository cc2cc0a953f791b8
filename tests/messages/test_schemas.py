"""The schemas a publisher reads are the types the functions read by."""

import json
from collections.abc import Callable

import jsonschema
import pytest

from shared.domain.conversion import Conversion
from shared.messages import (
    billing_event,
    billing_mapping,
    order_enrichment,
    server_event,
    server_mapping,
)
from tools.schemas import FOLDER, TYPES, file_of, schema_of


def _billing(raw: bytes) -> object:
    event = billing_event.read_billing_event(raw)
    return billing_mapping.map_billing_event(event, billing_mapping.source_of(event))


def _server(raw: bytes) -> object:
    event = server_event.read_server_event(raw)
    return server_mapping.map_server_event(event, server_mapping.source_of(event))


def _enrichment(raw: bytes) -> object:
    message = order_enrichment.read_order_enrichment(raw)
    return order_enrichment.to_order(message, "purchase_enriched")


MAPPERS: dict[str, Callable[[bytes], object]] = {
    "billing-event/1": _billing,
    "order-enrichment/1": _enrichment,
    "server-event/1": _server,
}


@pytest.mark.parametrize("name", TYPES)
def test_a_schema_is_up_to_date(name: str) -> None:
    """`python -m tools.schemas` writes it again."""
    assert file_of(name).read_text(encoding="utf-8") == schema_of(name)


def test_there_is_a_schema_for_every_type_and_no_other() -> None:
    """A type that went leaves no file behind."""
    assert {path.name for path in FOLDER.iterdir()} == {file_of(name).name for name in TYPES}


@pytest.mark.parametrize("name", TYPES)
def test_an_example_obeys_its_schema_and_is_an_event(name: str) -> None:
    """By a validator that is not ours, and by the mapper that is."""
    schema = json.loads(file_of(name).read_text(encoding="utf-8"))
    (example,) = schema["examples"]
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(example, schema, format_checker=jsonschema.FormatChecker())
    found = MAPPERS[name](json.dumps(example).encode())

    assert isinstance(found, Conversion)
    assert found.notes == ()


@pytest.mark.parametrize("name", TYPES)
def test_a_message_without_a_required_field_is_refused_by_the_schema_too(name: str) -> None:
    """The two agree on what must be there."""
    schema = json.loads(schema_of(name))
    (example,) = schema["examples"]
    del example["event_id"]

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(example, schema)
