"""The table of cookies that the browser's snippet and the server read alike; here the server."""

import json
from datetime import UTC, datetime

from shared.domain.cookies import client_id_from, session_from
from tests.support.places import ROOT

_CASES = json.loads((ROOT / "tests/domain/cookie_cases.json").read_text(encoding="utf-8"))
_NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_client() -> None:
    """The client id of `_ga`."""
    assert len(_CASES["client"]) > 30
    for value, client_id in _CASES["client"]:
        assert client_id_from(value).client_id == client_id, value


def test_session() -> None:
    """Session and number of `_ga_<container>`."""
    assert len(_CASES["session"]) > 30
    for value, *expected in _CASES["session"]:
        reading = session_from(value, now=_NOW)
        assert [reading.session_id, reading.session_number] == expected, value
