"""What made a payment intent, asked of Stripe's API where the event does not say it."""

import io
import json
from datetime import timedelta
from typing import Any, Final

import pytest

from shared.errors import UnavailableError
from tests.stripe_api.events import completed, object_of, snapshot
from tests.support.api_server import Json
from tests.support.builders import NOW
from tests.support.loop import in_a_loop
from tests.support.stripe_server import StripeServer

INVOICES: Final = "/v1/invoice_payments"
SESSIONS: Final = "/v1/checkout/sessions"
SUCCEEDED: Final = "payment_intent.succeeded"
BASIL: Final = "2025-06-30.basil"
CLOVER: Final = "2025-09-30.clover"
OF_INVOICE: Final[Json] = {"id": "inpay_1", "invoice": "in_1", "status": "open"}


def intent(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a payment intent that names no owner."""
    return {
        "id": "pi_1",
        "object": "payment_intent",
        "status": "succeeded",
        "amount": 2760,
        "currency": "eur",
        "metadata": {},
        **fields,
    }


def stripe(*invoices: Json, sessions: tuple[str, ...] = ()) -> StripeServer:
    """Return Stripe with what made an intent."""
    return StripeServer(lists={INVOICES: invoices, SESSIONS: [{"id": each} for each in sessions]})


@pytest.mark.parametrize(
    ("invoices", "sessions", "owner"),
    [
        ([OF_INVOICE], (), "in_1"),
        ([{**OF_INVOICE, "invoice": {"id": "in_1"}}], (), "in_1"),
        ([], ("cs_live_1",), "cs_live_1"),
        ([{**OF_INVOICE, "status": "canceled"}], ("cs_live_1",), "cs_live_1"),
    ],
)
@in_a_loop
async def test_an_intent_carries_what_made_it(
    invoices: list[Json], sessions: tuple[str, ...], owner: str
) -> None:
    """Where clover writes it, and as of clover; nothing else changes."""
    async with stripe(*invoices, sessions=sessions) as server:
        found = await completed(
            snapshot(intent(), SUCCEEDED, api_version=BASIL), server, owners=True
        )
        queries = {question.path: question.query for question in server.questions}

    assert object_of(found) == {**intent(), "payment_details": {"order_reference": owner}}
    assert found.api_version == "2025-09-30"
    assert queries[INVOICES] == {
        "payment[type]": "payment_intent",
        "payment[payment_intent]": "pi_1",
    }
    assert queries.get(SESSIONS, {"payment_intent": "pi_1"}) == {"payment_intent": "pi_1"}


@in_a_loop
async def test_an_intent_that_nothing_made_is_sure_of_it() -> None:
    """As of clover, where an intent that names nothing is the shop's own."""
    async with stripe() as server:
        event = snapshot(intent(), SUCCEEDED, api_version=BASIL)
        found = await completed(event, server, owners=True)

    assert (found.object, found.api_version) == (event.object, "2025-09-30")


@pytest.mark.parametrize(
    ("fields", "version", "owners", "asked"),
    [
        ({}, CLOVER, True, []),
        ({}, None, True, []),
        ({}, BASIL, False, []),
        ({"payment_details": {"order_reference": "cs_1"}}, BASIL, True, []),
        ({"invoice": "in_1"}, "2024-06-20", True, []),
        ({}, "2024-06-20", True, [SESSIONS]),
        ({}, BASIL, True, [INVOICES, SESSIONS]),
    ],
)
@in_a_loop
async def test_stripe_is_asked_where_the_event_cannot_say_it(
    fields: Json,
    version: str | None,
    asked: list[str],
    *,
    owners: bool,
) -> None:
    """Each question costs a part of the webhook's time."""
    async with stripe() as server:
        event = snapshot(intent(**fields), SUCCEEDED, api_version=version)
        await completed(event, server, owners=owners)
        paths = server.paths

    assert paths == asked


@in_a_loop
async def test_a_key_that_may_not_ask_lets_the_intent_wait(
    log_lines: io.BytesIO,
) -> None:
    """It is as it was; the log names the permission."""
    async with stripe() as server:
        server.refusals[INVOICES] = 403
        event = snapshot(intent(), SUCCEEDED, api_version=BASIL)
        found = await completed(event, server, owners=True)

    assert found == event
    reason = json.loads(log_lines.getvalue())["reason"]
    assert reason.startswith("waits for the event that may own it: ")


@pytest.mark.parametrize(("hours", "waits"), [(0.5, True), (1.5, False)])
@in_a_loop
async def test_an_outage_is_waited_for_an_hour(
    log_lines: io.BytesIO, hours: float, *, waits: bool
) -> None:
    """A payment that counts twice is worse than one that is late; then it is as it was."""
    async with stripe() as server:
        server.refusals[SESSIONS] = 503
        event = snapshot(
            intent(), SUCCEEDED, api_version=BASIL, created_at=NOW - timedelta(hours=hours)
        )
        if waits:
            with pytest.raises(UnavailableError):
                await completed(event, server, owners=True)
        else:
            assert await completed(event, server, owners=True) == event
            assert "Stripe's API says 503" in json.loads(log_lines.getvalue())["reason"]
