"""A purchase that Google took and rejected later: its refund, its copies, its replay."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.delivery.replay import Replay, replay_record_of
from shared.domain.sink import DENIED_CONSENT, DUPLICATE, TOO_OLD
from shared.outcome import Result
from shared.stores.accepted import Settlement
from shared.stores.entry import Entry, State
from shared.stores.query import Query
from tests.delivery.test_sinks import BACK, DATA_MANAGER, PAID
from tests.support.loop import in_a_loop
from tests.support.shop import Shop

Opened = Callable[..., Shop]
INVALID = "PROCESSING_ERROR_REASON_INVALID_EVENT"


async def rejected(opened: Opened, reason: str) -> Shop:
    """Return a shop whose purchase Google took, and rejected later."""
    shop = opened(**DATA_MANAGER)
    await shop.take(PAID)
    accepted = shop.history.stores.accepted
    later = shop.clock() + timedelta(minutes=31)
    (due,) = await accepted.due(now=later, most=9)
    settlement = Settlement(State.REJECTED, reason)
    assert await accepted.settle([(due, settlement)], now=later)
    return shop


async def purchase_of(shop: Shop) -> Entry:
    """Return the entry of its purchase."""
    query = Query(event_name="purchase")
    (entry,) = [entry async for entry in shop.history.stores.ledger.entries(query)]
    return entry


@in_a_loop
async def test_its_refund_waits_as_that_of_any_purchase_that_was_not_sent(opened: Opened) -> None:
    """GA4 would take back what it never counted."""
    shop = await rejected(opened, INVALID)
    outcome = await shop.take(BACK)

    assert (outcome.result, outcome.reason) == (Result.WITHHELD, "its purchase was not sent")
    assert len(shop.ga4.bodies) == 1


@in_a_loop
async def test_the_refund_of_a_duplicate_is_sent(opened: Opened) -> None:
    """GA4 has a purchase of that id, of the tag's for example."""
    shop = await rejected(opened, DUPLICATE)
    assert (await shop.take(BACK)).result is Result.DELIVERED


@in_a_loop
async def test_its_provider_may_bring_it_again(opened: Opened) -> None:
    """Google has processed nothing of it: it is sent once more, and awaited again."""
    shop = await rejected(opened, INVALID)
    again = await shop.take(PAID)
    entry = await purchase_of(shop)

    assert again.result is Result.DELIVERED
    assert (entry.state, entry.reason, entry.attempt) == (State.ACCEPTED, None, 2)
    assert len(shop.ga4.bodies) == 2


@pytest.mark.parametrize("reason", [INVALID, TOO_OLD])
@in_a_loop
async def test_what_can_be_put_right_is_replayed(opened: Opened, reason: str) -> None:
    """From what the ledger kept of it; afterwards its refund goes too."""
    shop = await rejected(opened, reason)
    replay = Replay(shop.payments.sender, shop.payments.history, shop.clock)
    outcome = await replay.again(await purchase_of(shop))

    assert outcome is not None
    assert outcome.result is Result.DELIVERED
    assert (await purchase_of(shop)).state is State.ACCEPTED
    assert (await shop.take(BACK)).result is Result.DELIVERED


@pytest.mark.parametrize("reason", [DUPLICATE, DENIED_CONSENT, f"{INVALID}, {DENIED_CONSENT}"])
@in_a_loop
async def test_what_google_would_reject_again_is_not_replayed(opened: Opened, reason: str) -> None:
    """It has the purchase, or the person's denial."""
    shop = await rejected(opened, reason)
    assert replay_record_of(await purchase_of(shop)) is None
