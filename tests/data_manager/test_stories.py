"""What the functions really sent: of golden stories, and of payloads that shops recorded."""

import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from shared.data_manager.mapping import Extra, Mapped, as_event
from shared.domain.timestamps import from_unix_micros
from shared.errors import PendingError
from tests.data_manager.account import lost
from tests.data_manager.google import as_google_writes, through_google
from tests.money.recorded import FILES, recordings
from tests.money.recorded_rules import OPTIONS
from tests.support.places import ROOT
from tests.support.posting import post
from tests.support.rows import every
from tests.support.shop import Shop

STORIES: Final = sorted((ROOT / "tests/golden/cases").rglob("ga4.json"))
AFTER: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)


def taken(body: dict[str, Any]) -> Mapped:
    """Return the event of a request, one second after it happened; nothing of it may be lost."""
    (event,) = body["events"]
    stamp = event.get("timestamp_micros")
    now = from_unix_micros(stamp) if stamp else AFTER
    found = as_event(body, extra=Extra(), ads=False, now=now)
    assert isinstance(found, Mapped), (found, body)
    assert lost(body, json.loads(found.body, parse_float=Decimal), found.notes) == []
    return found


@every("path", STORIES, ids=lambda path: f"{path.parts[-3]}/{path.parts[-2]}")
def test_no_story_is_refused(path: Path) -> None:
    """Each body that GA4 receives in it is an event of the API, whole."""
    bodies = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)

    found = [taken(body) for body in bodies]

    if found:
        joined = [each.body for each in found]
        assert through_google(*joined) == [as_google_writes(json.loads(each)) for each in joined]


@pytest.mark.parametrize("options", OPTIONS)
def test_no_recorded_payload_is_refused(options: str, tmp_path: Path) -> None:
    """Nor does any money change on the way."""
    providers = {
        name: {"secret": f"file:{tmp_path}/{name}", **OPTIONS[options].get(name, {})}
        for name in ("stripe", "paddle", "shopify")
    }
    given = {"PAYMENT_PROVIDERS": json.dumps(providers), "ACCEPT_TEST_EVENTS": "true"}
    shop = Shop(tmp_path, **given)
    shop.clock.now = datetime.now(UTC)

    asyncio.run(_post_all(shop))

    found = [taken(body) for body in shop.ga4.bodies]
    assert len(found) > 60
    joined = [each.body for each in found]
    assert through_google(*joined) == [as_google_writes(json.loads(each)) for each in joined]


async def _post_all(shop: Shop) -> None:
    recorded = recordings()
    assert len(recorded) == FILES
    for each in recorded:
        for request in each.requests:
            # A refund waits for its purchase, which no file holds.
            with suppress(PendingError):
                await post(shop, each.provider, json.loads(request.body), request.headers)
    await shop.payments.sender.stores.ledger.close()
