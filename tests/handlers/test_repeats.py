"""The same bytes again: one look at the ledger, unless the first time left something to do."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.errors import UnavailableError
from shared.outcome import Result
from shared.stores.retention import KEPT
from tests.support.loop import in_a_loop
from tests.support.shop import Shop
from tests.support.stripe_json import checkout_session, delivery, event
from tools import store_cost

Opened = Callable[..., Shop]
PAID = event(checkout_session())


async def cost(shop: Shop, times: int, body: dict[str, object]) -> tuple[Result, int]:
    """Deliver some times; return how the last ended, and how many documents it read."""
    counts: Counter[str] = Counter()

    def count(what: str, more: float) -> None:
        counts[what] += int(more)

    for _ in range(times):
        counts.clear()
        with store_cost.counted(count):
            outcome = await shop.take(delivery(body))
    return outcome.result, counts[store_cost.READ]


@in_a_loop
async def test_the_same_bytes_again_need_the_entry_alone(shop: Shop) -> None:
    """However often they come; GA4 hears of them once."""
    assert await cost(shop, 3, PAID) == (Result.DUPLICATE, 1)
    assert len(shop.ga4.bodies) == 1


@in_a_loop
async def test_another_event_about_the_payment_is_looked_at_whole(shop: Shop) -> None:
    """It may teach something."""
    await shop.take(delivery(PAID))
    again = event(checkout_session(), "checkout.session.async_payment_succeeded", id="evt_2")

    result, read = await cost(shop, 1, again)

    assert result is Result.DUPLICATE
    assert read > 1


@in_a_loop
async def test_what_the_ledger_has_forgotten_is_sent_again(shop: Shop) -> None:
    """The ledger says what was sent, and nothing else does."""
    shop.use(shop.open_stores())
    await shop.take(delivery(PAID))
    shop.clock.advance((KEPT.ledger + timedelta(days=1)).total_seconds())
    later = delivery(PAID, at=int(shop.clock().timestamp()))

    assert (await shop.take(later)).result is not Result.DUPLICATE


@in_a_loop
async def test_what_could_not_be_handed_on_is_handed_on_the_second_time(opened: Opened) -> None:
    """The purchase was sent, and the enrichment topic was away."""
    shop = opened(ENRICHMENT_TOPIC="projects/p/topics/orders", PUBSUB_EMULATOR_HOST="127.0.0.1:1")
    for _ in range(2):
        with pytest.raises(UnavailableError):
            await shop.take(delivery(PAID))
    assert len(shop.ga4.bodies) == 1
