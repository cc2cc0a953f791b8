"""What every ledger must do: one suite, run against each store."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shared.errors import LeaseLostError
from shared.stores.entry import Entry, LedgerEvent, State
from shared.stores.lease import Done, InProgress, Lease
from shared.stores.ledger import Ledger
from tests.stores.conftest import Store
from tests.support.builders import NOW
from tests.support.loop import in_a_loop
from tools.changed import replace

FACT = LedgerEvent(
    measurement_id="G-TEST123",
    event_name="purchase",
    business_key="ORD-9",
    transaction_id="ORD-9",
    currency="EUR",
    value=Decimal("18.00"),
    occurred_at=NOW - timedelta(seconds=5),
    source="stripe checkout.session.completed evt_1",
    attribution="session",
)
LATER = NOW + timedelta(seconds=10)
LEASE_END = NOW + timedelta(seconds=60)
ENDS = [State.DELIVERED, State.UNCERTAIN, State.REJECTED, State.WITHHELD]


async def claimed(
    ledger: Ledger, fact: LedgerEvent = FACT, *, now: datetime = NOW, resend: bool = False
) -> Lease:
    """Claim a fact that can be claimed."""
    lease = await ledger.claim(fact, now=now, resend=resend)
    assert isinstance(lease, Lease)
    return lease


async def found(ledger: Ledger, fact: LedgerEvent = FACT) -> Entry:
    """Find an entry that is there."""
    entry = await ledger.find(fact.key)
    assert entry is not None
    return entry


@in_a_loop
async def test_a_fact_nobody_claimed_is_granted(store: Store) -> None:
    """To a holder nobody else is, for the first time."""
    async with store.ledger() as ledger:
        lease = await claimed(ledger)

    assert (FACT.key, 1, False) == (lease.key, lease.attempt, lease.sending_began)
    assert len(lease.holder) >= 32


@in_a_loop
async def test_what_is_claimed_is_in_progress(store: Store) -> None:
    """For the second delivery, over the same handle or another."""
    async with store.ledger() as one, store.ledger() as two:
        await claimed(one)

        for ledger in (one, two):
            assert await ledger.claim(FACT, now=LATER, resend=True) == InProgress(LEASE_END)


@in_a_loop
async def test_a_lease_lasts_sixty_seconds_and_not_one_microsecond_less(store: Store) -> None:
    """Then another delivery takes it over, as the second attempt."""
    almost = LEASE_END - timedelta(microseconds=1)
    async with store.ledger() as ledger:
        first = await claimed(ledger)
        assert isinstance(await ledger.claim(FACT, now=almost, resend=False), InProgress)

        second = await claimed(ledger, now=LEASE_END)

    assert (second.attempt, second.sending_began) == (2, False)
    assert first.holder != second.holder


@in_a_loop
async def test_who_takes_over_learns_that_sending_had_begun(store: Store) -> None:
    """And so does the third, however the second ended."""
    async with store.ledger() as ledger:
        await ledger.begin(await claimed(ledger), now=NOW)
        second = await claimed(ledger, now=LEASE_END)
        third = await claimed(ledger, now=LEASE_END + timedelta(seconds=60))

    assert [(x.attempt, x.sending_began) for x in (second, third)] == [(2, True), (3, True)]


@pytest.mark.parametrize("act", ["begin", "settle"])
@in_a_loop
async def test_a_lost_lease_changes_nothing(store: Store, act: str) -> None:
    """The entry is the successor's."""
    async with store.ledger() as ledger:
        lost = await claimed(ledger)
        await claimed(ledger, now=LEASE_END)
        before = await found(ledger)

        with pytest.raises(LeaseLostError):
            await (
                ledger.begin(lost, now=LEASE_END)
                if act == "begin"
                else ledger.settle(lost, State.REJECTED, now=LEASE_END)
            )

        assert before == await found(ledger)


@in_a_loop
async def test_a_lease_that_ran_out_but_nobody_took_is_still_held(store: Store) -> None:
    """A slow answer is settled all the same."""
    async with store.ledger() as ledger:
        lease = await claimed(ledger)
        await ledger.settle(lease, State.DELIVERED, now=LEASE_END + timedelta(minutes=5))

        assert (await found(ledger)).state is State.DELIVERED


@pytest.mark.parametrize("act", ["begin", "settle"])
@in_a_loop
async def test_a_settled_claim_is_held_by_nobody(store: Store, act: str) -> None:
    """It cannot be settled twice."""
    async with store.ledger() as ledger:
        lease = await claimed(ledger)
        await ledger.settle(lease, State.DELIVERED, now=LATER)

        with pytest.raises(LeaseLostError):
            await (
                ledger.begin(lease, now=LATER)
                if act == "begin"
                else ledger.settle(lease, State.UNCERTAIN, now=LATER)
            )

        assert (await found(ledger)).state is State.DELIVERED


@pytest.mark.parametrize("resend", [True, False], ids=["resend", "once"])
@in_a_loop
async def test_what_was_delivered_is_done(store: Store, *, resend: bool) -> None:
    """For ever, and for every kind of event."""
    async with store.ledger() as ledger:
        await ledger.settle(await claimed(ledger), State.DELIVERED, now=LATER)

        for now in (LATER, LEASE_END, NOW + timedelta(days=80)):
            assert await ledger.claim(FACT, now=now, resend=resend) == Done(State.DELIVERED)


@in_a_loop
async def test_what_is_uncertain_is_done_unless_a_second_copy_does_no_harm(store: Store) -> None:
    """A purchase is claimed again, a refund is not."""
    async with store.ledger() as ledger:
        await ledger.settle(await claimed(ledger), State.UNCERTAIN, now=LATER)

        assert await ledger.claim(FACT, now=LATER, resend=False) == Done(State.UNCERTAIN)
        assert (await claimed(ledger, now=LATER, resend=True)).attempt == 2


@pytest.mark.parametrize("state", [State.REJECTED, State.WITHHELD])
@in_a_loop
async def test_what_was_not_sent_can_be_claimed_again(store: Store, state: State) -> None:
    """A corrected delivery may try: settled so or recorded so."""
    recorded = replace(FACT, business_key="ORD-10")
    async with store.ledger() as ledger:
        await ledger.settle(await claimed(ledger), state, now=NOW, reason="no")
        await ledger.record(recorded, state, now=NOW, reason="no")

        assert (await claimed(ledger, now=LATER)).attempt == 2
        assert (await claimed(ledger, recorded, now=LATER)).attempt == 2


@in_a_loop
async def test_a_released_claim_was_never_there(store: Store) -> None:
    """Surely nothing was sent: the next delivery is the first."""
    async with store.ledger() as ledger:
        await ledger.release(await claimed(ledger))

        assert await ledger.find(FACT.key) is None
        assert (await claimed(ledger, now=LATER)).attempt == 1


@in_a_loop
async def test_a_lost_lease_releases_nothing(store: Store) -> None:
    """Nor does a settled one, and neither is an error."""
    async with store.ledger() as ledger:
        lost = await claimed(ledger)
        second = await claimed(ledger, now=LEASE_END)
        await ledger.release(lost)
        assert (await found(ledger)).state is State.CLAIMED

        await ledger.settle(second, State.DELIVERED, now=LEASE_END)
        await ledger.release(second)
        assert (await found(ledger)).state is State.DELIVERED


@in_a_loop
async def test_an_entry_of_a_claim_says_everything(store: Store) -> None:
    """Every field of the fact comes back as it was."""
    async with store.ledger() as ledger:
        await claimed(ledger)

        assert await found(ledger) == Entry(
            fact=FACT,
            state=State.CLAIMED,
            reason=None,
            attempt=1,
            sending=False,
            lease_until=LEASE_END,
            created_at=NOW,
            updated_at=NOW,
            expires_at=NOW + timedelta(days=90),
        )


@pytest.mark.parametrize("state", ENDS)
@in_a_loop
async def test_an_entry_of_a_settled_claim_says_how_it_ended(store: Store, state: State) -> None:
    """When, why, and that nobody holds it."""
    async with store.ledger() as ledger:
        lease = await claimed(ledger)
        await ledger.begin(lease, now=LATER)
        await ledger.settle(lease, state, now=LEASE_END, reason="GA4 answered: 400", replay=b"\0{}")

        assert await found(ledger) == Entry(
            fact=FACT,
            state=state,
            reason="GA4 answered: 400",
            attempt=1,
            sending=True,
            lease_until=None,
            created_at=NOW,
            updated_at=LEASE_END,
            expires_at=LEASE_END + timedelta(days=90),
            replay=b"\0{}",
        )


@pytest.mark.parametrize("state", [State.REJECTED, State.WITHHELD])
@in_a_loop
async def test_a_recorded_entry_keeps_what_replay_needs(store: Store, state: State) -> None:
    """Byte for byte, zero bytes too."""
    async with store.ledger() as ledger:
        await ledger.record(FACT, state, now=NOW, reason="no client", replay=b"\0\xff{}")

        assert await found(ledger) == Entry(
            fact=FACT,
            state=state,
            reason="no client",
            attempt=1,
            sending=False,
            lease_until=None,
            created_at=NOW,
            updated_at=NOW,
            expires_at=NOW + timedelta(days=90),
            replay=b"\0\xff{}",
        )


@in_a_loop
async def test_recording_again_counts_and_keeps_the_beginning(store: Store) -> None:
    """The sender retried; the last reason is the one that holds."""
    async with store.ledger() as ledger:
        await ledger.record(FACT, State.WITHHELD, now=NOW, reason="no client", replay=b"1")
        await ledger.record(FACT, State.REJECTED, now=LATER, reason="too late", replay=b"2")

        entry = await found(ledger)

    assert (
        entry.state,
        entry.reason,
        entry.attempt,
        entry.replay,
    ) == (State.REJECTED, "too late", 2, b"2")
    assert (entry.created_at, entry.updated_at) == (NOW, LATER)


@in_a_loop
async def test_recording_leaves_a_claim_alone(store: Store) -> None:
    """Somebody is sending it."""
    async with store.ledger() as ledger:
        await claimed(ledger)
        before = await found(ledger)
        await ledger.record(FACT, State.REJECTED, now=LATER, reason="late", replay=b"x")

        assert before == await found(ledger)


@pytest.mark.parametrize("state", [State.DELIVERED, State.UNCERTAIN])
@in_a_loop
async def test_recording_leaves_what_was_sent_alone(store: Store, state: State) -> None:
    """A later copy that cannot be sent changes nothing about the first."""
    async with store.ledger() as ledger:
        await ledger.settle(await claimed(ledger), state, now=NOW)
        before = await found(ledger)
        await ledger.record(FACT, State.REJECTED, now=LATER, reason="late", replay=b"x")

        assert before == await found(ledger)


@in_a_loop
async def test_a_new_claim_forgets_the_reason_and_the_replay_of_the_old(store: Store) -> None:
    """And takes the fact as it is told now: a corrected amount."""
    corrected = replace(FACT, value=Decimal("17.00"), attribution="client", source="evt_2")
    async with store.ledger() as ledger:
        await ledger.record(FACT, State.REJECTED, now=NOW, reason="no", replay=b"x")
        await claimed(ledger, corrected, now=LATER)

        entry = await found(ledger)

    assert (corrected, State.CLAIMED, None, None, NOW) == (
        entry.fact,
        entry.state,
        entry.reason,
        entry.replay,
        entry.created_at,
    )


@in_a_loop
async def test_a_fact_may_know_very_little(store: Store) -> None:
    """Money that cannot be read has neither currency nor value nor time."""
    unreadable = LedgerEvent("G-TEST123", "unreadable", "stripe:evt_1")
    async with store.ledger() as ledger:
        await ledger.record(unreadable, State.REJECTED, now=NOW, reason="amount: negative")

        assert (await found(ledger, unreadable)).fact == unreadable


@pytest.mark.parametrize(
    "value", ["0", "0.00", "18.00", "18.0", "1234.567", "10000000000.00", "0.001"]
)
@in_a_loop
async def test_money_comes_back_digit_by_digit(store: Store, value: str) -> None:
    """No store makes a float of it."""
    fact = replace(FACT, value=Decimal(value))
    async with store.ledger() as ledger:
        await claimed(ledger, fact)

        assert value == str((await found(ledger)).fact.value)


@in_a_loop
async def test_times_come_back_to_the_microsecond(store: Store) -> None:
    """In UTC."""
    moment = datetime(2026, 11, 23, 11, 59, 59, 999_999, tzinfo=UTC)
    async with store.ledger() as ledger:
        await claimed(ledger, replace(FACT, occurred_at=moment), now=moment)

        entry = await found(ledger)

    assert (moment, moment) == (entry.fact.occurred_at, entry.created_at)
    assert entry.created_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(FACT, business_key="ORD-10"), id="another order"),
        pytest.param(replace(FACT, event_name="refund"), id="another event"),
        pytest.param(replace(FACT, business_key="ord-9"), id="another case"),
        pytest.param(replace(FACT, business_key="ORD-9 "), id="a space more"),
        pytest.param(replace(FACT, business_key="ORD-9\0"), id="a zero byte more"),
        pytest.param(replace(FACT, business_key="ÖRD-9 ☂"), id="beyond ASCII"),
    ],
)
@in_a_loop
async def test_another_fact_is_another_entry(store: Store, other: LedgerEvent) -> None:
    """Both are sent."""
    async with store.ledger() as ledger:
        await claimed(ledger)
        await claimed(ledger, other)

        assert (await found(ledger, other)).fact == other


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(replace(FACT, measurement_id="G-OTHER1"), id="another stream"),
        pytest.param(replace(FACT, value=Decimal(1)), id="another value"),
        pytest.param(replace(FACT, source="evt_2"), id="another event of the provider"),
        pytest.param(replace(FACT, transaction_id="x"), id="another transaction id"),
        pytest.param(replace(FACT, attribution="client"), id="another attribution"),
    ],
)
@in_a_loop
async def test_the_same_business_key_is_the_same_fact(store: Store, same: LedgerEvent) -> None:
    """Whatever else is told of it."""
    async with store.ledger() as ledger:
        await claimed(ledger)

        assert isinstance(await ledger.claim(same, now=LATER, resend=True), InProgress)


@in_a_loop
async def test_nothing_is_found_where_nothing_is(store: Store) -> None:
    """No error, and nothing is made."""
    async with store.ledger() as ledger:
        assert await ledger.find(FACT.key) is None


@in_a_loop
async def test_what_one_process_wrote_the_next_one_reads(store: Store) -> None:
    """A restart forgets nothing."""
    async with store.ledger() as ledger:
        await ledger.settle(await claimed(ledger), State.DELIVERED, now=LATER)
    async with store.ledger() as ledger:
        assert await ledger.claim(FACT, now=LATER, resend=True) == Done(State.DELIVERED)


@in_a_loop
async def test_closing_twice_or_unopened_is_no_error(store: Store) -> None:
    """A process that ends before its first delivery opened nothing."""
    async with store.ledger() as ledger:
        await ledger.close()
        await ledger.close()
        assert await ledger.find(FACT.key) is None


@in_a_loop
async def test_a_reversal_before_the_refund_stops_it(store: Store) -> None:
    """Nothing sends it from then on, however often it is delivered."""
    async with store.ledger() as ledger:
        before = await ledger.reverse(FACT, now=NOW, reason="it failed")

        assert before is None
        assert await ledger.claim(FACT, now=LATER, resend=True) == Done(State.REVERSED)
        entry = await found(ledger)

    assert (entry.state, entry.reason, entry.fact) == (State.REVERSED, "it failed", FACT)


@pytest.mark.parametrize("state", [State.DELIVERED, State.UNCERTAIN])
@in_a_loop
async def test_a_reversal_tells_what_was_sent_before(store: Store, state: State) -> None:
    """The entry keeps what was sent."""
    async with store.ledger() as ledger:
        await ledger.settle(await claimed(ledger), state, now=NOW)

        before = await ledger.reverse(replace(FACT, value=None), now=LATER, reason="it failed")
        entry = await found(ledger)

    assert isinstance(before, Entry)
    assert before.state is state
    assert (entry.state, entry.fact.value) == (State.REVERSED, FACT.value)


@in_a_loop
async def test_nothing_is_reversed_while_it_is_being_sent(store: Store) -> None:
    """The reversal comes again; once the lease has run out it counts."""
    async with store.ledger() as ledger:
        lease = await claimed(ledger)
        assert await ledger.reverse(FACT, now=LATER, reason="it failed") == InProgress(LEASE_END)
        await ledger.settle(lease, State.DELIVERED, now=LATER)

        assert isinstance(await ledger.reverse(FACT, now=LATER, reason="it failed"), Entry)


@in_a_loop
async def test_what_was_withheld_may_be_reversed(store: Store) -> None:
    """A refund that waits for its purchase may fail meanwhile."""
    async with store.ledger() as ledger:
        await ledger.record(FACT, State.WITHHELD, now=NOW, reason="waits", references=["pi_1"])
        await ledger.reverse(FACT, now=LATER, reason="it failed")

        assert list(await ledger.withheld(["pi_1"], now=LATER)) == []
        assert await ledger.claim(FACT, now=LATER, resend=False) == Done(State.REVERSED)


@in_a_loop
async def test_who_sends_an_uncertain_event_again_gets_what_was_sent(store: Store) -> None:
    """A copy is one for GA4 only to the byte; of what was rejected nothing was sent."""
    rejected = replace(FACT, business_key="ORD-8")
    async with store.ledger() as ledger:
        await ledger.settle(await claimed(ledger), State.UNCERTAIN, now=NOW, replay=b'{"a":1}')
        await ledger.record(rejected, State.REJECTED, now=NOW, reason="why", replay=b'{"b":2}')

        assert (await claimed(ledger, now=LATER, resend=True)).sent == b'{"a":1}'
        assert (await claimed(ledger, rejected, now=LATER)).sent is None
