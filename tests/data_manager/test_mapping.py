"""Requests as the functions make them become events that Google's own types read."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import pytest

from shared.data_manager.mapping import Extra, Mapped, as_event
from shared.domain.streams import ClickIds
from tests.data_manager.google import as_google_writes, through_google
from tests.support.places import ROOT

NOW: Final = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
REQUESTS: Final[dict[str, Any]] = json.loads(
    (ROOT / "tests/ga4/golden_events.json").read_text(encoding="utf-8"), parse_float=Decimal
)


@pytest.mark.parametrize("name", REQUESTS)
def test_google_reads_what_the_functions_send(name: str) -> None:
    """Nothing is unknown to its types, and nothing changes on the way."""
    extra = Extra(click_ids=ClickIds(gclid="Cj0"))

    mapped = as_event(REQUESTS[name], extra=extra, ads=True, now=NOW)

    assert isinstance(mapped, Mapped)
    event = json.loads(mapped.body)
    assert through_google(mapped.body) == [as_google_writes(event)]
