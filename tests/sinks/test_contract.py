"""What holds of every way to GA4, over the real transport to a real socket that misbehaves."""

import asyncio
import gzip
import logging
import socket
from typing import Final

import pytest

from shared.deadline import request_deadline
from shared.sinks.sending import SendResult, SendStatus
from tests.sinks.kits import KITS, SECRET, Kit
from tests.support.fast_loop import run_fast
from tests.support.faulty_server import DROP, HANG, RESET, FaultyServer, Seen, answer
from tests.support.loop import in_a_fast_loop, in_a_loop

TRUNCATED: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\nshort"
GARBLED: Final = answer(200, "Content-Encoding: gzip", body=gzip.compress(b"x")[:-9] + b"rubbish!!")


@pytest.fixture(params=sorted(KITS))
def kit(request: pytest.FixtureRequest) -> Kit:
    """Each sink."""
    return KITS[request.param]


@pytest.mark.parametrize("resend", [True, False], ids=["resend", "once"])
def test_what_is_taken_is_sent_once(kit: Kit, *, resend: bool) -> None:
    """A purchase too."""
    result, seen = run_fast(kit.sent([kit.taken], resend=resend))

    assert (result.status, result.attempts, len(seen)) == (SendStatus.ACCEPTED, 1, 1)


@pytest.mark.parametrize("resend", [True, False], ids=["resend", "once"])
@pytest.mark.parametrize("status", [400, 413])
def test_what_is_refused_is_not_sent_again(kit: Kit, status: int, *, resend: bool) -> None:
    """The same bytes would be refused again."""
    result, seen = run_fast(kit.sent([answer(status), kit.taken], resend=resend))

    assert (result.status, result.detail, len(seen)) == (SendStatus.REJECTED, str(status), 1)


@pytest.mark.parametrize("resend", [True, False], ids=["resend", "once"])
@pytest.mark.parametrize("status", [408, 503])
def test_not_now_means_nothing_was_sent(kit: Kit, status: int, *, resend: bool) -> None:
    """Any event may be tried again: three times in all."""
    result, seen = run_fast(kit.sent([answer(status)], resend=resend))

    assert (result.status, result.detail) == (SendStatus.NOT_SENT, str(status))
    assert (result.attempts, len(seen)) == (3, 3)


@pytest.mark.parametrize(
    ("reply", "detail"),
    [
        pytest.param(answer(500), "500", id="500"),
        pytest.param(answer(502), "502", id="502"),
        pytest.param(answer(504), "504", id="504"),
        pytest.param(DROP, "ServerDisconnectedError", id="closed after reading"),
        pytest.param(b"rubbish\r\n\r\n", "HttpProcessingError", id="no HTTP"),
        pytest.param(TRUNCATED, "ClientPayloadError", id="cut off in the answer's body"),
        pytest.param(GARBLED, "error", id="an answer that cannot be unpacked"),
    ],
)
def test_of_an_unclear_answer_only_a_purchase_is_sent_again(
    kit: Kit, reply: bytes | str, detail: str
) -> None:
    """GA4 merges the copies of a purchase, and of nothing else."""
    purchase, copies = run_fast(kit.sent([reply], resend=True))
    other, alone = run_fast(kit.sent([reply], resend=False))

    assert (purchase.status, purchase.detail) == (SendStatus.UNKNOWN, detail)
    assert (purchase.attempts, len(copies)) == (3, 3)
    assert (other.status, other.detail) == (SendStatus.UNKNOWN, detail)
    assert (other.attempts, len(alone)) == (1, 1)


def test_what_is_sent_again_is_the_same_to_the_byte(kit: Kit) -> None:
    """Another one would be another sale."""
    _, seen = run_fast(kit.sent([DROP, kit.taken], resend=True))

    assert len(seen) == 2
    assert seen[0].body == seen[1].body


def test_a_connection_reset_within_the_body_is_unclear(kit: Kit) -> None:
    """The server may have read enough."""
    result, _ = run_fast(kit.sent([RESET], resend=False, body=b" " * 120_000))

    assert (result.status, result.attempts) == (SendStatus.UNKNOWN, 1)


def test_a_server_that_never_answers_is_not_waited_for_long(kit: Kit) -> None:
    """An event that must not be sent twice is then settled as unclear."""

    async def timed() -> tuple[SendResult, float]:
        loop = asyncio.get_running_loop()
        started = loop.time()
        result, _ = await kit.sent([HANG], resend=False)
        return result, loop.time() - started

    result, seconds = run_fast(timed())

    assert (result.status, result.attempts) == (SendStatus.UNKNOWN, 1)
    assert kit.attempt_seconds - 0.5 < seconds < kit.attempt_seconds + 2


def test_all_attempts_together_are_given_seven_seconds(kit: Kit) -> None:
    """A buyer waits for the webhook's answer for up to ten."""

    async def timed() -> tuple[SendResult, float]:
        loop = asyncio.get_running_loop()
        started = loop.time()
        result, _ = await kit.sent([HANG])
        return result, loop.time() - started

    result, seconds = run_fast(timed())

    assert result.status is SendStatus.UNKNOWN
    assert result.attempts in {2, 3}
    assert 6 < seconds < 9


@pytest.mark.parametrize("resend", [True, False], ids=["resend", "once"])
def test_where_nobody_listens_nothing_was_sent(kit: Kit, *, resend: bool) -> None:
    """It is tried three times; the sender's own retry comes later."""

    async def to_nobody() -> SendResult:
        async with FaultyServer([kit.taken]) as server:
            pass
        sink = kit.open(server.url)
        result = await sink.send(kit.body, SECRET, resend=resend)
        await sink.close()
        return result

    assert run_fast(to_nobody()) == SendResult(SendStatus.NOT_SENT, "ClientConnectorError", 3)


@pytest.mark.parametrize(
    ("script", "resend", "ends"),
    [
        pytest.param([503, 0], False, (SendStatus.ACCEPTED, 2), id="not now, then taken"),
        pytest.param([500, 0], True, (SendStatus.ACCEPTED, 2), id="500, then taken"),
        pytest.param([500, 503], True, (SendStatus.UNKNOWN, 3), id="unclear it stays"),
        pytest.param([503, 500, 0], False, (SendStatus.UNKNOWN, 2), id="then unclear: no third"),
        pytest.param([503, 400, 0], False, (SendStatus.REJECTED, 2), id="then refused"),
    ],
)
def test_of_several_attempts_the_one_that_leaves_most_in_doubt_counts(
    kit: Kit, script: list[int], ends: tuple[SendStatus, int], *, resend: bool
) -> None:
    """Unless a later one was taken."""
    replies = [answer(status) if status else kit.taken for status in script]

    result, seen = run_fast(kit.sent(replies, resend=resend))

    assert (result.status, result.attempts) == ends
    assert result.attempts == len(seen)


def test_one_connection_serves_one_request_after_another(kit: Kit) -> None:
    """A new one for each would cost more than all the rest."""

    async def connections() -> set[int]:
        async with FaultyServer([kit.taken]) as server:
            sink = kit.open(server.url)
            for _ in range(5):
                await sink.send(kit.body, SECRET, resend=True)
            await sink.close()
        return {seen.connection for seen in server.seen}

    assert run_fast(connections()) == {1}


@pytest.mark.parametrize(
    ("resend", "ends"),
    [(True, (SendStatus.ACCEPTED, 2)), (False, (SendStatus.UNKNOWN, 1))],
    ids=["purchase", "refund"],
)
def test_no_layer_below_sends_anything_again(
    kit: Kit, ends: tuple[SendStatus, int], *, resend: bool
) -> None:
    """HTTP clients repeat some requests on kept connections by themselves; ours may not."""

    async def second() -> tuple[SendResult, int]:
        async with FaultyServer([kit.taken, DROP, kit.taken]) as server:
            sink = kit.open(server.url)
            await sink.send(kit.body, SECRET, resend=resend)
            result = await sink.send(kit.body, SECRET, resend=resend)
            await sink.close()
        return result, len(server.seen)

    result, seen = run_fast(second())

    assert (result.status, result.attempts) == ends
    assert seen == 1 + result.attempts


def test_the_environments_proxies_are_not_asked(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is secret goes to Google and nowhere else."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")

        result, _ = run_fast(kit.sent([kit.taken]))

    assert result.status is SendStatus.ACCEPTED


@pytest.mark.parametrize(
    "reply",
    [answer(400), answer(503), answer(500), DROP, RESET, HANG, b"rubbish\r\n\r\n", TRUNCATED],
    ids=["400", "503", "500", "drop", "reset", "hang", "rubbish", "truncated"],
)
def test_no_log_line_has_the_secret(
    kit: Kit, reply: bytes | str, caplog: pytest.LogCaptureFixture
) -> None:
    """At any level, with httpx, httpcore, aiohttp and asyncio as talkative as they can be."""
    caplog.set_level(logging.NOTSET)
    for name in ("httpx", "httpcore", "aiohttp", "aiohttp.client", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)

    async def debugged() -> tuple[SendResult, list[Seen]]:
        asyncio.get_running_loop().set_debug(True)
        return await kit.sent([reply])

    result, seen = run_fast(debugged())

    value = SECRET.reveal()
    assert all(value in f"{request.target} {request.headers}" for request in seen)
    assert value not in repr(result)
    for record in caplog.records:
        assert value not in logging.Formatter().format(record)
        assert value not in repr(vars(record))


@in_a_fast_loop
async def test_a_long_wish_to_be_left_alone_holds_for_every_delivery() -> None:
    """At once: nobody waits for what cannot come in time, and nothing more is sent."""
    for kit in KITS.values():
        loop = asyncio.get_running_loop()
        async with FaultyServer([answer(503, "Retry-After: 60"), kit.taken]) as server:
            sink = kit.open(server.url)
            started = loop.time()
            first = await sink.send(kit.body, SECRET, resend=False)
            other = await sink.send(kit.body, SECRET, resend=False)
            waited = loop.time() - started
            await sink.close()

        assert [each.status for each in (first, other)] == [SendStatus.NOT_SENT] * 2
        assert all(each.retry_after and 50 < each.retry_after <= 60 for each in (first, other))
        assert (first.attempts, other.attempts, len(server.seen)) == (1, 0, 1)
        assert waited < 3


@in_a_fast_loop
async def test_a_short_wish_is_granted_within_the_request() -> None:
    """Google is asked again once its time has passed, not before."""
    for kit in KITS.values():
        loop = asyncio.get_running_loop()
        async with FaultyServer([answer(429, "Retry-After: 3"), kit.taken]) as server:
            sink = kit.open(server.url)
            started = loop.time()
            result = await sink.send(kit.body, SECRET, resend=False)
            waited = loop.time() - started
            await sink.close()

        assert (result.status, result.attempts) == (SendStatus.ACCEPTED, 2)
        assert 3 <= waited < 6.5


@in_a_fast_loop
async def test_nothing_is_sent_once_time_is_up() -> None:
    """A process that was frozen must not send under a lease that may have run out."""
    for kit in KITS.values():
        async with FaultyServer([kit.taken]) as server:
            sink = kit.open(server.url)
            with request_deadline(2):
                await asyncio.sleep(3)
                result = await sink.send(kit.body, SECRET, resend=False)
            await sink.close()

        assert result == SendResult(SendStatus.NOT_SENT, "no time is left", 0)
        assert not server.seen


@in_a_fast_loop
async def test_the_requests_deadline_ends_the_waiting_for_an_answer() -> None:
    """A second before it, so that the end can be written down."""
    for kit in KITS.values():
        loop = asyncio.get_running_loop()
        async with FaultyServer([HANG]) as server:
            sink = kit.open(server.url)
            with request_deadline(3):
                started = loop.time()
                result = await sink.send(kit.body, SECRET, resend=True)
                waited = loop.time() - started
            await sink.close()

        assert (result.status, result.detail) == (SendStatus.UNKNOWN, "TimeoutError")
        assert 1.5 < waited < 2.7


@in_a_fast_loop
async def test_time_that_runs_out_before_there_is_a_connection_sent_nothing() -> None:
    """Whatever the error's kind: a server that accepts nothing has read nothing."""
    for kit in KITS.values():
        with socket.socket() as deaf:
            deaf.bind(("127.0.0.1", 0))
            deaf.listen(0)
            port = deaf.getsockname()[1]
            with socket.create_connection(("127.0.0.1", port)):  # all it has room for
                sink = kit.open(f"http://127.0.0.1:{port}")
                with request_deadline(2):
                    result = await sink.send(kit.body, SECRET, resend=False)
                await sink.close()

        assert (result.status, result.detail) == (SendStatus.NOT_SENT, "TimeoutError")


@in_a_loop
async def test_a_sender_that_goes_away_takes_its_event_along() -> None:
    """What was not sent yet is not sent for nobody."""
    kit = KITS["data_manager"]
    async with FaultyServer([kit.taken]) as server:
        sink = kit.open(server.url)
        gone = asyncio.create_task(sink.send(kit.body, SECRET, resend=False))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        await asyncio.sleep(0.2)
        await sink.close()

    assert not server.seen
