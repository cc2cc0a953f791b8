"""What every store of contexts must do: one suite, run against each."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.merge_contexts import combine_contexts, merge_contexts
from tests.stores.conftest import Store
from tests.stores.orders import order
from tests.support.builders import IN_SESSION, NOW
from tests.support.loop import in_a_loop
from tools.changed import replace

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
async def test_the_contexts_of_several_references_are_gathered_in_their_order(store: Store) -> None:
    """Whichever was put first."""
    async with store.contexts() as contexts:
        await contexts.put(["cus_1"], OTHER, now=NOW)
        await contexts.put(["sub_1"], FULL, now=NOW)

        assert await contexts.get(["?", "sub_1", "cus_1"]) == combine_contexts([FULL, OTHER])
        assert await contexts.get(["cus_1", "sub_1"]) == combine_contexts([OTHER, FULL])


@pytest.mark.parametrize("first_wins", [False, True])
@in_a_loop
async def test_what_is_told_is_merged_with_what_is_known(store: Store, *, first_wins: bool) -> None:
    """Each reference by itself: one that had none takes the new one as it is."""
    async with store.contexts() as contexts:
        await contexts.put(["sub_1", "cus_1"], OTHER, now=NOW)
        await contexts.put(["cus_1", "cs_1"], FULL, now=NOW, first_wins=first_wins)

        both = merge_contexts(OTHER, FULL, first_wins=first_wins)
        assert [await contexts.get([x]) for x in ("sub_1", "cus_1", "cs_1")] == [OTHER, both, FULL]


@in_a_loop
async def test_what_was_put_is_put_again_in_vain(store: Store) -> None:
    """A retry after something newer changes nothing."""
    newer = replace(FULL, client_id="5.6", captured_at=NOW + timedelta(minutes=1))
    async with store.contexts() as contexts:
        for context in (FULL, newer, FULL):
            await contexts.put(["cus_1"], context, now=NOW)

        found = await contexts.get(["cus_1"])
    assert found is not None
    assert found.client_id == "5.6"


@in_a_loop
async def test_of_contexts_put_at_once_none_is_lost(store: Store) -> None:
    """A denial, say, between another's reading and writing."""
    denied = Context(consent=Consent(None, None, Choice.DENIED))
    async with store.contexts() as one, store.contexts() as two:
        for number in range(8):
            reference = f"cs_{number}"
            await asyncio.gather(
                one.put([reference], FULL, now=NOW),
                two.put([reference], denied, now=NOW),
                two.put([reference], OTHER, now=NOW),
            )

            found = await one.get([reference])
            assert found is not None
            assert found.consent.ad_personalization is Choice.DENIED
            assert found.client_id in {"1.2", "3.4"}


@in_a_loop
async def test_of_who_denied_only_the_answers_are_kept(store: Store) -> None:
    """Whatever was known before, and whatever comes after."""
    denied = Context(consent=Consent(Choice.DENIED, analytics_at=NOW))
    async with store.contexts() as contexts:
        for context in (FULL, denied, OTHER):
            await contexts.put(["cs_1"], context, now=NOW)

        whole = await contexts.get(["cs_1"])
        assert whole is not None
        assert whole == Context(consent=whole.consent)
        assert whole.consent.analytics is Choice.DENIED


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


@in_a_loop
async def test_what_stands_for_many_orders_lends_no_session(store: Store) -> None:
    """A customer's context is of some visit; whether the order was in it nobody says."""
    async with store.contexts() as contexts:
        await contexts.put(["cus_1"], FULL, now=NOW)

        found = await contexts.get(["cs_1", "cus_1"], lasting=["cus_1"])

    assert found is not None
    assert (found.client_id, found.session_id) == (FULL.client_id, None)


@pytest.mark.parametrize("reference", ["pi_1", "ch_1"])
@in_a_loop
async def test_of_who_denies_an_order_keeps_its_references_and_money(
    store: Store, reference: str
) -> None:
    """By whichever reference: the order stands in the first one's document. Its refunds stay."""
    denied_at = NOW + timedelta(days=1)
    denied = Consent(Choice.DENIED, analytics_at=denied_at)
    places = [f"stripe:\0{each}" for each in ("pi_1", "ch_1")]
    async with store.stores() as stores:
        placed = order()
        await stores.orders.remember(placed, places, now=NOW)
        await stores.orders.assign_refund(places, "re_1", Decimal("5.00"), now=NOW)

        await stores.contexts.put([reference], Context(consent=denied), now=NOW)
        (kept,) = {await stores.orders.find([place]) for place in places}
        position = await stores.orders.assign_refund(places, "re_2", Decimal("5.00"), now=NOW)
        first = await stores.orders.remember(placed, places, now=NOW)

    assert kept is not None
    assert kept == replace(placed, items=(), context=Context(consent=kept.context.consent))
    assert kept.context.consent.analytics is Choice.DENIED
    assert position is not None
    assert position.before == Decimal("5.00")
    assert first == kept


@in_a_loop
async def test_who_grants_later_than_a_denial_keeps_their_order(store: Store) -> None:
    """Nor does a denial under another reference take anything."""
    earlier = Consent(Choice.DENIED, analytics_at=NOW - timedelta(days=1))
    granted = Consent(Choice.GRANTED, analytics_at=NOW)
    placed = replace(order(), context=replace(IN_SESSION, consent=granted))
    async with store.stores() as stores:
        await stores.orders.remember(placed, ["pi_1"], now=NOW)
        await stores.contexts.put(["pi_1"], Context(consent=earlier), now=NOW)
        await stores.contexts.put(["pi_2"], Context(consent=Consent(Choice.DENIED)), now=NOW)

        assert await stores.orders.find(["pi_1"]) == placed


@in_a_loop
async def test_a_denial_of_orders_of_two_scopes_reaches_both(store: Store) -> None:
    """A till's order of the same number, and one that is placed and not paid yet."""
    scopes = ("stripe:\0ORD-9", "till:\0ORD-9", "checkout stripe:\0ORD-9")
    async with store.stores() as stores:
        for at, place in enumerate(scopes):
            await stores.orders.remember(order(f"ORD-{at}"), [place], now=NOW)

        async with store.stores() as others:
            denied = Context(consent=Consent(Choice.DENIED))
            await others.contexts.put(["ORD-9"], denied, now=NOW)

        kept = [await stores.orders.find([place]) for place in scopes]

    assert [each and each.transaction_id for each in kept] == ["ORD-0", "ORD-1", "ORD-2"]
    assert all(each is not None and each.context.client_id is None for each in kept)
