"""Whatever is sent, the answer is Google's: taken or refused, never a crash."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.tools.data_manager.test_discovery import SCHEMAS
from tools.data_manager.api import read_request
from tools.data_manager.errors import ApiError
from tools.data_manager.rules import check_request
from tools.data_manager.warnings import warnings_of

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
_TEXTS = st.sampled_from(
    ["", "x", "G-AB12CD34EF", "purchase", "1.2", "12", "-1", "NaN", "2026-11-26T11:00:00Z", "EUR"]
)
_ODD: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXTS | st.just([]) | st.just({})
)


def _values(schema: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    """Mostly what a schema asks for, now and then something else."""
    if schema.get("type") == "array":
        return st.lists(_values(schema["items"], depth), max_size=3) | _ODD
    if "$ref" in schema:
        return _messages(schema["$ref"], depth - 1) | _ODD
    if "enum" in schema:
        return st.sampled_from(schema["enum"]) | st.integers(-1, 20) | _ODD
    return _TEXTS | st.integers(-3, 3) | _ODD


def _messages(name: str, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    if depth < 0:
        return st.just({})
    fields = SCHEMAS[name].get("properties", {})
    return st.deferred(
        lambda: st.fixed_dictionaries(
            {}, optional={field: _values(schema, depth) for field, schema in fields.items()}
        )
    )


def _read(body: bytes) -> dict[str, Any] | ApiError:
    try:
        return read_request(body)
    except ApiError as error:
        return error


@given(_messages("IngestEventsRequest", 4))
def test_any_request_is_taken_or_refused(document: dict[str, Any]) -> None:
    """And an error can be written down."""
    request = _read(json.dumps(document).encode())
    if isinstance(request, ApiError):
        assert json.dumps(request.document("id"))
        return
    found = check_request(request, NOW)
    assert all(violation.reason and violation.field for violation in found)
    assert all(each.reason.startswith("WARNING_REASON_") for each in warnings_of(request))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """JSON or not."""
    found = _read(body)
    assert isinstance(found, dict) or found.status == 400
