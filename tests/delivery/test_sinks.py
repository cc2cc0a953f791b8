"""Two ways to GA4: an order goes one of them for good, and so does all that is about it."""

import io
import json
from collections.abc import Callable

import pytest

from shared.domain.sink import Receipt, Sink
from shared.errors import UnavailableError
from shared.outcome import Result
from shared.stores.entry import State
from tests.support.loop import in_a_fast_loop, in_a_loop
from tests.support.shop import LOST, Shop
from tests.support.stripe_json import checkout_session, delivery, event
from tools.traffic.stripe_objects import refund

Opened = Callable[..., Shop]

PAID = delivery(event(checkout_session()))
BACK = delivery(event(refund(), "refund.created", id="evt_r"))
BOTH = {"GA4_PROPERTY_ID": "123456789", "DATA_MANAGER_ENDPOINT": "http://127.0.0.1:9"}
DATA_MANAGER = {"SINK": "data_manager", **BOTH}
INGEST = "/v1/events:ingest"
COLLECT = "/mp/collect"


def paths(shop: Shop) -> list[str]:
    """Where each request went."""
    return [url.path for url in shop.ga4.urls]


@in_a_loop
async def test_what_the_api_took_is_accepted_until_its_status_is_known(opened: Opened) -> None:
    """The provider is answered `delivered`, and a copy is a duplicate."""
    shop = opened(GA4_API_SECRET="", **DATA_MANAGER)
    first = await shop.take(PAID)
    entry = await shop.settled()
    again = await shop.take(PAID)

    assert first.result is Result.DELIVERED
    assert (entry.state, entry.fact.sink) == (State.ACCEPTED, Sink.DATA_MANAGER)
    assert entry.request == Receipt("request-1", 0, 1)
    assert (again.result, again.reason) == (Result.DUPLICATE, "already accepted")
    assert paths(shop) == [INGEST]
    (sent,) = shop.ga4.bodies[0]["events"]
    assert (sent["eventName"], sent["transactionId"]) == ("purchase", "pi_1")


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        pytest.param({}, DATA_MANAGER, COLLECT, id="protocol first"),
        pytest.param(DATA_MANAGER, BOTH, INGEST, id="data manager first"),
    ],
)
@in_a_loop
async def test_a_refund_goes_the_way_its_purchase_went(
    opened: Opened, before: dict[str, str], after: dict[str, str], path: str
) -> None:
    """Whatever `SINK` says meanwhile: GA4 merges within one way only."""
    sold = opened(**before)
    await sold.take(PAID)
    switched = opened(**after)
    back = await switched.take(BACK)
    other = await switched.take(
        delivery(event(checkout_session(id="cs_2", payment_intent="pi_2", metadata={})))
    )

    assert (back.result, other.result) == (Result.DELIVERED, Result.DELIVERED)
    assert paths(sold) == [path]
    assert paths(switched) == [path, ({INGEST, COLLECT} - {path}).pop()]


@in_a_loop
async def test_without_its_settings_an_old_order_waits(opened: Opened) -> None:
    """The reason names the one that is missing."""
    await opened().take(PAID)
    switched = opened(GA4_API_SECRET="", **DATA_MANAGER)
    outcome = await switched.take(BACK)

    assert outcome.result is Result.WITHHELD
    assert outcome.reason == "its order went by measurement_protocol, and GA4_API_SECRET is missing"
    assert switched.ga4.bodies == []


@in_a_fast_loop
async def test_an_unclear_purchase_is_sent_again_by_the_sink_that_may_have_it(
    opened: Opened,
) -> None:
    """With the same bytes: by the other sink it would be a second sale."""
    first = opened(LOST, **DATA_MANAGER)
    lost = await first.take(PAID)
    switched = opened(**BOTH)
    again = await switched.take(PAID)

    assert (lost.result, again.result) == (Result.UNCERTAIN, Result.DELIVERED)
    assert paths(switched) == [INGEST]
    assert switched.ga4.bodies[0] == first.ga4.bodies[0]


@pytest.mark.parametrize("status", [401, 403, 404])
@in_a_loop
async def test_refused_settings_leave_nothing_claimed(
    opened: Opened, log_lines: io.BytesIO, status: int
) -> None:
    """The provider is asked to come again, and the log says what to put right."""
    shop = opened(status, 204, **DATA_MANAGER)
    with pytest.raises(UnavailableError, match=f"Google refuses the settings: {status}"):
        await shop.take(PAID)
    left = await shop.entry()
    later = await shop.take(PAID)
    lines = [json.loads(line) for line in log_lines.getvalue().splitlines()]
    (said,) = (line for line in lines if line["event"] == "sink_refused")

    assert left is None
    assert later.result is Result.DELIVERED
    assert said["severity"] == "ERROR"
    assert said["reason"].startswith(f"data_manager: {status}")


@in_a_loop
async def test_what_google_refuses_is_rejected(opened: Opened) -> None:
    """For good: the provider is not asked to send it again."""
    shop = opened(400, **DATA_MANAGER)
    outcome = await shop.take(PAID)
    entry = await shop.settled()

    assert (outcome.result, entry.state) == (Result.REJECTED, State.REJECTED)
    assert outcome.reason == "GA4 answered: 400"
