"""What another version wrote and this one cannot read: no delivery ends with it."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.stores.document import LEDGER, REFERENCES, Change, Name
from shared.stores.entry import State
from shared.stores.lease import Done
from shared.stores.reference import hashed
from shared.stores.stores import Stores
from tests.stores.conftest import Store
from tests.stores.orders import order
from tests.stores.test_ledger import FACT
from tests.support.builders import IN_SESSION, NOW
from tests.support.loop import in_a_loop
from tools.changed import replace

OURS, THEIRS = order("ORD-9"), order("pi_1")
GARBLED = [b"\0{", b"\1{}", b"\0[]", b"\0\xff", b""]


async def garble(stores: Stores, name: Name, **fields: Any) -> None:  # noqa: ANN401 - a document's
    """Put something else into a document."""
    (document,) = await stores.database.read([name])
    await stores.database.commit([Change(document, {**document.fields, **fields})])


def reference(of: str) -> Name:
    """Return the name of a reference's document."""
    return REFERENCES, *hashed([of])  # type: ignore[return-value]


def logged(lines: io.BytesIO) -> set[tuple[str, str]]:
    """Return which events were logged, and why."""
    decoded = [json.loads(line) for line in lines.getvalue().splitlines()]
    return {(line["event"], line["reason"]) for line in decoded}


@pytest.mark.parametrize("content", GARBLED, ids=repr)
@in_a_loop
async def test_a_context_that_cannot_be_read_is_a_denial(
    store: Store, content: bytes, log_lines: io.BytesIO
) -> None:
    """Until the person answers again."""
    now, later = NOW - timedelta(minutes=2), NOW + timedelta(minutes=1)
    async with store.stores() as stores:
        await stores.contexts.put(["cus_1"], IN_SESSION, now=NOW)
        await garble(stores, reference("cus_1"), context=content)
        first = await stores.contexts.get(["cus_1"])
        granted = Context("1.2", consent=Consent(Choice.GRANTED, analytics_at=now))
        await stores.contexts.put(["cus_1"], granted, now=NOW)
        second = await stores.contexts.get(["cus_1"])
        again = replace(granted, consent=Consent(Choice.GRANTED, analytics_at=later))
        await stores.contexts.put(["cus_1"], again, now=later)
        third = await stores.contexts.get(["cus_1"])

    found = [context and context.consent.analytics for context in (first, second, third)]
    assert found == [Choice.DENIED, Choice.DENIED, Choice.GRANTED]
    assert logged(log_lines) == {("unreadable_record", "context")}


@pytest.mark.parametrize("content", GARBLED, ids=repr)
@in_a_loop
async def test_an_order_that_cannot_be_read_is_absent(
    store: Store, content: bytes, log_lines: io.BytesIO
) -> None:
    """It is found by nobody, refunds take nothing from it, and the next order takes its place."""
    async with store.stores() as stores:
        await stores.orders.remember(OURS, ["cs_1", "pi_1"], now=NOW)
        (document,) = await stores.database.read([reference("cs_1")])
        records = {
            scope: {**record, "purchase": content}
            for scope, record in document.fields["records"].items()
        }
        await garble(stores, reference("cs_1"), records=records)

        assert await stores.orders.find(["pi_1"]) is None
        assert (
            await stores.orders.assign_refund(["pi_1"], "re_1", OURS.money.total, now=NOW) is None
        )
        assert await stores.orders.remember(THEIRS, ["pi_1"], now=NOW) == THEIRS
        assert await stores.orders.find(["cs_1"]) == THEIRS
    assert logged(log_lines) == {("unreadable_record", "order")}


@in_a_loop
async def test_an_entry_of_an_unknown_state_is_not_sent_again(
    store: Store, log_lines: io.BytesIO
) -> None:
    """A later version may have sent it."""
    async with store.stores() as stores:
        await stores.ledger.record(FACT, State.REJECTED, now=NOW, reason="no")
        await garble(stores, (LEDGER, FACT.key), state="paused")

        assert await stores.ledger.claim(FACT, now=NOW, resend=True) == Done(State.UNCERTAIN)
        assert await stores.ledger.find(FACT.key) is None
    assert logged(log_lines) == {("unreadable_record", "entry")}
