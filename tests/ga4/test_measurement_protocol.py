"""The way to GA4, over the real transport to a real socket that misbehaves."""

import asyncio
import gzip
import logging
import socket
from collections.abc import Callable, Sequence
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from shared.ga4.check import ValidRequest
from shared.ga4.measurement_protocol import MeasurementProtocol, SendResult, SendStatus
from shared.secrets.secret import Secret
from tests.support.fast_loop import run_fast
from tests.support.faulty_server import DROP, HANG, RESET, FaultyServer, Seen, answer

REQUEST = ValidRequest(b'{"client_id":"1.2","events":[]}')
LARGE = ValidRequest(b" " * 120_000)
VALUE = "sEcReT-api_value"
SECRET = Secret(VALUE)
OK = answer(204)
TRUNCATED = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\nshort"


async def sent(
    script: Sequence[bytes | str],
    *,
    resend: bool = True,
    request: ValidRequest = REQUEST,
    scheme: str = "http",
) -> tuple[SendResult, list[Seen]]:
    """Send a request to a server that follows a script."""
    async with FaultyServer(script) as server:
        collect = MeasurementProtocol(f"{scheme}://127.0.0.1:{server.port}", "G-TEST123")
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


@pytest.mark.parametrize("resend", [True, False], ids=["resend", "once"])
@pytest.mark.parametrize("status", [429, 503])
def test_not_now_means_nothing_was_sent(status: int, *, resend: bool) -> None:
    """GA4 did not process it, so any event may be tried again: three times in all."""
    receipt, seen = run_fast(sent([answer(status)], resend=resend))

    assert receipt == SendResult(SendStatus.NOT_SENT, str(status), 3)
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("reply", "detail"),
    [
        pytest.param(answer(500), "500", id="500"),
        pytest.param(answer(502), "502", id="502"),
        pytest.param(answer(504), "504", id="504"),
        pytest.param(DROP, "ServerDisconnectedError", id="closed after reading"),
        pytest.param(b"rubbish\r\n\r\n", "HttpProcessingError", id="no HTTP"),
        pytest.param(TRUNCATED, "ClientPayloadError", id="cut off in the answer's body"),
        pytest.param(
            answer(200, "Content-Encoding: gzip", body=gzip.compress(b"x")[:-9] + b"rubbish!!"),
            "error",
            id="an answer that cannot be unpacked",
        ),
    ],
)
def test_of_an_unclear_answer_only_a_purchase_is_sent_again(
    reply: bytes | str, detail: str
) -> None:
    """GA4 merges the copies of a purchase, and of nothing else."""
    purchase, copies = run_fast(sent([reply], resend=True))
    other, alone = run_fast(sent([reply], resend=False))

    assert (SendResult(SendStatus.UNKNOWN, detail, 3), 3) == (purchase, len(copies))
    assert (SendResult(SendStatus.UNKNOWN, detail, 1), 1) == (other, len(alone))


def test_a_connection_reset_within_the_body_is_unclear() -> None:
    """The server may have read enough."""
    receipt, _ = run_fast(sent([RESET], resend=False, request=LARGE))

    assert (receipt.status, receipt.attempts) == (SendStatus.UNKNOWN, 1)


def test_a_server_that_never_answers_is_given_three_seconds() -> None:
    """An event that must not be sent twice is then settled as unclear."""
    receipt, seen = run_fast(sent([HANG], resend=False))

    assert (receipt.status, receipt.attempts, len(seen)) == (SendStatus.UNKNOWN, 1, 1)


def test_all_attempts_together_are_given_seven_seconds() -> None:
    """A buyer waits for the webhook's answer for up to ten."""

    async def timed() -> tuple[SendResult, float]:
        loop = asyncio.get_running_loop()
        started = loop.time()
        receipt, _ = await sent([HANG])
        return receipt, loop.time() - started

    receipt, seconds = run_fast(timed())

    assert receipt.status is SendStatus.UNKNOWN
    assert receipt.attempts in {2, 3}
    assert 6 < seconds < 9


@pytest.mark.parametrize("resend", [True, False], ids=["resend", "once"])
def test_where_nobody_listens_nothing_was_sent(*, resend: bool) -> None:
    """It is tried three times; the sender's own retry comes later."""

    async def to_nobody() -> SendResult:
        async with FaultyServer([OK]) as server:
            pass
        collect = MeasurementProtocol(server.url, "G-TEST123")
        receipt = await collect.send(REQUEST, SECRET, resend=resend)
        await collect.close()
        return receipt

    assert run_fast(to_nobody()) == SendResult(SendStatus.NOT_SENT, "ClientConnectorError", 3)


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
    collect = MeasurementProtocol(f"https://127.0.0.1:{port}", "G-TEST123")
    receipt = await collect.send(REQUEST, SECRET, resend=False)
    await collect.close()
    server.close()
    await server.wait_closed()
    return receipt, requests


@pytest.mark.parametrize(
    ("script", "resend", "receipt"),
    [
        pytest.param(
            [answer(503), OK], False, SendResult(SendStatus.ACCEPTED, "204", 2), id="not now, then"
        ),
        pytest.param(
            [answer(500), OK], True, SendResult(SendStatus.ACCEPTED, "204", 2), id="500, then taken"
        ),
        pytest.param(
            [DROP, OK], True, SendResult(SendStatus.ACCEPTED, "204", 2), id="dropped, then taken"
        ),
        pytest.param(
            [answer(500), answer(503)],
            True,
            SendResult(SendStatus.UNKNOWN, "500", 3),
            id="once unclear, unclear it stays",
        ),
        pytest.param(
            [answer(503), answer(500), OK],
            False,
            SendResult(SendStatus.UNKNOWN, "500", 2),
            id="not now, then unclear: no third",
        ),
        pytest.param(
            [answer(503), answer(400), OK],
            False,
            SendResult(SendStatus.REJECTED, "400", 2),
            id="refused",
        ),
    ],
)
def test_of_several_attempts_the_one_that_leaves_most_in_doubt_counts(
    script: list[bytes | str], receipt: SendResult, *, resend: bool
) -> None:
    """Unless a later one was taken."""
    assert (receipt, receipt.attempts) == (
        (found := run_fast(sent(script, resend=resend)))[0],
        len(found[1]),
    )


def test_the_request_is_what_ga4_wants() -> None:
    """Path, stream and secret in the query, JSON in the body, byte for byte."""
    _, (seen,) = asyncio.run(sent([OK]))

    url = urlsplit(seen.target)
    assert url.path == "/mp/collect"
    assert parse_qs(url.query) == {"measurement_id": ["G-TEST123"], "api_secret": [VALUE]}
    assert seen.headers["content-type"] == "application/json"
    assert seen.body == REQUEST.body
    assert {"cookie", "authorization", "accept-language"}.isdisjoint(seen.headers)


@pytest.mark.parametrize("value", ["a+b/c==", "a&b=c", "100%", "%2B%20", "ä ö", "#?;"])
def test_any_secret_arrives_as_it_is(value: str) -> None:
    """Whatever its characters mean in a URL."""

    async def target() -> str:
        async with FaultyServer([OK]) as server:
            collect = MeasurementProtocol(server.url, "G-TEST123")
            await collect.send(REQUEST, Secret(value), resend=True)
            await collect.close()
        return server.seen[0].target

    assert parse_qs(urlsplit(asyncio.run(target())).query)["api_secret"] == [value]


def test_one_connection_serves_one_request_after_another() -> None:
    """A new one for each would cost more than all the rest."""

    async def connections() -> set[int]:
        async with FaultyServer([OK]) as server:
            collect = MeasurementProtocol(server.url, "G-TEST123")
            for _ in range(5):
                await collect.send(REQUEST, SECRET, resend=True)
            await collect.close()
        return {seen.connection for seen in server.seen}

    assert asyncio.run(connections()) == {1}


def test_a_kept_connection_that_went_stale_costs_a_purchase_nothing() -> None:
    """The server closed it meanwhile; the purchase goes over a new one."""

    async def second() -> SendResult:
        async with FaultyServer([OK, DROP, OK]) as server:
            collect = MeasurementProtocol(server.url, "G-TEST123")
            await collect.send(REQUEST, SECRET, resend=True)
            receipt = await collect.send(REQUEST, SECRET, resend=True)
            await collect.close()
        return receipt

    assert run_fast(second()) == SendResult(SendStatus.ACCEPTED, "204", 2)


def test_a_refund_is_not_sent_again_by_any_layer_below() -> None:
    """HTTP clients repeat some requests on kept connections by themselves; ours may not."""

    async def refunds() -> tuple[SendResult, int]:
        async with FaultyServer([OK, DROP, OK]) as server:
            collect = MeasurementProtocol(server.url, "G-TEST123")
            await collect.send(REQUEST, SECRET, resend=False)
            receipt = await collect.send(REQUEST, SECRET, resend=False)
            await collect.close()
        return receipt, len(server.seen)

    assert run_fast(refunds()) == (SendResult(SendStatus.UNKNOWN, "ServerDisconnectedError", 1), 2)


def test_the_environments_proxies_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret goes to GA4 and nowhere else."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")

        receipt, _ = asyncio.run(sent([OK]))

    assert receipt.status is SendStatus.ACCEPTED


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
    collect = MeasurementProtocol("https://www.google-analytics.com", "G-T", transport=transport)
    receipt = await collect.send(REQUEST, SECRET, resend=True)
    await collect.close()
    return receipt
