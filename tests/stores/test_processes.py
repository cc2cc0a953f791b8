"""Several real processes on one ledger: one is granted, and a dead one is succeeded."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from shared.errors import LeaseLostError
from shared.stores.entry import State
from shared.stores.lease import InProgress, Lease
from tests.stores.conftest import STORES
from tests.stores.order_workers import HOW_MANY
from tests.support.builders import NOW
from tests.support.forks import FORKS
from tests.support.ledger_workers import claim_all, claim_and_stall, fact
from tests.support.loop import in_a_loop

PROCESSES = 4


def test_of_many_processes_exactly_one_is_granted_each_claim(
    store_name: str, tmp_path: Path
) -> None:
    """They start at the same moment, on a ledger that does not exist yet."""
    keys = [f"ORD-{n}" for n in range(HOW_MANY[store_name])]
    barrier = FORKS.Barrier(PROCESSES)
    pipes = [FORKS.Pipe(duplex=False) for _ in range(PROCESSES)]
    processes = [
        FORKS.Process(target=claim_all, args=(store_name, tmp_path, keys, barrier, sender))
        for _, sender in pipes
    ]
    for process in processes:
        process.start()

    granted = [key for receiver, _ in pipes if receiver.poll(60) for key in receiver.recv()]
    for process in processes:
        process.join(30)

    assert [process.exitcode for process in processes] == [0] * PROCESSES
    assert Counter(granted) == Counter(keys)


def kill_a_holder(store: str, folder: Path, *, begin: bool) -> None:
    """Have another process claim, and kill it before it can say how it ended."""
    receiver, sender = FORKS.Pipe(duplex=False)
    process = FORKS.Process(
        target=claim_and_stall, args=(store, folder, sender), kwargs={"begin": begin}, daemon=True
    )
    process.start()
    assert receiver.poll(60)
    assert receiver.recv() is True
    process.kill()
    process.join(30)
    assert process.exitcode == -9


@pytest.mark.parametrize("begin", [False, True], ids=["before sending", "while sending"])
@in_a_loop
async def test_a_killed_holder_is_succeeded_when_its_lease_has_run_out(
    store_name: str, tmp_path: Path, *, begin: bool
) -> None:
    """Not before; and the successor learns whether sending had begun."""
    kill_a_holder(store_name, tmp_path, begin=begin)
    ledger = STORES[store_name](tmp_path).open().ledger
    early = await ledger.claim(fact(), now=NOW + timedelta(seconds=59), resend=False)
    late = await ledger.claim(fact(), now=NOW + timedelta(seconds=60), resend=False)

    assert isinstance(early, InProgress)
    assert isinstance(late, Lease)
    assert (2, begin) == (late.attempt, late.sending_began)
    await ledger.settle(late, State.DELIVERED, now=NOW + timedelta(seconds=61))
    with pytest.raises(LeaseLostError):
        await ledger.begin(late, now=NOW + timedelta(seconds=62))
    await ledger.close()
