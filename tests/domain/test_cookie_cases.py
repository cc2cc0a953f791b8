"""The table of cookies that the browser's snippet and the server read alike; here the server."""

import json
from datetime import UTC, datetime

import pytest

from shared.domain.cookies import client_id_from, session_from
from tests.support.places import ROOT

_CASES = json.loads((ROOT / "tests/domain/cookie_cases.json").read_text(encoding="utf-8"))
_NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(("value", "client_id"), _CASES["client"])
def test_client(value: str, client_id: str | None) -> None:
    """The client id of `_ga`."""
    assert client_id_from(value).client_id == client_id


@pytest.mark.parametrize(("value", "session_id", "number"), _CASES["session"])
def test_session(value: str, session_id: int | None, number: int | None) -> None:
    """Session and number of `_ga_<container>`."""
    reading = session_from(value, now=_NOW)

    assert (reading.session_id, reading.session_number) == (session_id, number)
