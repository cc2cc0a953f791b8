"""Stripe's recorded events over Pub/Sub: `subscription_renewal` sends what the webhook sends."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import pytest

from shared.errors import MalformedError, PendingError
from tests.money.recorded import recordings
from tests.money.recorded_rules import OPTIONS
from tests.support.fast_loop import run_fast
from tests.support.posting import post
from tests.support.pushing import push
from tests.support.shop import Shop
from tools.traffic.request import Json

pytestmark = pytest.mark.money

Bring = Callable[[Shop, Json], Awaitable[object]]
_ROUNDS: Final = 4
_LATER_SECONDS: Final = 3600


async def webhook(shop: Shop, event: Json) -> None:
    """Deliver an event to the webhook."""
    await post(shop, "stripe", event)


async def topic(shop: Shop, event: Json) -> None:
    """Publish it to the renewals topic."""
    await push(shop.renewals(), event)


async def sent(shop: Shop, events: list[Json], bring: Bring) -> list[Json]:
    """Return what GA4 has in the end; which function sent it is left out."""
    waiting = events
    for _ in range(_ROUNDS):
        again = []
        for event in waiting:
            try:
                await bring(shop, event)
            except PendingError:
                again.append(event)
            except MalformedError:
                pass  # no event of Stripe's
        waiting = again
        shop.clock.advance(_LATER_SECONDS)
    bodies: list[Json] = shop.ga4.bodies
    for body in bodies:
        for event in body["events"]:
            event["params"].pop("mp_source")
    return sorted(bodies, key=lambda body: json.dumps(body, sort_keys=True, default=str))


@pytest.mark.parametrize("options", OPTIONS)
def test_a_recorded_event_is_the_same_money_over_the_topic(options: str, tmp_path: Path) -> None:
    """With the options of the webhook: what it counts, the other function counts too."""
    events: list[Json] = [
        json.loads(request.body)
        for each in recordings()
        if each.provider == "stripe"
        for request in each.requests
    ]
    chosen: Any = OPTIONS[options].get("stripe", {})
    found = {}
    for way, bring in (("webhook", webhook), ("topic", topic)):
        folder = tmp_path / way
        folder.mkdir()
        entry = {"secret": f"file:{folder}/stripe", **chosen}
        shop = Shop(
            folder,
            PAYMENT_PROVIDERS=json.dumps({"stripe": entry}),
            ACCEPT_TEST_EVENTS="true",
            UNKNOWN_REFUNDS="send",
        )
        found[way] = run_fast(sent(shop, events, bring))

    assert found["topic"] == found["webhook"]
    assert found["webhook"]
