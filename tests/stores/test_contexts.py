"""What every store of contexts must do: one suite, run against each."""

from dataclasses import replace

import pytest

from shared.conversions.consent import Choice, Consent
from shared.conversions.context import Context
from tests.stores.conftest import Store
from tests.support.builders import IN_SESSION, NOW
from tests.support.loop import in_a_loop

FULL = Context(
    client_id="1.2",
    session_id=1_763_900_000,
    session_number=3,
    user_id='"☂\0',
    consent=Consent(Choice.GRANTED, Choice.DENIED, None),
    user_agent="Mozilla/5.0",
    page_location="https://shop.example/thanks",
    captured_at=NOW.replace(microsecond=1),
)
OTHER = Context(client_id="3.4")


@pytest.mark.parametrize("context", [FULL, IN_SESSION, Context()], ids=["full", "some", "nothing"])
@in_a_loop
async def test_a_context_comes_back_by_each_reference(store: Store, context: Context) -> None:
    """As it was, over another handle too."""
    async with store.contexts() as one, store.contexts() as two:
        await one.put(["sub_1", "cus_1", "cus_1"], context, now=NOW)

        for contexts in (one, two):
            for reference in ("sub_1", "cus_1"):
                assert await contexts.get([reference]) == context


@in_a_loop
async def test_nothing_is_known_of_other_references(store: Store) -> None:
    """Nor of none, nor of blank ones: nobody may have another's context by accident."""
    async with store.contexts() as contexts:
        await contexts.put(["cus_1", "", " "], FULL, now=NOW)
        await contexts.put([], OTHER, now=NOW)

        for references in ([], ["cus_2"], ["CUS_1"], ["cus_1 "], [""], [" "]):
            assert await contexts.get(references) is None


@in_a_loop
async def test_the_first_reference_that_has_one_decides(store: Store) -> None:
    """Whichever was put first."""
    async with store.contexts() as contexts:
        await contexts.put(["cus_1"], OTHER, now=NOW)
        await contexts.put(["sub_1"], FULL, now=NOW)

        assert await contexts.get(["?", "sub_1", "cus_1"]) == FULL
        assert await contexts.get(["cus_1", "sub_1"]) == OTHER


@in_a_loop
async def test_the_newest_counts(store: Store) -> None:
    """Under the references it names, and no other."""
    async with store.contexts() as contexts:
        await contexts.put(["sub_1", "cus_1"], OTHER, now=NOW)
        await contexts.put(["cus_1", "cs_1"], FULL, now=NOW)

        assert [await contexts.get([x]) for x in ("sub_1", "cus_1", "cs_1")] == [OTHER, FULL, FULL]


@in_a_loop
async def test_the_first_counts_where_it_is_told_to(store: Store) -> None:
    """Each reference by itself: one that had none takes the new one."""
    async with store.contexts() as contexts:
        await contexts.put(["cus_1"], OTHER, now=NOW, first_wins=True)
        await contexts.put(["cus_1", "cs_1"], FULL, now=NOW, first_wins=True)

        assert [await contexts.get([x]) for x in ("cus_1", "cs_1")] == [OTHER, FULL]


@in_a_loop
async def test_contexts_and_orders_do_not_mix(store: Store) -> None:
    """A linked reference is not a known person's."""
    async with store.stores() as stores:
        await stores.orders.link(["cs_1", "pi_1"], now=NOW)
        await stores.contexts.put(["cs_1"], FULL, now=NOW)

        assert await stores.contexts.get(["pi_1"]) is None
        assert await stores.orders.find(["cs_1"]) is None


@in_a_loop
async def test_contexts_outlive_the_process(store: Store) -> None:
    """A restart forgets nothing."""
    async with store.contexts() as contexts:
        await contexts.put(["cus_1"], replace(FULL, session_number=4), now=NOW)
    async with store.contexts() as contexts:
        assert await contexts.get(["cus_1"]) == replace(FULL, session_number=4)
