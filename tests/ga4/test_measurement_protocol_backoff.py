"""GA4 wants to be left alone, connections are scarce, time is short: what was not sent is known."""

import asyncio
import socket

from shared.deadline import request_deadline
from shared.ga4.check import ValidRequest
from shared.ga4.measurement_protocol import MeasurementProtocol, SendResult, SendStatus
from shared.secrets.secret import Secret
from tests.support.faulty_server import HANG, FaultyServer, answer
from tests.support.loop import in_a_fast_loop, in_a_loop

REQUEST = ValidRequest(b'{"client_id":"1.2","events":[]}')
SECRET = Secret("sEcReT-api_value")
OK = answer(204)


async def sent(collect: MeasurementProtocol, *, resend: bool = False) -> SendResult:
    """Send a request, as an event of which a second copy does harm unless said otherwise."""
    return await collect.send(REQUEST, SECRET, resend=resend)


@in_a_fast_loop
async def test_a_short_wish_is_granted_within_the_request() -> None:
    """GA4 is asked again once its time has passed, not before."""
    loop = asyncio.get_running_loop()
    async with FaultyServer([answer(429, "Retry-After: 3"), OK]) as server:
        collect = MeasurementProtocol(server.url, "G-TEST123")
        started = loop.time()
        receipt = await sent(collect)
        waited = loop.time() - started
        await collect.close()

    assert (receipt.status, receipt.attempts) == (SendStatus.ACCEPTED, 2)
    assert 3 <= waited < 6


@in_a_fast_loop
async def test_a_long_wish_is_handed_on() -> None:
    """At once: nobody waits for what cannot come in time."""
    loop = asyncio.get_running_loop()
    async with FaultyServer([answer(503, "Retry-After: 60")]) as server:
        collect = MeasurementProtocol(server.url, "G-TEST123")
        started = loop.time()
        receipt = await sent(collect)
        waited = loop.time() - started
        await collect.close()

    assert (receipt.status, receipt.detail, receipt.attempts) == (SendStatus.NOT_SENT, "503", 1)
    assert receipt.retry_after is not None
    assert 55 < receipt.retry_after <= 60
    assert (waited < 2, len(server.seen)) == (True, 1)


@in_a_fast_loop
async def test_a_wish_holds_for_every_delivery_of_the_process() -> None:
    """Others that come meanwhile send nothing, and say when to come back."""
    async with FaultyServer([answer(429, "Retry-After: 60"), OK]) as server:
        collect = MeasurementProtocol(server.url, "G-TEST123")
        await sent(collect)
        other = await sent(collect)
        await collect.close()

    assert (other.status, other.attempts) == (SendStatus.NOT_SENT, 0)
    assert other.retry_after is not None
    assert len(server.seen) == 1


@in_a_fast_loop
async def test_nothing_is_sent_once_time_is_up() -> None:
    """A process that was frozen must not send under a lease that may have run out."""
    async with FaultyServer([OK]) as server:
        collect = MeasurementProtocol(server.url, "G-TEST123")
        with request_deadline(2):
            await asyncio.sleep(3)
            receipt = await sent(collect)
        await collect.close()

    assert receipt == SendResult(SendStatus.NOT_SENT, "no time is left", 0)
    assert not server.seen


@in_a_fast_loop
async def test_the_requests_deadline_ends_the_waiting_for_an_answer() -> None:
    """A second before it, so that the end can be written down."""
    loop = asyncio.get_running_loop()
    async with FaultyServer([HANG]) as server:
        collect = MeasurementProtocol(server.url, "G-TEST123")
        with request_deadline(3):
            started = loop.time()
            receipt = await sent(collect, resend=True)
            waited = loop.time() - started
        await collect.close()

    assert (receipt.status, receipt.detail) == (SendStatus.UNKNOWN, "TimeoutError")
    assert 1.5 < waited < 2.5


@in_a_fast_loop
async def test_time_that_runs_out_before_there_is_a_connection_sent_nothing() -> None:
    """Whatever the error's kind: a server that accepts nothing has read nothing."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):  # all it has room for
            collect = MeasurementProtocol(f"http://127.0.0.1:{port}", "G-TEST123")
            with request_deadline(2):
                receipt = await sent(collect)
            await collect.close()

    assert (receipt.status, receipt.detail) == (SendStatus.NOT_SENT, "TimeoutError")


@in_a_loop
async def test_more_than_a_hundred_at_once_wait_for_a_connection() -> None:
    """So many lead to GA4 at most; who gets none in time has sent nothing."""
    async with FaultyServer([HANG]) as server:
        collect = MeasurementProtocol(server.url, "G-TEST123")
        with request_deadline(3):
            receipts = await asyncio.gather(*(sent(collect) for _ in range(120)))
        await collect.close()

    fates = [receipt.status for receipt in receipts]
    assert (fates.count(SendStatus.UNKNOWN), fates.count(SendStatus.NOT_SENT)) == (100, 20)
    assert len(server.seen) == 100
