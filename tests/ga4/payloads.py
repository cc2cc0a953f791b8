"""Requests to hold against GA4's rules, and short words for what is said about them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

import pytest

from shared.ga4.validation import validate

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOW_MICROS = 1_795_435_200_000_000
HOUR_MICROS = 3600 * 1_000_000

LEFT_OUT: Any = object()
"""Given for a field, takes it out of the default."""


class Case(NamedTuple):
    """One row of a table: a request, and what is said about it.

    Attributes:
        id: A few words that name the row.
        reason: The rule.
        request: The body.
        said: A line for each finding: level, path, code.
    """

    id: str
    reason: str
    request: Any
    said: list[str]


def table(*rows: Case) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test for every row."""
    return pytest.mark.parametrize("case", rows, ids=lambda row: row.id)


def said(
    request: object, stream: Literal["web", "app"] = "web", *, limit_360: bool = False
) -> list[str]:
    """Return level, path and code of every finding, a line each."""
    findings = validate(request, now=NOW, stream=stream, limit_360=limit_360)
    return [f"{finding.level} {finding.path} {finding.code}" for finding in findings]


def request(**fields: object) -> dict[str, Any]:
    """Make a request that breaks no rule, but for what the fields change."""
    events = [{"name": "tutorial_begin", "params": {}}]
    return _filled({"client_id": "1234567890.1764000000", "events": events}, fields)


def app_request(**fields: object) -> dict[str, Any]:
    """Make a request to an app stream that breaks no rule, but for what the fields change."""
    app = {"client_id": LEFT_OUT, "app_instance_id": "0123456789abcdef" * 2}
    return request(**(app | fields))


def event(name: object = "level_up", **params: object) -> dict[str, Any]:
    """Make a request with one event."""
    return request(events=[{"name": name, "params": params}])


def purchase(**params: object) -> dict[str, Any]:
    """Make a request with one purchase that breaks no rule, but for what the params change."""
    whole = {
        "transaction_id": "ORD-2026-000123",
        "currency": "EUR",
        "value": 19.9,
        "items": [item()],
    }
    return request(events=[{"name": "purchase", "params": _filled(whole, params)}])


def item(**fields: object) -> dict[str, Any]:
    """Make an item that breaks no rule, but for what the fields change."""
    return _filled({"item_id": "SKU-1", "price": 19.9, "quantity": 1}, fields)


def _filled(whole: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (whole | fields).items() if value is not LEFT_OUT}
