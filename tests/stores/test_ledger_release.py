"""A claim that is given back leaves no trace of itself, and every trace of what was before."""

from datetime import timedelta
from decimal import Decimal

import pytest

from shared.stores.entry import State
from shared.stores.lease import InProgress
from tests.stores.conftest import Store
from tests.stores.test_ledger import ENDS, FACT, LATER, LEASE_END, claimed, found
from tests.support.builders import NOW
from tests.support.loop import in_a_loop
from tools.changed import replace

CLAIMABLE = [State.UNCERTAIN, State.REJECTED, State.WITHHELD]
REPLAY = b"\0\xff{}"
# What a corrected delivery tells of the same fact.
CORRECTED = replace(
    FACT,
    transaction_id=None,
    currency=None,
    value=Decimal("17.00"),
    occurred_at=None,
    source="stripe x evt_2",
    attribution="client",
)


@pytest.mark.parametrize("begun", [True, False], ids=["begun", "not begun"])
@pytest.mark.parametrize("state", CLAIMABLE)
@in_a_loop
async def test_what_was_settled_before_is_so_again(
    store: Store, state: State, *, begun: bool
) -> None:
    """To the last field, whatever the claim said and however often it happens."""
    async with store.ledger() as ledger:
        first = await claimed(ledger)
        if begun:
            await ledger.begin(first, now=NOW)
        await ledger.settle(first, state, now=NOW, reason="why", replay=REPLAY)
        before = await found(ledger)

        for _ in range(2):
            lease = await claimed(ledger, CORRECTED, now=LATER, resend=True)
            await ledger.begin(lease, now=LATER)
            await ledger.release(lease)

            assert before == await found(ledger)


@pytest.mark.parametrize("state", [State.REJECTED, State.WITHHELD])
@in_a_loop
async def test_what_was_recorded_before_is_so_again(store: Store, state: State) -> None:
    """With what replay needs, and it can be claimed once more."""
    async with store.ledger() as ledger:
        await ledger.record(FACT, state, now=NOW, reason="no client", replay=REPLAY)
        before = await found(ledger)
        await ledger.release(await claimed(ledger, CORRECTED, now=LATER))

        assert before == await found(ledger)
        assert (await claimed(ledger, now=LATER)).attempt == 2


@in_a_loop
async def test_texts_of_before_come_back_as_they_were(store: Store) -> None:
    """Quotes, line ends, zero bytes, half of the world's alphabets."""
    strange = replace(FACT, transaction_id='"\\\n\0☂😀', source="'); --\x7f\x1f", currency="")
    async with store.ledger() as ledger:
        await ledger.record(strange, State.REJECTED, now=NOW, reason="\0 no\u2028", replay=b"")
        before = await found(ledger)
        await ledger.release(await claimed(ledger, now=LATER))

        assert before == await found(ledger)


@pytest.mark.parametrize("state", CLAIMABLE)
@in_a_loop
async def test_while_it_is_claimed_nothing_of_before_shows(store: Store, state: State) -> None:
    """The claim is what holds now."""
    async with store.ledger() as ledger:
        await ledger.settle(await claimed(ledger), state, now=NOW, reason="why", replay=REPLAY)
        await claimed(ledger, CORRECTED, now=LATER, resend=True)
        entry = await found(ledger)

        assert (entry.fact, entry.state, entry.attempt) == (CORRECTED, State.CLAIMED, 2)
        assert (entry.reason, entry.replay) == (None, None)


@pytest.mark.parametrize("state", ENDS)
@in_a_loop
async def test_once_the_claim_is_settled_nothing_of_before_is_left(
    store: Store, state: State
) -> None:
    """A release that comes too late brings nothing back."""
    async with store.ledger() as ledger:
        await ledger.record(FACT, State.REJECTED, now=NOW, reason="why", replay=REPLAY)
        lease = await claimed(ledger, now=LATER)
        await ledger.settle(lease, state, now=LATER)
        settled = await found(ledger)
        await ledger.release(lease)

        assert settled == await found(ledger)
        assert (settled.state, settled.reason, settled.replay) == (state, None, None)


@in_a_loop
async def test_who_took_over_brings_back_what_the_dead_holder_found(store: Store) -> None:
    """Its own lease alone: the dead holder's releases nothing."""
    async with store.ledger() as ledger:
        await ledger.record(FACT, State.WITHHELD, now=NOW, reason="no client", replay=REPLAY)
        before = await found(ledger)
        dead = await claimed(ledger)
        heir = await claimed(ledger, now=LEASE_END)
        await ledger.release(dead)
        assert isinstance(await ledger.claim(FACT, now=LEASE_END, resend=True), InProgress)
        await ledger.release(heir)

        assert before == await found(ledger)


@pytest.mark.parametrize("state", [State.REJECTED, State.WITHHELD])
@in_a_loop
async def test_a_new_claim_of_what_was_not_taken_begins_anew(store: Store, state: State) -> None:
    """GA4 refused the first try: a corrected refund need not fear to be the second copy."""
    async with store.ledger() as ledger:
        lease = await claimed(ledger)
        await ledger.begin(lease, now=NOW)
        await ledger.settle(lease, state, now=NOW)
        second = await claimed(ledger, now=LATER)
        assert second.sending_began is False

        await ledger.begin(second, now=LATER)
        third = await claimed(ledger, now=LATER + timedelta(seconds=60))
        assert third.sending_began is True
