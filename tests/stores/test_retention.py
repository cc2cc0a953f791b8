"""How long each store keeps what is written, where a setting says so."""

from datetime import timedelta
from decimal import Decimal

import pytest

from shared.stores.entry import LedgerEvent, State
from shared.stores.lease import Lease
from shared.stores.retention import Retention
from shared.stores.stores import Stores
from tests.stores.conftest import Store
from tests.stores.orders import order
from tests.support.builders import IN_SESSION, NOW
from tests.support.loop import in_a_loop
from tools.changed import replace

FACT = LedgerEvent("G-TEST123", "purchase", "ORD-1")
SHORT = Retention(ledger=timedelta(days=60), orders=timedelta(days=70))
LONG = Retention(ledger=timedelta(days=800), orders=timedelta(days=900))
WELL_BEFORE, PUT_OFF = timedelta(days=1), timedelta(days=60)


def later(stores: Stores, days: timedelta) -> Stores:
    """Return the stores as they are found some days later, by somebody with other settings."""
    return replace(stores, clock=lambda: NOW + days, retention=Retention())


@pytest.mark.parametrize("kept", [SHORT, LONG])
@pytest.mark.parametrize("how", ["claimed", "settled", "recorded", "reversed"])
@in_a_loop
async def test_an_entry_is_kept_as_long_as_the_ledger_is(
    store: Store, kept: Retention, how: str
) -> None:
    """However it came about; and no day longer."""
    async with store.stores() as opened:
        stores = replace(opened, retention=kept)
        if how in ("claimed", "settled"):
            lease = await stores.ledger.claim(FACT, now=NOW, resend=True)
            assert isinstance(lease, Lease)
            if how == "settled":
                await stores.ledger.settle(lease, State.DELIVERED, now=NOW)
        elif how == "recorded":
            await stores.ledger.record(FACT, State.REJECTED, now=NOW, reason="no client")
        else:
            await stores.ledger.reverse(FACT, now=NOW, reason="the refund failed")

        entry = await later(stores, kept.ledger - WELL_BEFORE).ledger.find(FACT.key)
        assert entry is not None
        assert entry.expires_at == NOW + kept.ledger
        assert await later(stores, kept.ledger).ledger.find(FACT.key) is None


@in_a_loop
async def test_a_change_keeps_an_entry_by_the_settings_of_the_one_who_changes_it(
    store: Store,
) -> None:
    """What was written under another setting ends when it was going to."""
    async with store.stores() as opened:
        for number, kept in enumerate((SHORT, LONG)):
            fact = replace(FACT, business_key=f"ORD-{number}")
            await replace(opened, retention=kept).ledger.record(
                fact, State.REJECTED, now=NOW, reason="no client"
            )
            await opened.ledger.record(fact, State.REJECTED, now=NOW, reason="still none")

            entry = await opened.ledger.find(fact.key)
            assert entry is not None
            assert entry.expires_at == NOW + Retention().ledger


@pytest.mark.parametrize("kept", [SHORT, LONG])
@in_a_loop
async def test_an_order_and_its_context_are_kept_as_long_as_orders_are(
    store: Store, kept: Retention
) -> None:
    """An order up to sixty days longer, with its refunds."""
    async with store.stores() as opened:
        stores = replace(opened, retention=kept)
        await stores.orders.remember(order(), ["pi_1"], now=NOW)
        await stores.orders.link(["in_1", "ch_1"], now=NOW)
        await stores.contexts.put(["cus_1"], IN_SESSION, now=NOW)

        before = later(stores, kept.orders - WELL_BEFORE)
        assert await before.orders.find(["pi_1"]) == order()
        assert await before.contexts.get(["cus_1"]) == IN_SESSION
        assert await later(stores, kept.orders).contexts.get(["cus_1"]) is None
        assert await later(stores, kept.orders + PUT_OFF).orders.find(["pi_1"]) is None


@in_a_loop
async def test_a_refund_keeps_its_order(store: Store) -> None:
    """As long again, from the refund on."""
    async with store.stores() as opened:
        stores = replace(opened, retention=SHORT)
        await stores.orders.remember(order(), ["pi_1"], now=NOW)
        refunded = NOW + SHORT.orders + PUT_OFF - WELL_BEFORE
        at_refund = replace(stores, clock=lambda: refunded)
        await at_refund.orders.assign_refund(["pi_1"], "re_1", Decimal(5), now=refunded)

        after = replace(stores, clock=lambda: refunded + SHORT.orders)
        assert await after.orders.find(["pi_1"]) == order()


@in_a_loop
async def test_a_capture_keeps_its_context_as_long_as_it_says(store: Store) -> None:
    """`CONTEXT_RETENTION_DAYS` is the captures' own."""
    async with store.stores() as opened:
        stores = replace(opened, retention=LONG)
        await stores.contexts.put(["ORD-1"], IN_SESSION, now=NOW, retention=timedelta(days=3))

        assert await later(stores, timedelta(days=2)).contexts.get(["ORD-1"]) == IN_SESSION
        assert await later(stores, timedelta(days=3)).contexts.get(["ORD-1"]) is None
