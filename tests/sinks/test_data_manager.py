"""The Data Manager API as a sink: one request for many events, each with a result of its own."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from shared.data_manager.client import DataManager
from shared.data_manager.destination import Ads, Destination
from shared.secrets.secret import Secret
from shared.sinks.sending import SendResult, SendStatus
from tests.sinks.kits import data_manager
from tests.support.faulty_server import FaultyServer, answer
from tests.support.loop import in_a_fast_loop
from tests.tools.data_manager.wire import event, running, shown

NO_TOKEN = Secret("")


@pytest.fixture
def google() -> Iterator[httpx.Client]:
    """The collector, as the API."""
    with running() as client:
        yield client


def through(google: httpx.Client, do: Callable[[DataManager], Awaitable[None]]) -> None:
    """Do something with a sink that leads to the collector."""

    async def run() -> None:
        sink = data_manager(str(google.base_url))
        try:
            await do(sink)
        finally:
            await sink.close()

    asyncio.run(run())


def order(number: int, **more: object) -> bytes:
    """A purchase as the sink is given it."""
    return json.dumps(event(f"T-{number}", **more)).encode()


def requests_of(results: list[SendResult]) -> int:
    """How many requests some results came from."""
    return len({each.receipt.request_id for each in results if each.receipt is not None})


def all_sent(google: httpx.Client, count: int, *, resend: bool = True) -> list[SendResult]:
    """Send orders at once; return what became of each."""
    results: list[SendResult] = []

    async def do(sink: DataManager) -> None:
        results.extend(
            await asyncio.gather(
                *(sink.send(order(at), NO_TOKEN, resend=resend) for at in range(count))
            )
        )

    through(google, do)
    return results


def test_what_comes_at_once_leaves_in_one_request(google: httpx.Client) -> None:
    """Each event knows its place in it, so that its status can be asked for."""
    results = all_sent(google, 200)

    receipts = [each.receipt for each in results if each.receipt is not None]
    assert {each.status for each in results} == {SendStatus.ACCEPTED}
    assert requests_of(results) == 1
    assert sorted(each.request_index for each in receipts) == list(range(200))
    assert {each.request_size for each in receipts} == {200}
    assert len(shown(google)) == 200


def test_a_single_event_leaves_within_a_quarter_of_a_second(google: httpx.Client) -> None:
    """It is waited for a moment that others come, and no longer."""

    async def do(sink: DataManager) -> None:
        started = time.monotonic()
        for at in range(3):
            await sink.send(order(at), NO_TOKEN, resend=True)
        assert time.monotonic() - started < 3 * 0.5

    through(google, do)


def test_a_steady_stream_stays_under_the_quota(google: httpx.Client) -> None:
    """A hundred payments a second make fewer than five requests a second."""
    results: list[SendResult] = []

    async def do(sink: DataManager) -> None:
        async with asyncio.TaskGroup() as group:
            tasks = []
            for at in range(200):
                tasks.append(group.create_task(sink.send(order(at), NO_TOKEN, resend=True)))
                await asyncio.sleep(0.01)
        results.extend(task.result() for task in tasks)

    started = time.monotonic()
    through(google, do)
    seconds = time.monotonic() - started

    assert {each.status for each in results} == {SendStatus.ACCEPTED}
    assert requests_of(results) <= 5 * seconds


@pytest.mark.parametrize("named", [True, False], ids=["Google names it", "it names nobody"])
def test_one_bad_event_does_not_cost_the_others(google: httpx.Client, *, named: bool) -> None:
    """It alone is refused, with Google's reason; all others are taken, once."""
    refuse = {"transaction_id": "T-7", "reason": "INVALID_CURRENCY_CODE", "field": "currency"}
    google.post("/faults", json={"refuse": {**refuse, "named": named}})

    results = all_sent(google, 20)

    bad = results.pop(7)
    assert {each.status for each in results} == {SendStatus.ACCEPTED}
    assert bad.status is SendStatus.REJECTED
    assert "INVALID_ARGUMENT" in bad.detail or "INVALID_CURRENCY_CODE" in bad.detail
    if named:
        assert "INVALID_CURRENCY_CODE at events.events[" in bad.detail
    orders = [each["body"]["transactionId"] for each in shown(google)]
    assert sorted(orders) == sorted(f"T-{at}" for at in range(20) if at != 7)


def test_a_refund_beside_a_bad_event_is_sent_once(google: httpx.Client) -> None:
    """A refused request was not processed, so that sending the rest again doubles nothing."""
    google.post("/faults", json={"refuse": {"transaction_id": "T-0", "named": False}})

    results = all_sent(google, 5, resend=False)

    assert [each.status for each in results] == [
        SendStatus.REJECTED,
        *[SendStatus.ACCEPTED] * 4,
    ]
    assert len(shown(google)) == 4


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"status": 401}, "401 UNAUTHENTICATED"),
        ({"status": 403}, "403 PERMISSION_DENIED"),
        ({"status": 403, "reason": "SERVICE_DISABLED"}, "403 PERMISSION_DENIED SERVICE_DISABLED"),
        ({"status": 404}, "404 NOT_FOUND"),
    ],
)
def test_refused_settings_are_nobodys_fault(
    google: httpx.Client, fault: dict[str, object], reason: str
) -> None:
    """No event is rejected over them, and none is tried again before somebody looked."""
    google.post("/faults", json=fault)

    results = all_sent(google, 3)

    for each in results:
        assert each.status is SendStatus.NOT_SENT
        assert each.refused_settings
        assert each.detail.startswith(reason)
        assert each.attempts == 1
    assert shown(google) == []


def test_what_google_warns_of_is_kept_with_the_event_it_is_about(google: httpx.Client) -> None:
    """By reason and path, never with the value."""
    bodies = [order(0), order(1, eventLocation={"regionCode": "Atlantis"})]
    results: list[SendResult] = []

    async def do(sink: DataManager) -> None:
        results.extend(
            await asyncio.gather(*(sink.send(each, NO_TOKEN, resend=True) for each in bodies))
        )

    through(google, do)

    fine, warned = (each.receipt for each in results)
    assert fine is not None
    assert warned is not None
    assert fine.notes == ()
    assert "INVALID_REGION_CODE" in warned.notes[0]
    assert "Atlantis" not in warned.notes[0]


@in_a_fast_loop
async def test_a_used_up_quota_is_left_alone_for_a_while() -> None:
    """It is one of a minute: without `Retry-After` it is asked again fifteen seconds later."""
    async with FaultyServer([answer(429)]) as server:
        sink = data_manager(server.url)
        result = await sink.send(order(0), NO_TOKEN, resend=True)
        await sink.close()

    assert (result.status, len(server.seen)) == (SendStatus.NOT_SENT, 1)
    assert result.retry_after is not None
    assert 10 < result.retry_after <= 15


@pytest.mark.parametrize(
    "body",
    [b"", b"OK", b"[]", b"{}", b'{"requestId": ""}', b'{"requestId": 7}', b"[" * 100_000],
    ids=["empty", "text", "list", "nothing", "blank", "number", "nested"],
)
def test_a_200_that_is_not_googles_is_no_receipt(body: bytes) -> None:
    """A proxy may have answered: it is unclear whether the event was taken."""

    async def run() -> SendResult:
        async with FaultyServer([answer(200, body=body)]) as server:
            sink = data_manager(server.url)
            result = await sink.send(order(0), NO_TOKEN, resend=False)
            await sink.close()
        return result

    assert asyncio.run(run()).status is SendStatus.UNKNOWN


@pytest.mark.parametrize(
    ("details", "settings"),
    [
        ([{"reason": "INVALID_DESTINATION"}], True),
        ([{"fieldViolations": [{"field": "destinations[0].product_destination_id"}]}], True),
        ([{"fieldViolations": [{"field": "events.events[0].currency"}]}], False),
        ([{"fieldViolations": [{"field": "encoding"}]}], False),
        ([{"reason": "NOT_ALLOWLISTED"}, {"fieldViolations": [{"field": "events[0]"}]}], False),
        ([7, None, {"fieldViolations": "x"}, {"fieldViolations": [None]}, {"reason": {}}], False),
    ],
)
def test_a_400_over_where_it_goes_is_one_of_settings(
    details: list[object], *, settings: bool
) -> None:
    """One over what it holds is the event's."""
    body = json.dumps({"error": {"status": "INVALID_ARGUMENT", "details": details}}).encode()

    async def run() -> SendResult:
        async with FaultyServer([answer(400, body=body)]) as server:
            sink = data_manager(server.url)
            result = await sink.send(order(0), NO_TOKEN, resend=False)
            await sink.close()
        return result

    result = asyncio.run(run())

    assert result.refused_settings is settings
    assert result.status is (SendStatus.NOT_SENT if settings else SendStatus.REJECTED)


def test_no_answer_brings_values_into_the_log() -> None:
    """Google's words are capitals, its paths are paths; all else stays out."""
    violation = {"field": "events[0].anna@example.com", "reason": "Anna's mail is bad"}
    details = [{"fieldViolations": [violation]}]
    error = {"status": "Anna", "message": "Anna", "details": details}
    body = json.dumps({"error": error}).encode()

    async def run() -> SendResult:
        async with FaultyServer([answer(400, body=body)]) as server:
            sink = data_manager(server.url)
            result = await sink.send(order(0), NO_TOKEN, resend=False)
            await sink.close()
        return result

    assert asyncio.run(run()).detail == "400 INVALID_ARGUMENT"


def test_a_stand_in_gets_no_token() -> None:
    """On loopback nothing is Google's, and a token opens more than this API."""

    async def run() -> dict[str, str]:
        async with FaultyServer([answer(200, body=b'{"requestId":"r"}')]) as server:
            sink = data_manager(server.url)
            await sink.send(order(0), await sink.credential(), resend=False)
            await sink.close()
        return server.seen[0].headers

    assert "authorization" not in asyncio.run(run())


def test_google_ads_is_a_second_destination() -> None:
    """With digits only, and with the manager's account where there is one."""
    destination = Destination("123456789", "G-A", Ads("1234567890", "55", "9876543210"))

    async def run() -> bytes:
        async with FaultyServer([answer(200, body=b'{"requestId":"r"}')]) as server:
            sink = DataManager(server.url, destination, lambda: datetime.now(UTC))
            await sink.send(b'{"eventName":"purchase"}', NO_TOKEN, resend=False)
            await sink.close()
        return server.seen[0].body

    sent = json.loads(asyncio.run(run()))

    analytics = {"accountType": "GOOGLE_ANALYTICS_PROPERTY", "accountId": "123456789"}
    assert sent == {
        "destinations": [
            {
                "reference": "ga4",
                "operatingAccount": analytics,
                "loginAccount": analytics,
                "productDestinationId": "G-A",
            },
            {
                "reference": "ads",
                "operatingAccount": {"accountType": "GOOGLE_ADS", "accountId": "1234567890"},
                "loginAccount": {"accountType": "GOOGLE_ADS", "accountId": "9876543210"},
                "productDestinationId": "55",
            },
        ],
        "encoding": "HEX",
        "events": [{"eventName": "purchase"}],
    }
