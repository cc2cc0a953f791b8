"""The way to GA4, over the real transport to a real socket that misbehaves."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from shared.deadline import request_deadline
from shared.ga4.measurement_protocol import MeasurementProtocol
from shared.secrets.secret import Secret
from shared.sinks.sending import SendResult, SendStatus
from tests.support.fast_loop import run_fast
from tests.support.faulty_server import DROP, HANG, RESET, FaultyServer, Seen, answer
from tests.support.loop import in_a_loop

REQUEST = b'{"client_id":"1.2","events":[]}'
LARGE = b" " * 120_000
VALUE = "sEcReT-api_value"
SECRET = Secret(VALUE)
OK = answer(204)
TRUNCATED = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\nshort"


async def api_secret() -> Secret:
    """Return the stream's secret."""
    return SECRET


async def sent(
    script: Sequence[bytes | str],
    *,
    resend: bool = True,
    request: bytes = REQUEST,
    scheme: str = "http",
) -> tuple[SendResult, list[Seen]]:
    """Send a request to a server that follows a script."""
    async with FaultyServer(script) as server:
        collect = MeasurementProtocol(
            f"{scheme}://127.0.0.1:{server.port}", "G-TEST123", api_secret
        )
        receipt = await collect.send(request, SECRET, resend=resend)
        await collect.close()
    return receipt, server.seen


@pytest.mark.parametrize("resend", [True, False], ids=["resend", "once"])
@pytest.mark.parametrize(
    ("reply", "fate"),
    [
        pytest.param(answer(204), SendStatus.ACCEPTED, id="204"),
        pytest.param(answer(200, body=b"GIF89a"), SendStatus.ACCEPTED, id="200"),
        pytest.param(answer(302, "Location: /elsewhere"), SendStatus.REJECTED, id="302"),
        pytest.param(answer(400), SendStatus.REJECTED, id="400"),
        pytest.param(answer(403), SendStatus.REJECTED, id="403"),
        pytest.param(answer(404), SendStatus.REJECTED, id="404"),
        pytest.param(answer(413), SendStatus.REJECTED, id="413"),
    ],
)
def test_a_clear_answer_ends_it(reply: bytes, fate: SendStatus, *, resend: bool) -> None:
    """Taken or refused, the same request is not sent again, and no redirect is followed."""
    receipt, seen = asyncio.run(sent([reply, OK], resend=resend))

    assert (fate, reply[9:12].decode(), 1) == (receipt.status, receipt.detail, receipt.attempts)
    assert len(seen) == 1


@pytest.mark.parametrize("reply", [DROP, b"rubbish\r\n\r\n"], ids=["hangs up", "no TLS"])
def test_where_tls_fails_nothing_was_sent(reply: bytes | str) -> None:
    """The secret goes over no connection that is not proved."""
    receipt, seen = run_fast(tls_failure(reply))

    assert (receipt.status, receipt.attempts) == (SendStatus.NOT_SENT, 3)
    assert not seen


async def tls_failure(reply: bytes | str) -> tuple[SendResult, list[bytes]]:
    """Send to a server that answers a TLS greeting with something else."""
    requests: list[bytes] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello = await reader.read(4096)
        if b"POST" in hello:
            requests.append(hello)
        if isinstance(reply, bytes):
            writer.write(reply)
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    collect = MeasurementProtocol(f"https://127.0.0.1:{port}", "G-TEST123", api_secret)
    receipt = await collect.send(REQUEST, SECRET, resend=False)
    await collect.close()
    server.close()
    await server.wait_closed()
    return receipt, requests


def test_the_request_is_what_ga4_wants() -> None:
    """Path, stream and secret in the query, JSON in the body, byte for byte."""
    _, (seen,) = asyncio.run(sent([OK]))

    url = urlsplit(seen.target)
    assert url.path == "/mp/collect"
    assert parse_qs(url.query) == {"measurement_id": ["G-TEST123"], "api_secret": [VALUE]}
    assert seen.headers["content-type"] == "application/json"
    assert seen.body == REQUEST
    assert {"cookie", "authorization", "accept-language"}.isdisjoint(seen.headers)


@pytest.mark.parametrize("value", ["a+b/c==", "a&b=c", "100%", "%2B%20", "ä ö", "#?;"])
def test_any_secret_arrives_as_it_is(value: str) -> None:
    """Whatever its characters mean in a URL."""

    async def target() -> str:
        async with FaultyServer([OK]) as server:
            collect = MeasurementProtocol(server.url, "G-TEST123", api_secret)
            await collect.send(REQUEST, Secret(value), resend=True)
            await collect.close()
        return server.seen[0].target

    assert parse_qs(urlsplit(asyncio.run(target())).query)["api_secret"] == [value]


@pytest.mark.parametrize(
    "reply",
    [
        OK,
        answer(302, "Location: /x"),
        answer(400),
        answer(503),
        answer(500),
        DROP,
        RESET,
        HANG,
        b"rubbish\r\n\r\n",
        TRUNCATED,
    ],
    ids=["204", "302", "400", "503", "500", "drop", "reset", "hang", "rubbish", "truncated"],
)
def test_the_secret_is_on_the_wire_and_in_no_log_line(
    reply: bytes | str, caplog: pytest.LogCaptureFixture
) -> None:
    """At any level, with httpx, httpcore, aiohttp and asyncio as talkative as they can be."""
    caplog.set_level(logging.NOTSET)
    for name in ("httpx", "httpcore", "aiohttp", "aiohttp.client", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)

    async def debugged() -> tuple[SendResult, list[Seen]]:
        asyncio.get_running_loop().set_debug(True)
        return await sent([reply])

    receipt, seen = run_fast(debugged())

    assert all(VALUE in request.target for request in seen)
    assert VALUE not in repr(receipt)
    for record in caplog.records:
        assert VALUE not in logging.Formatter().format(record)
        assert VALUE not in repr(vars(record))


def test_the_transport_can_be_replaced() -> None:
    """The seam for every test that needs no socket."""
    seen: list[httpx.URL] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.url)
        return httpx.Response(204)

    receipt = asyncio.run(through(lambda: httpx.MockTransport(handler)))

    assert receipt == SendResult(SendStatus.ACCEPTED, "204", 1)
    assert [
        f"https://www.google-analytics.com/mp/collect?measurement_id=G-T&api_secret={VALUE}"
    ] == seen


async def through(transport: Callable[[], httpx.AsyncBaseTransport]) -> SendResult:
    """Send a request through a transport."""
    collect = MeasurementProtocol("https://www.google-analytics.com", "G-T", api_secret, transport)
    receipt = await collect.send(REQUEST, SECRET, resend=True)
    await collect.close()
    return receipt


@in_a_loop
async def test_more_than_a_hundred_at_once_wait_for_a_connection() -> None:
    """So many lead to GA4 at most; who gets none in time has sent nothing."""
    async with FaultyServer([HANG]) as server:
        collect = MeasurementProtocol(server.url, "G-TEST123", api_secret)
        with request_deadline(3):
            receipts = await asyncio.gather(
                *(collect.send(REQUEST, SECRET, resend=False) for _ in range(120))
            )
        await collect.close()

    fates = [receipt.status for receipt in receipts]
    assert (fates.count(SendStatus.UNKNOWN), fates.count(SendStatus.NOT_SENT)) == (100, 20)
    assert len(server.seen) == 100
