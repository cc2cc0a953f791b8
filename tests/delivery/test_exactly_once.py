"""Claim, collect, settle: whatever happens on the way, once, and the ledger is right."""

import asyncio
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import pytest

from shared.delivery.ledger_events import fact_of
from shared.domain.conversion import Conversion, Ignored
from shared.errors import InProgressError, UnavailableError
from shared.outcome import Outcome, Result
from shared.stores.document import Change
from shared.stores.entry import State
from shared.stores.lease import Lease
from shared.stores.sqlite.database import SqliteDatabase
from shared.stores.stores import Stores
from tests.faults.store_faults import overtaken, with_faults
from tests.support.builders import purchase, refund
from tests.support.loop import in_a_fast_loop, in_a_loop
from tests.support.moments import moments_of
from tests.support.shop import LOST, REJECTED, Shop
from tests.support.stripe_json import checkout_session, delivery, event
from tools.changed import replace

Opened = Callable[..., Shop]
PAID = delivery(event(checkout_session()))


async def sender(shop: Shop, conversion: Conversion) -> Outcome:
    """Send a conversion to GA4."""
    return await shop.payments.sender.send(conversion, mp_source="payment_webhook")


@pytest.mark.parametrize("reply", [500, 502, LOST], ids=["500", "502", "no answer"])
@in_a_fast_loop
async def test_an_uncertain_purchase_is_sent_again_by_the_next_delivery(
    opened: Opened, reply: int | Exception
) -> None:
    """GA4 merges the copies, so the sender's retry is wanted."""
    shop = opened(reply, reply, reply, 204)
    first = await shop.take(PAID)
    between = await shop.settled()
    second = await shop.take(PAID)
    after = await shop.settled()

    assert (first.result, first.retry, between.state) == (Result.UNCERTAIN, True, State.UNCERTAIN)
    assert (second.result, after.state, after.attempt) == (Result.DELIVERED, State.DELIVERED, 2)
    assert len(shop.ga4.bodies) == 4
    assert all(body == shop.ga4.bodies[0] for body in shop.ga4.bodies)


@pytest.mark.parametrize("reply", [500, 502, LOST], ids=["500", "502", "no answer"])
@in_a_fast_loop
async def test_an_uncertain_refund_is_never_sent_again(
    opened: Opened, reply: int | Exception
) -> None:
    """Nothing merges its copies: it stays uncertain, and a person may look."""
    shop = opened(reply, 204)
    first = await sender(shop, refund())
    second = await sender(shop, refund())
    entry = await shop.settled("re_1", "refund")

    assert (first.result, first.retry) == (Result.UNCERTAIN, False)
    assert (second.result, second.reason) == (Result.DUPLICATE, "already uncertain")
    assert (entry.state, entry.sending, entry.attempt) == (State.UNCERTAIN, True, 1)
    assert len(shop.ga4.bodies) == 1


@pytest.mark.parametrize("reply", [429, 503, REJECTED], ids=["429", "503", "refused"])
@pytest.mark.parametrize("conversion", [purchase(), refund()], ids=["purchase", "refund"])
@in_a_fast_loop
async def test_where_nothing_was_sent_nothing_stays_claimed(
    opened: Opened, conversion: Conversion, reply: int | Exception
) -> None:
    """The sender's next delivery is the first again."""
    shop = opened(reply, reply, reply, 204)
    name = conversion.kind.value
    with pytest.raises(UnavailableError, match=r"^GA4 is out of reach: "):
        await sender(shop, conversion)
    assert await shop.entry(conversion.business_key, name) is None

    assert (await sender(shop, conversion)).result is Result.DELIVERED
    assert (await shop.settled(conversion.business_key, name)).attempt == 1


@in_a_fast_loop
async def test_a_moments_outage_is_waited_for(opened: Opened) -> None:
    """Within the same delivery; even for a refund, as nothing was sent."""
    shop = opened(503, REJECTED, 204)

    assert (await sender(shop, refund())).result is Result.DELIVERED


@pytest.mark.parametrize("copies", [2, 50])
@in_a_loop
async def test_of_many_copies_at_once_exactly_one_is_sent(shop: Shop, copies: int) -> None:
    """The others are asked to come back, or that it is done."""
    shop.ga4.gate.clear()
    taking = [asyncio.create_task(shop.take(PAID)) for _ in range(copies)]
    while sum(copy.done() for copy in taking) < copies - 1:  # noqa: ASYNC110 - one waits for GA4
        await asyncio.sleep(0.001)
    shop.ga4.gate.set()
    outcomes = await asyncio.gather(*taking, return_exceptions=True)
    late = await shop.take(PAID)

    kinds = Counter(
        outcome.result if isinstance(outcome, Outcome) else type(outcome) for outcome in outcomes
    )
    assert kinds == {Result.DELIVERED: 1, InProgressError: copies - 1}
    assert late.result is Result.DUPLICATE
    assert len(shop.ga4.bodies) == 1


@in_a_loop
async def test_of_many_copies_in_two_processes_exactly_one_is_sent(
    opened: Opened, shop: Shop
) -> None:
    """They share nothing but the store."""
    other = opened()
    outcomes = await asyncio.gather(
        *(which.take(PAID) for which in [shop, other] * 10), return_exceptions=True
    )

    delivered = [o for o in outcomes if isinstance(o, Outcome) and o.result is Result.DELIVERED]
    assert len(delivered) == 1
    assert len(shop.ga4.bodies + other.ga4.bodies) == 1


async def crashed(shop: Shop, conversion: Conversion, *, begun: bool) -> None:
    """Leave behind what a process leaves that was killed while it delivered."""
    stores = shop.open_stores()
    ledger = stores.ledger
    lease = await ledger.claim(
        fact_of(conversion, shop.settings.common), now=shop.clock(), resend=conversion.resend_safe
    )
    assert isinstance(lease, Lease)
    if begun:
        await ledger.begin(lease, now=shop.clock())
    await ledger.close()


@pytest.mark.parametrize("conversion", [purchase(), refund()], ids=["purchase", "refund"])
@in_a_loop
async def test_while_a_lease_lasts_a_crash_cannot_be_told_from_slowness(
    shop: Shop, conversion: Conversion
) -> None:
    """The sender is asked to come back."""
    await crashed(shop, conversion, begun=False)
    shop.clock.advance(59)

    with pytest.raises(InProgressError):
        await sender(shop, conversion)
    assert not shop.ga4.bodies


@pytest.mark.parametrize(
    ("conversion", "begun"),
    [
        pytest.param(purchase(), False, id="a purchase"),
        pytest.param(purchase(), True, id="a purchase of which sending had begun"),
        pytest.param(refund(), False, id="a refund of which sending had not begun"),
    ],
)
@in_a_loop
async def test_after_a_crash_the_next_delivery_takes_over(
    shop: Shop, conversion: Conversion, *, begun: bool
) -> None:
    """A copy does no harm, or nothing can have been sent."""
    await crashed(shop, conversion, begun=begun)
    shop.clock.advance(60)

    assert (await sender(shop, conversion)).result is Result.DELIVERED
    assert (await shop.settled(conversion.business_key, conversion.kind.value)).attempt == 2
    assert len(shop.ga4.bodies) == 1


@in_a_loop
async def test_a_refund_of_which_sending_had_begun_is_settled_unsent(shop: Shop) -> None:
    """It may have arrived, and a copy would do harm."""
    await crashed(shop, refund(), begun=True)
    shop.clock.advance(60)

    outcome = await sender(shop, refund())
    entry = await shop.settled("re_1", "refund")

    assert (outcome.result, outcome.retry) == (Result.UNCERTAIN, False)
    assert (
        entry.state,
        entry.reason,
    ) == (State.UNCERTAIN, "no clear answer: an earlier try never said how it ended")
    assert not shop.ga4.bodies


@in_a_loop
async def test_that_sending_begins_is_on_record_before_the_first_byte_leaves(shop: Shop) -> None:
    """For a refund: else nobody could know after a crash."""
    shop.ga4.gate.clear()
    delivering = asyncio.create_task(sender(shop, refund()))
    while not shop.ga4.bodies:  # noqa: ASYNC110 - the request is on its way
        await asyncio.sleep(0.001)
    during = await shop.settled("re_1", "refund")
    shop.ga4.gate.set()
    await delivering

    assert (during.state, during.sending) == (State.CLAIMED, True)


@in_a_loop
async def test_a_lease_lost_while_ga4_was_slow_is_the_successors_to_settle(
    shop: Shop, log_lines: io.BytesIO
) -> None:
    """What this delivery knows is answered; the ledger keeps the successor's claim."""
    shop.ga4.gate.clear()
    delivering = asyncio.create_task(shop.take(PAID))
    while not shop.ga4.bodies:  # noqa: ASYNC110 - the request is on its way
        await asyncio.sleep(0.001)
    shop.clock.advance(60)
    await crashed(shop, purchase(transaction_id="pi_1"), begun=False)
    shop.ga4.gate.set()
    outcome = await delivering

    assert outcome.result is Result.DELIVERED
    assert (await shop.settled()).state is State.CLAIMED
    assert [json.loads(line)["event"] for line in log_lines.getvalue().splitlines()] == [
        "lease_lost",
        "event",
    ]


class FullDisk(SqliteDatabase):
    """A store that cannot write how an event ended."""

    async def commit(self, changes: Sequence[Change]) -> list[int]:
        """Fail, where it is an end."""
        if "settle" in moments_of(changes):
            raise UnavailableError("STORE: SQLITE_FULL")
        return await super().commit(changes)


@in_a_fast_loop
async def test_an_end_that_cannot_be_written_down_is_found_by_the_next_delivery(
    shop: Shop,
) -> None:
    """The purchase was taken; after the lease a copy goes out, which GA4 merges."""
    shop.use(Stores(FullDisk(shop.path, shop.clock), shop.clock))
    with pytest.raises(UnavailableError, match="SQLITE_FULL"):
        await shop.take(PAID)
    shop.use(shop.open_stores())
    with pytest.raises(InProgressError):
        await shop.take(PAID)
    shop.clock.advance(60)

    assert (await shop.take(PAID)).result is Result.DELIVERED
    assert len(shop.ga4.bodies) == 2


@in_a_loop
async def test_without_the_store_nothing_is_sent(opened: Opened) -> None:
    """What cannot be remembered is not begun."""
    shop = opened(STORE="sqlite:no/such/folder/ledger.sqlite")

    with pytest.raises(UnavailableError, match=r"^STORE: SQLITE_CANTOPEN$"):
        await shop.take(PAID)
    assert not shop.ga4.bodies


@in_a_loop
async def test_a_defect_on_the_way_to_ga4_leaves_a_claim_that_runs_out(shop: Shop) -> None:
    """Nobody knows what it sent; the lease makes sure that it is tried again."""
    shop.ga4.replies = [ZeroDivisionError(), 204]
    with pytest.raises(ZeroDivisionError):
        await shop.take(PAID)
    with pytest.raises(InProgressError):
        await shop.take(PAID)
    shop.clock.advance(60)

    assert (await shop.take(PAID)).result is Result.DELIVERED


@in_a_fast_loop
async def test_a_claim_whose_answer_was_lost_is_given_back_where_nothing_is_sent(
    shop: Shop,
) -> None:
    """The commit was made; asked again, the event is no conversion any more."""
    decisions: Iterator[Conversion | Ignored] = iter([purchase(), Ignored("not any more")])

    async def decide(_: Stores) -> Conversion | Ignored:
        return next(decisions)

    stores = with_faults(shop.open_stores(), overtaken("after begin"))
    unlucky = replace(shop.payments.sender, stores=stores)
    paid = purchase()
    delivered = await unlucky.deliver(decide, paid.source, mp_source="payment_webhook")

    assert delivered.outcome.result is Result.IGNORED
    assert await shop.entry(paid.business_key) is None
    assert (await sender(shop, paid)).result is Result.DELIVERED
