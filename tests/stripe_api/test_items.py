"""The items of sessions and the lines of invoices, fetched where they are missing."""

import io
import json
from datetime import timedelta

import pytest

from shared.errors import UnavailableError
from shared.stripe_api.complete import PATIENCE
from tests.stripe_api.events import (
    ASYNC,
    COMPLETED,
    ITEMS,
    LINES,
    completed,
    invoice,
    lines,
    object_of,
    shop,
    snapshot,
)
from tests.support.api_server import Json
from tests.support.builders import NOW
from tests.support.fast_loop import run_fast
from tests.support.loop import in_a_loop
from tests.support.stripe_json import checkout_session


@pytest.mark.parametrize("kind", [COMPLETED, ASYNC])
@in_a_loop
async def test_a_paid_session_gets_its_items(kind: str) -> None:
    """All else of it stays as it was."""
    async with shop() as stripe:
        event = snapshot(checkout_session(), kind)
        found = await completed(event, stripe)

    items = {"data": lines(3), "has_more": False}
    assert object_of(found) == {**checkout_session(), "line_items": items}
    assert (found.source, found.created_at, found.live) == (
        event.source,
        event.created_at,
        event.live,
    )
    assert stripe.paths == [ITEMS]


@in_a_loop
async def test_no_number_changes_on_the_way() -> None:
    """Neither one that a float would round."""
    text = (
        b'{"id": "cs_test_1", "mode": "payment", "payment_status": "paid", '
        b'"rate": 1.10, "large": 123456789012345678901234567890, "metadata": {"a": "\\u00fc"}}'
    )
    async with shop(count=1) as stripe:
        found = await completed(snapshot(text), stripe)

    assert bytes(found.object) == (
        b'{"id":"cs_test_1","mode":"payment","payment_status":"paid",'
        b'"rate":1.10,"large":123456789012345678901234567890,"metadata":{"a": "\\u00fc"},'
        b'"line_items":{"data":[{"id": "li_0", "quantity": 1, "unit_amount_decimal": "12.50"}],'
        b'"has_more":false}}'
    )


@in_a_loop
async def test_an_order_of_many_items_comes_page_after_page() -> None:
    """A hundred at a time."""
    async with shop(count=230) as stripe:
        found = await completed(snapshot(checkout_session()), stripe)

    assert object_of(found)["line_items"]["data"] == lines(230)
    assert stripe.paths == [ITEMS] * 3


@in_a_loop
async def test_an_invoice_that_carries_a_part_gets_every_line() -> None:
    """In the place of the ones it carried."""
    async with shop() as stripe:
        found = await completed(snapshot(invoice(), "invoice.paid"), stripe)

    assert object_of(found) == invoice(lines={"data": lines(12), "has_more": False})
    assert stripe.paths == [LINES]


@in_a_loop
async def test_the_items_of_a_connected_account_are_asked_for_there() -> None:
    """The platform's own key does not see them otherwise."""
    async with shop() as stripe:
        await completed(snapshot(checkout_session(), account="acct_1"), stripe)

    assert [q.headers["stripe-account"] for q in stripe.questions] == ["acct_1"]


CARRIED = {"data": lines(1), "has_more": False}


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        pytest.param(checkout_session(payment_status="unpaid"), COMPLETED, id="unpaid"),
        pytest.param(
            checkout_session(payment_status="no_payment_required"), COMPLETED, id="nothing to pay"
        ),
        pytest.param(checkout_session(mode="subscription"), COMPLETED, id="subscription"),
        pytest.param(checkout_session(mode="setup"), COMPLETED, id="setup"),
        pytest.param(checkout_session(line_items=CARRIED), COMPLETED, id="carries its items"),
        pytest.param(checkout_session(), "checkout.session.expired", id="another event"),
        pytest.param(invoice(lines=CARRIED), "invoice.paid", id="carries its lines"),
        pytest.param(invoice(lines=None), "invoice.paid", id="no lines"),
        pytest.param({"id": "in_1"}, "invoice.paid", id="lines not told of"),
        pytest.param(invoice(), "invoice.payment_succeeded", id="not the money"),
        pytest.param({"id": 7, "mode": "payment"}, COMPLETED, id="unreadable"),
        pytest.param(b"[]", COMPLETED, id="no object"),
        pytest.param(b"", "invoice.paid", id="nothing"),
        pytest.param({"id": "pi_1"}, "payment_intent.succeeded", id="an intent"),
    ],
)
@in_a_loop
async def test_an_event_that_lacks_nothing_is_not_asked_about(
    subject: Json | bytes, kind: str
) -> None:
    """It goes on as it is; what is wrong with it the mapping tells."""
    async with shop() as stripe:
        event = snapshot(subject, kind)

        assert await completed(event, stripe) is event

    assert not stripe.paths


@pytest.mark.parametrize("status", [400, 401, 403, 404])
@pytest.mark.parametrize("subject", [checkout_session(), invoice()], ids=["session", "invoice"])
@in_a_loop
async def test_items_that_may_not_be_read_never_cost_the_payment(
    status: int, subject: Json, log_lines: io.BytesIO
) -> None:
    """The event goes on as it came, with a warning that names the setting or what is missing."""
    kind = "invoice.paid" if subject["object"] == "invoice" else COMPLETED
    event = snapshot(subject, kind)
    async with shop() as stripe:
        stripe.refusals |= {ITEMS: status, LINES: status}

        assert await completed(event, stripe) is event

    fields = json.loads(log_lines.getvalue())
    assert fields["severity"] == "WARNING"
    assert fields["source_event"] == "evt_1"
    assert fields["reason"].startswith("sent without items: ")
    assert ("PAYMENT_PROVIDERS stripe.api_key" in fields["reason"]) == (status != 404)
    assert "jane" not in fields["reason"]


@pytest.mark.parametrize("key", ["rk_test_1", "not a key", "rk_live_of_somebody_else"])
@in_a_loop
async def test_a_wrong_key_never_costs_the_payment(key: str) -> None:
    """Nor does an account that cannot be one."""
    for event in (snapshot(checkout_session()), snapshot(checkout_session(), account="a b")):
        async with shop() as stripe:
            assert await completed(event, stripe, key) is event


@in_a_loop
async def test_an_id_that_leads_elsewhere_is_not_followed() -> None:
    """It comes from a payload."""
    event = snapshot(checkout_session(id="../../v2/core/events"))
    async with shop() as stripe:
        assert await completed(event, stripe) is event

    assert not stripe.paths


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_fault_of_stripes_is_waited_for(status: int) -> None:
    """The sender delivers the event again, and the purchase gets its items."""

    async def waits() -> None:
        async with shop() as stripe:
            stripe.refusals[ITEMS] = status
            await completed(snapshot(checkout_session()), stripe)

    with pytest.raises(UnavailableError, match=rf"^Stripe's API says {status} to GET /v1/"):
        run_fast(waits())


@pytest.mark.parametrize(("over", "waits"), [(-1, True), (0, False), (1, False)])
def test_a_fault_that_lasts_for_an_hour_is_waited_for_no_longer(over: int, *, waits: bool) -> None:
    """The money goes without its items before the sender gives up."""
    created_at = NOW - PATIENCE - timedelta(seconds=over)
    event = snapshot(checkout_session(), created_at=created_at)

    async def goes_on() -> bool:
        async with shop() as stripe:
            stripe.refusals[ITEMS] = 503
            return await completed(event, stripe) is event

    if waits:
        with pytest.raises(UnavailableError):
            run_fast(goes_on())
    else:
        assert run_fast(goes_on())
