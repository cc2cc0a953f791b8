"""Thin events: they become what their snapshots would be."""

from datetime import timedelta

import pytest

from shared.errors import MisconfiguredError, UnavailableError, UnusableError
from shared.providers.stripe import parse
from shared.stripe_api.complete import PATIENCE
from tests.stripe_api.events import (
    COMPLETED,
    INVOICE,
    ITEMS,
    LINES,
    SESSION,
    completed,
    invoice,
    lines,
    object_of,
    shop,
    thin,
)
from tests.support.builders import NOW
from tests.support.fast_loop import run_fast
from tests.support.loop import in_a_loop
from tests.support.stripe_json import checkout_session, thin_event, verified
from tests.support.stripe_server import StripeServer
from tools.changed import replace


@in_a_loop
async def test_a_thin_event_gets_its_object_and_the_objects_items() -> None:
    """Two questions, the second as if the session had come with the event."""
    async with shop() as stripe:
        found = await completed(thin(), stripe)

    items = {"data": lines(3), "has_more": False}
    assert object_of(found) == {**checkout_session(), "line_items": items}
    assert stripe.paths == [SESSION, ITEMS]


@in_a_loop
async def test_a_thin_invoice_gets_its_lines() -> None:
    """As one that came with the event."""
    async with shop() as stripe:
        found = await completed(thin("invoice.paid", INVOICE), stripe)

    assert object_of(found) == invoice(lines={"data": lines(12), "has_more": False})
    assert stripe.paths == [INVOICE, LINES]


@pytest.mark.parametrize(("snapshot_id", "event_id"), [(None, "evt_1"), ("evt_0", "evt_0")])
@in_a_loop
async def test_a_thin_event_has_its_snapshots_name(snapshot_id: str | None, event_id: str) -> None:
    """So that a shop that moves from one to the other, and has both, counts nothing twice."""
    event = thin("refund.created", "/v1/refunds/re_1", snapshot_id=snapshot_id)
    refund = {"id": "re_1", "object": "refund"}
    async with StripeServer(objects={"/v1/refunds/re_1": refund}) as stripe:
        found = await completed(event, stripe)

    assert object_of(found) == refund
    assert found.source == replace(event.source, event_id=event_id, event_type="refund.created")
    assert (found.created_at, found.live) == (event.created_at, event.live)


@in_a_loop
async def test_a_thin_event_as_stripe_sends_it_is_read_to_its_object() -> None:
    """From the signed bytes on."""
    document = thin_event(f"v1.{COMPLETED}")
    document["related_object"]["url"] = SESSION
    document["snapshot_event"] = "evt_0"
    (event,) = parse(verified(document))
    async with shop() as stripe:
        found = await completed(event, stripe)

    assert object_of(found)["id"] == "cs_test_1"
    assert (found.source.event_id, found.source.event_type) == ("evt_0", COMPLETED)


@in_a_loop
async def test_a_thin_event_that_means_nothing_to_us_is_not_asked_about() -> None:
    """A key that may not read customers would else stop every such event."""
    async with shop() as stripe:
        found = await completed(thin("customer.created", "/v1/customers/cus_1"), stripe)

    assert (found.source.event_type, bytes(found.object)) == ("customer.created", b"{}")
    assert not stripe.paths


@in_a_loop
async def test_an_event_of_the_second_version_is_left_alone() -> None:
    """Its name has another prefix and stands for no snapshot."""
    event = thin()
    event = replace(event, source=replace(event.source, event_type="v2.core.account.created"))
    async with shop() as stripe:
        assert await completed(event, stripe) is event

    assert not stripe.paths


@pytest.mark.parametrize(
    "related",
    [
        None,
        "",
        "https://evil.example/v1/checkout/sessions/cs_1",
        "//evil.example/v1/x",
        "@evil.example/v1/x",
        "/v1/../v2/x",
        "/v2/core/accounts/acct_1",
    ],
)
@in_a_loop
async def test_a_thin_event_that_names_nothing_of_stripes_is_unusable(related: str | None) -> None:
    """Nobody is asked, and the key goes nowhere."""
    async with shop() as stripe:
        with pytest.raises(UnusableError):
            await completed(thin(related=related), stripe)

    assert not stripe.paths


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (401, "Stripe does not know the key"),
        (403, "the restricted key lacks rak_checkout_session_read"),
    ],
)
@in_a_loop
async def test_a_key_that_may_not_read_the_object_is_a_misconfiguration(
    status: int, problem: str
) -> None:
    """There is no money without it; the sender goes on for three days meanwhile."""
    async with shop() as stripe:
        stripe.refusals[SESSION] = status
        with pytest.raises(MisconfiguredError, match=problem) as caught:
            await completed(thin(), stripe)

    assert str(caught.value).startswith("PAYMENT_PROVIDERS stripe.api_key: ")


@pytest.mark.parametrize("age", [timedelta(minutes=1), PATIENCE * 2], ids=["young", "old"])
@pytest.mark.parametrize("status", [429, 500])
def test_an_object_out_of_reach_is_waited_for(status: int, age: timedelta) -> None:
    """However long: without it there is no money at all."""

    async def waits() -> None:
        async with shop() as stripe:
            stripe.refusals[SESSION] = status
            await completed(thin(created_at=NOW - age), stripe)

    with pytest.raises(UnavailableError):
        run_fast(waits())


@pytest.mark.parametrize(
    ("age", "error"),
    [(timedelta(minutes=1), UnavailableError), (PATIENCE, UnusableError)],
    ids=["young", "old"],
)
@in_a_loop
async def test_an_object_that_is_not_there_is_waited_for_a_while(
    age: timedelta, error: type[Exception]
) -> None:
    """A copy of Stripe's may lag behind, and a key of another account may be fixed."""
    async with StripeServer() as stripe:
        with pytest.raises(error, match="Stripe has no such object"):
            await completed(thin(created_at=NOW - age), stripe)


@pytest.mark.parametrize(("seconds", "in_time"), [(0.9, True), (1.8, False)])
def test_object_and_items_share_one_deadline(seconds: float, *, in_time: bool) -> None:
    """Each of them is in time by itself, but a buyer waits for both."""

    async def found() -> bool:
        async with shop() as stripe:
            stripe.delays |= {SESSION: seconds, ITEMS: seconds}
            return "line_items" in object_of(await completed(thin(), stripe))

    if in_time:
        assert run_fast(found())
    else:
        with pytest.raises(UnavailableError, match="nothing in time"):
            run_fast(found())
