"""Whatever is told in whichever order, a store answers as the contract's own model does."""

import asyncio
from decimal import Decimal
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.stores.orders import Orders
from tests.stores.conftest import Store
from tests.stores.order_model import OrderModel
from tests.stores.orders import order
from tests.support.builders import NOW

REFERENCES = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=3)
STEPS = st.lists(
    st.tuples(st.just("remember"), REFERENCES, st.sampled_from(["X", "Y", "Z"]), st.just(0))
    | st.tuples(st.just("link"), REFERENCES, st.just(""), st.just(0))
    | st.tuples(st.just("find"), REFERENCES, st.just(""), st.just(0))
    | st.tuples(
        st.just("allot"), REFERENCES, st.sampled_from(["re_1", "re_2", "re_3"]), st.integers(0, 999)
    ),
    max_size=25,
)
EXAMPLES = {"sqlite": 100, "firestore": 12}  # a step over the network takes its time
Step = tuple[str, list[str], str, int]


async def played(orders: Orders, steps: list[Step], prefix: str) -> list[object]:
    """Return what a store answers to each step; its ids are of this play alone."""
    answers: list[object] = []
    for act, letters, name, cents in steps:
        references = [prefix + letter for letter in letters]
        if act == "remember":
            answers.append(await orders.remember(order(name), references, now=NOW))
        elif act == "link":
            await orders.link(references, now=NOW)
        elif act == "find":
            answers.append(await orders.find(references))
        else:
            amount = Decimal(cents).scaleb(-2)
            place = await orders.assign_refund(references, prefix + name, amount, now=NOW)
            answers.append(place and (place.order, place.before))
    return answers


def expected(steps: list[Step]) -> list[object]:
    """Return what the model answers to each step."""
    model, answers = OrderModel(), list[object]()
    for act, references, name, cents in steps:
        if act == "remember":
            answers.append(model.remember(order(name), references))
        elif act == "link":
            model.link(references)
        elif act == "find":
            record = model.find(references)
            answers.append(record and record.order)
        else:
            answers.append(model.assign_refund(references, name, Decimal(cents).scaleb(-2)))
    return answers


def test_a_store_answers_as_the_model(store: Store, store_name: str) -> None:
    """Links, orders and refunds of eight references, in any order and repetition."""
    plays = count()

    async def play(steps: list[Step]) -> list[object]:
        async with store.orders() as orders:
            return await played(orders, steps, f"{next(plays)}:")

    @settings(max_examples=EXAMPLES[store_name])
    @given(STEPS)
    def prove(steps: list[Step]) -> None:
        assert expected(steps) == asyncio.run(play(steps))

    prove()
