"""An event that a sink took, whose status is not known yet: one suite, run against each store."""

from datetime import timedelta

import pytest

from shared.domain.sink import Receipt, Sink
from shared.errors import LeaseLostError
from shared.stores.document import LEDGER, Change
from shared.stores.entry import REVERSED_AFTER_SENDING, Awaited, Entry, LedgerEvent, State
from shared.stores.lease import Done, Lease
from shared.stores.ledger import Ledger
from tests.stores.conftest import Store
from tests.support.builders import NOW
from tests.support.loop import in_a_loop
from tools.changed import replace

FACT = LedgerEvent(
    "G-TEST123",
    "purchase",
    "ORD-9",
    source="stripe checkout.session.completed evt_1",
    sink=Sink.DATA_MANAGER,
)
RECEIPT = Receipt("req-1", 3, 7, ("events[3].client_id: WARNING_REASON_INVALID_CLIENT_ID",))
FIRST_LOOK = NOW + timedelta(minutes=30)
LEASE = timedelta(seconds=60)


async def claimed(ledger: Ledger, fact: LedgerEvent = FACT, *, resend: bool = True) -> Lease:
    """Claim a fact that can be claimed."""
    lease = await ledger.claim(fact, now=NOW, resend=resend)
    assert isinstance(lease, Lease)
    return lease


async def accepted(ledger: Ledger, fact: LedgerEvent = FACT, receipt: Receipt = RECEIPT) -> None:
    """Settle a fact as taken."""
    lease = await claimed(ledger, fact)
    await ledger.settle(lease, State.ACCEPTED, now=NOW, receipt=receipt, replay=b"{}")


async def found(ledger: Ledger, fact: LedgerEvent = FACT) -> Entry:
    """Find an entry that is there."""
    entry = await ledger.find(fact.key)
    assert entry is not None
    return entry


@in_a_loop
async def test_an_accepted_entry_says_how_its_status_is_asked(store: Store) -> None:
    """By which request, at which place of how many, and when first."""
    async with store.ledger() as ledger:
        await accepted(ledger)
        entry = await found(ledger)

    assert entry.state is State.ACCEPTED
    assert entry.fact == FACT
    assert entry.request == RECEIPT
    assert entry.awaited == Awaited(NOW, 0, FIRST_LOOK)
    assert entry.replay == b"{}"
    assert entry.was_sent


@pytest.mark.parametrize("resend", [True, False], ids=["resend", "once"])
@in_a_loop
async def test_a_copy_meanwhile_is_a_duplicate(store: Store, *, resend: bool) -> None:
    """Google has it: nobody sends it again before its status says no."""
    async with store.ledger() as ledger:
        await accepted(ledger)
        for days in (0, 1, 80):
            now = NOW + timedelta(days=days)
            assert await ledger.claim(FACT, now=now, resend=resend) == Done(State.ACCEPTED)


@in_a_loop
async def test_a_settled_claim_is_not_accepted_too(store: Store) -> None:
    """The lease is gone with it."""
    async with store.ledger() as ledger:
        lease = await claimed(ledger)
        await ledger.settle(lease, State.DELIVERED, now=NOW)
        with pytest.raises(LeaseLostError):
            await ledger.settle(lease, State.ACCEPTED, now=NOW, receipt=RECEIPT)

        entry = await found(ledger)
    assert (entry.state, entry.request, entry.awaited) == (State.DELIVERED, None, None)


@in_a_loop
async def test_nothing_records_over_an_accepted_entry(store: Store) -> None:
    """A denial that comes second finds it sent."""
    async with store.ledger() as ledger:
        await accepted(ledger)
        before = await found(ledger)
        await ledger.record(FACT, State.WITHHELD, now=NOW, reason="analytics consent denied")
        assert await found(ledger) == before


@in_a_loop
async def test_a_refund_that_is_reversed_meanwhile_was_sent(store: Store) -> None:
    """Google has it, and nobody asks for its status any more."""
    refund = replace(FACT, event_name="refund", business_key="re_1")
    async with store.ledger() as ledger:
        await accepted(ledger, refund)
        before = await ledger.reverse(refund, now=NOW, reason=REVERSED_AFTER_SENDING)
        entry = await found(ledger, refund)

    assert isinstance(before, Entry)
    assert before.was_sent
    assert (entry.state, entry.was_sent, entry.awaited) == (State.REVERSED, True, None)


@pytest.mark.parametrize("first", list(Sink))
@in_a_loop
async def test_what_one_sink_may_have_taken_goes_to_no_other(store: Store, first: Sink) -> None:
    """After a switch of sinks, an uncertain purchase is sent again the way it went."""
    (other,) = set(Sink) - {first}
    fact = replace(FACT, sink=first)
    async with store.ledger() as ledger:
        lease = await claimed(ledger, fact)
        assert lease.sink is first
        await ledger.begin(lease, now=NOW)
        await ledger.settle(lease, State.UNCERTAIN, now=NOW, reason="lost", replay=b"{}")

        again = await claimed(ledger, replace(fact, sink=other))
        assert (again.sink, again.sent) == (first, b"{}")
        assert (await found(ledger)).fact.sink is first


@in_a_loop
async def test_a_claim_that_is_taken_over_keeps_the_sink_it_began_with(store: Store) -> None:
    """The process died after the first byte; before it, nothing was taken."""
    mp = replace(FACT, sink=Sink.MEASUREMENT_PROTOCOL)
    begun = replace(FACT, business_key="ORD-8")
    async with store.ledger() as ledger:
        await claimed(ledger, FACT)
        await ledger.begin(await claimed(ledger, begun), now=NOW)

        fresh = await ledger.claim(mp, now=NOW + LEASE, resend=True)
        taken = await ledger.claim(
            replace(begun, sink=Sink.MEASUREMENT_PROTOCOL), now=NOW + LEASE, resend=True
        )

    assert isinstance(fresh, Lease)
    assert isinstance(taken, Lease)
    assert (fresh.sink, taken.sink) == (Sink.MEASUREMENT_PROTOCOL, Sink.DATA_MANAGER)


@in_a_loop
async def test_a_rejected_entry_may_change_its_sink_and_gets_it_back(store: Store) -> None:
    """Nothing was taken; what a release restores is what was before, receipt and all."""
    refused = Receipt("req-9", 0, 1)
    async with store.ledger() as ledger:
        lease = await claimed(ledger)
        await ledger.settle(lease, State.REJECTED, now=NOW, reason="no", receipt=refused)
        before = await found(ledger)

        again = await claimed(ledger, replace(FACT, sink=Sink.MEASUREMENT_PROTOCOL))
        between = await found(ledger)
        await ledger.release(again)
        after = await found(ledger)

    assert again.sink is Sink.MEASUREMENT_PROTOCOL
    assert (between.fact.sink, between.request) == (Sink.MEASUREMENT_PROTOCOL, None)
    assert after == before
    assert before.request == refused


@in_a_loop
async def test_an_entry_from_before_there_were_two_sinks_is_the_measurement_protocols(
    store: Store,
) -> None:
    """Its document says nothing of a sink, nor of a receipt."""
    async with store.stores() as stores:
        await stores.ledger.record(FACT, State.REJECTED, now=NOW, reason="no")
        (written,) = await stores.database.read([(LEDGER, FACT.key)])
        old = {k: v for k, v in written.fields.items() if k not in ("sink", "receipt")}
        await stores.database.commit([Change(written, old)])

        entry = await found(stores.ledger)
        lease = await claimed(stores.ledger, replace(FACT, sink=Sink.MEASUREMENT_PROTOCOL))
        await stores.ledger.release(lease)
        assert await found(stores.ledger) == entry

    assert (entry.fact.sink, entry.request) == (Sink.MEASUREMENT_PROTOCOL, None)
