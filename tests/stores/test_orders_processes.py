"""Several real processes on one store of orders: one order wins, each refund has one place."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.stores.conftest import STORES
from tests.stores.order_workers import allot_all, remember_all
from tests.stores.orders import order
from tests.support.builders import NOW
from tests.support.forks import FORKS

PROCESSES = 4


def told_by_all(worker: Callable[..., None], store: str, folder: Path) -> list[Any]:
    """Start processes at the same moment and return what each tells."""
    barrier = FORKS.Barrier(PROCESSES)
    pipes = [FORKS.Pipe(duplex=False) for _ in range(PROCESSES)]
    processes = [
        FORKS.Process(target=worker, args=(store, folder, me, barrier, sender))
        for me, (_, sender) in enumerate(pipes)
    ]
    for process in processes:
        process.start()
    answered = [receiver.recv() for receiver, _ in pipes if receiver.poll(60)]
    for process in processes:
        process.join(30)
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    return answered


def test_of_many_orders_under_one_reference_exactly_one_wins(
    store_name: str, tmp_path: Path
) -> None:
    """Everybody gets it back, and finds it under references that only they named."""
    answered = told_by_all(remember_all, store_name, tmp_path)

    async def found(n: int) -> set[str]:
        async with STORES[store_name](tmp_path).orders() as orders:
            references = [f"shared_{n}", *(f"own_{n}_{me}" for me in range(PROCESSES))]
            return {
                order.transaction_id
                for reference in references
                if (order := await orders.find([reference])) is not None
            }

    for n, answers in enumerate(zip(*answered, strict=True)):
        assert len(set(answers)) == 1
        assert answers[0] in {f"{n} of {me}" for me in range(PROCESSES)}
        assert asyncio.run(found(n)) == set(answers)


def test_each_refund_has_one_place_whoever_asks(store_name: str, tmp_path: Path) -> None:
    """One after the other, without a gap and without an overlap."""

    async def remember() -> None:
        async with STORES[store_name](tmp_path).orders() as orders:
            await orders.remember(order(), ["cs_1"], now=NOW)

    asyncio.run(remember())
    first, *others = told_by_all(allot_all, store_name, tmp_path)

    assert [first] * (PROCESSES - 1) == others
    taken = Decimal(0)
    for n in sorted(first, key=lambda n: (first[n], n)):
        assert first[n] == taken
        taken += n
