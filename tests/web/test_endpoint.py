"""The HTTP edge: from a request to a delivery, from an answer to a response."""

import asyncio
import io
import json
from collections.abc import Iterable
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from shared.domain.conversion import Source
from shared.errors import (
    MalformedError,
    MethodError,
    NotFoundError,
    PendingError,
    TooLargeError,
    UnavailableError,
)
from shared.observability.events import note_source
from shared.observability.log import log
from shared.outcome import Outcome, Result
from shared.settings.limits import Limits
from shared.web.concurrency import (
    MAX_BODIES_ARRIVING,
    MAX_BYTES_IN_FLIGHT,
    SLOW_AFTER_SECONDS,
    Admission,
)
from shared.web.endpoint import MAX_HEADER_BYTES, MAX_HEADERS, read_delivery, respond
from shared.webhooks.delivery import Delivery, Head
from tests.support.loop import in_a_fast_loop, in_a_loop

MIB = 1024 * 1024
Headers = Iterable[tuple[bytes, bytes]]


class Body:
    """A request's body as it comes in, chunk by chunk.

    Attributes:
        read: How many chunks were asked for.
    """

    def __init__(self, *chunks: bytes, hang_up: bool = False) -> None:
        self.read = 0
        self._messages: list[dict[str, Any]] = [
            {"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks
        ]
        end = {"type": "http.disconnect"} if hang_up else {"type": "http.request", "body": b""}
        self._messages.append(end)

    async def __call__(self) -> dict[str, Any]:
        """Return the next message of ASGI."""
        self.read += 1
        return self._messages[self.read - 1]


def request(body: Body, headers: Headers = (), method: str = "POST") -> Request:
    """Return a request."""
    scope = {
        "type": "http",
        "method": method,
        "path": "/",
        "query_string": b"",
        "headers": list(headers),
    }
    return Request(scope, body)


async def read(posted: Request, admission: Admission | None = None) -> Delivery:
    """Read a request that is the only one in flight, unless others are there."""
    with (admission or Admission()).receive(100) as arriving:
        return await read_delivery(posted, arriving)


@in_a_loop
async def test_a_delivery_is_every_header_and_every_byte() -> None:
    """In order, repeats kept, chunks joined."""
    headers = [(b"stripe-signature", b"t=1"), (b"x", b"\xe9"), (b"stripe-signature", b"t=2")]

    found = await read(request(Body(b'{"a"', b": 1}"), headers))

    assert found == Delivery(
        (("stripe-signature", "t=1"), ("x", "é"), ("stripe-signature", "t=2")), b'{"a": 1}'
    )


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "post"])
@in_a_loop
async def test_only_post_delivers(method: str) -> None:
    """And not one byte of another is read."""
    body = Body(b"x")
    with pytest.raises(MethodError):
        await read(request(body, method=method))

    assert body.read == 0


@pytest.mark.parametrize("length", [b"1048577", b"9" * 15, b"9" * 16, b"-1", b"1e3", b"", b"\xb2"])
@in_a_loop
async def test_a_length_too_large_or_odd_is_refused_unread(length: bytes) -> None:
    """Before anything else is done."""
    body = Body(b"x")
    with pytest.raises(TooLargeError, match=r"^body: larger than 1048576 bytes$"):
        await read(request(body, [(b"content-length", length)]))

    assert body.read == 0


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"5")]], ids=["none", "a lie"])
@in_a_loop
async def test_a_body_that_grows_too_large_is_not_read_on(headers: Headers) -> None:
    """Chunked, or with a length that lies."""
    body = Body(*[b"x" * MIB] * 9)
    with pytest.raises(TooLargeError):
        await read(request(body, headers))

    assert body.read == 2


@in_a_loop
async def test_a_body_of_one_mebibyte_is_taken() -> None:
    """The last byte that is."""
    found = await read(request(Body(b"x" * MIB), [(b"content-length", str(MIB).encode())]))

    assert len(found.body) == MIB


@in_a_loop
async def test_a_sender_that_hangs_up_sent_nothing() -> None:
    """Half a body is nobody's event."""
    with pytest.raises(MalformedError, match=r"^body: the sender hung up$"):
        await read(request(Body(b'{"a"', hang_up=True)))


def answered(outcome: Outcome | BaseException, method: str = "POST") -> Response:
    """Return the response to a delivery that ends so."""

    async def take(delivery: Delivery) -> list[Outcome]:
        assert delivery.body == b"jane@example.com"
        if isinstance(outcome, BaseException):
            raise outcome
        return [outcome]

    posted = request(Body(b"jane@example.com"), method=method)
    return asyncio.run(
        respond("payment_webhook", posted, take, admission=Admission(), limits=Limits())
    )


def test_an_outcome_is_answered_and_logged(log_lines: io.BytesIO) -> None:
    """Status, JSON, and one line with how long it took."""
    response = answered(Outcome(Result.DELIVERED, None, "purchase", "ORD-9"))

    assert (response.status_code, response.media_type) == (200, "application/json")
    assert json.loads(bytes(response.body))["outcome"] == "delivered"
    line = json.loads(log_lines.getvalue())
    assert line.pop("duration_ms") >= 0
    assert line.pop("delivery")
    assert line == {
        "severity": "INFO",
        "event": "request",
        "function": "payment_webhook",
        "outcome": "delivered",
        "status": 200,
    }


@pytest.mark.parametrize("end", [PendingError("its purchase"), Outcome(Result.REJECTED)])
@in_a_loop
async def test_the_line_names_the_event_once_it_is_authentic(
    end: Exception | Outcome, log_lines: io.BytesIO
) -> None:
    """However the request ends; what came before has the same delivery and no event."""

    async def take(_: Delivery) -> list[Outcome]:
        log("early")
        note_source(Source("stripe", "evt_1", "refund.created"))
        if isinstance(end, Exception):
            raise end
        return [end]

    posted = request(Body(b"x"))
    await respond("payment_webhook", posted, take, admission=Admission(), limits=Limits())

    early, line = map(json.loads, log_lines.getvalue().splitlines())
    assert early == {"severity": "INFO", "event": "early", "delivery": line["delivery"]}
    named = (line["provider"], line["event_type"], line["source_event"])
    assert named == ("stripe", "refund.created", "evt_1")


def test_an_error_is_answered_and_logged_with_its_reason(log_lines: io.BytesIO) -> None:
    """What is our fault is an error in the log; the answer says when to come back."""
    response = answered(UnavailableError("STORE: SQLITE_BUSY"))

    assert (response.status_code, response.headers["retry-after"]) == (503, "30")
    line = json.loads(log_lines.getvalue())
    assert (line["severity"], line["reason"]) == ("ERROR", "STORE: SQLITE_BUSY")
    assert line["outcome"] == "unavailable"


def test_a_wrong_method_is_answered_405(log_lines: io.BytesIO) -> None:
    """With the one that is right; a stranger's mistake is no error of ours."""
    response = answered(Outcome(Result.IGNORED), method="GET")

    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert json.loads(log_lines.getvalue())["severity"] == "INFO"


def test_a_defect_is_answered_500_and_logged_by_its_place(log_lines: io.BytesIO) -> None:
    """Its kind and where it was raised, never its text: that may quote the payload."""
    response = answered(KeyError("jane@example.com"))

    assert response.status_code == 500
    assert b"jane" not in bytes(response.body)
    line = json.loads(log_lines.getvalue())
    assert b"jane" not in log_lines.getvalue()
    assert line["severity"] == "ERROR"
    assert line["reason"].startswith("KeyError at take:")


@pytest.mark.usefixtures("log_lines")
def test_a_cancelled_request_is_not_answered() -> None:
    """The server is shutting down: that is not ours to stop."""
    with pytest.raises(asyncio.CancelledError):
        answered(asyncio.CancelledError())


async def nobody(delivery: Delivery) -> list[Outcome]:
    """Take a delivery that must not come so far."""
    raise AssertionError(delivery)


@pytest.mark.usefixtures("log_lines")
@in_a_loop
async def test_one_delivery_too_many_is_turned_away_unread() -> None:
    """And told when to come back; what is done makes room."""
    admission, body = Admission(), Body(b"x")
    with admission.admit(1):
        turned_away = await respond(
            "payment_webhook",
            request(body),
            nobody,
            admission=admission,
            limits=Limits(deliveries_in_flight=1),
        )

    assert (turned_away.status_code, turned_away.headers["retry-after"]) == (503, "5")
    assert (body.read, admission.turned_away, admission.deliveries) == (0, 1, 0)


@in_a_loop
async def test_bodies_that_are_too_large_together_are_turned_away() -> None:
    """Whatever their number; and each that is done makes room."""
    admission = Admission()
    with admission.admit(100) as others:
        others.hold(MAX_BYTES_IN_FLIGHT - MIB)
        await read(request(Body(b"x" * MIB)), admission)
        others.hold(1)
        with pytest.raises(UnavailableError, match=r"as many deliveries as it can hold"):
            await read(request(Body(b"x" * MIB)), admission)

    assert (admission.body_bytes, admission.turned_away) == (0, 1)


@in_a_loop
async def test_what_its_headers_refuse_is_not_read() -> None:
    """A path, a missing signature: known before the body."""
    body = Body(b"x")

    def judge(head: Head) -> None:
        assert head.values("a") == ["1"]
        raise NotFoundError("nobody")

    with Admission().receive(100) as arriving, pytest.raises(NotFoundError):
        await read_delivery(request(body, [(b"a", b"1")]), arriving, judge=judge)

    assert body.read == 0


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        ([(b"a", b"")] * (MAX_HEADERS + 1), f"headers: more than {MAX_HEADERS}"),
        ([(b"a", b"x" * MAX_HEADER_BYTES)], f"headers: larger than {MAX_HEADER_BYTES} bytes"),
    ],
)
@in_a_loop
async def test_more_headers_than_a_sender_has_are_refused(headers: Headers, problem: str) -> None:
    """By their number and by their size, before anything is looked for in them."""
    body = Body(b"x")
    with pytest.raises(TooLargeError, match=f"^{problem}$"):
        await read(request(body, headers))

    assert body.read == 0


class Trickle(Body):
    """A body of which a byte comes each second."""

    async def __call__(self) -> dict[str, Any]:
        """Return the next byte."""
        await asyncio.sleep(1)
        return {"type": "http.request", "body": b"x", "more_body": True}


@pytest.mark.usefixtures("log_lines")
@in_a_fast_loop
async def test_a_body_that_is_not_there_yet_holds_no_place() -> None:
    """However many of them there are, a delivery that is complete is taken."""
    admission, limits = Admission(), Limits(deliveries_in_flight=1)

    async def take(_: Delivery) -> list[Outcome]:
        return [Outcome(Result.DELIVERED)]

    async def post(body: Body) -> Response:
        return await respond("f", request(body), take, admission=admission, limits=limits)

    slow = [asyncio.create_task(post(Trickle())) for _ in range(50)]
    await asyncio.sleep(2)
    answer = await post(Body(b"x"))

    assert answer.status_code == 200
    assert {each.status_code for each in await asyncio.gather(*slow)} == {400}
    assert (admission.deliveries, admission.body_bytes) == (0, 0)


@in_a_fast_loop
async def test_a_slow_body_gives_way_to_a_newer_one() -> None:
    """The oldest goes, and its sender is asked to come again; nothing of it is held."""
    admission = Admission()
    slow = asyncio.create_task(read(request(Trickle()), admission))
    await asyncio.sleep(2)
    with admission.admit(100) as others:
        others.hold(MAX_BYTES_IN_FLIGHT - 1)
        await read(request(Body(b"x")), admission)

        with pytest.raises(UnavailableError, match=r"as many deliveries as it can hold"):
            await slow

    assert (admission.body_bytes, admission.turned_away) == (0, 1)


@in_a_loop
async def test_the_number_of_bodies_on_their_way_is_bounded() -> None:
    """A newer one takes the place of the oldest, once that is slow."""
    admission = Admission()
    oldest, *_ = [admission.receive(1) for _ in range(MAX_BODIES_ARRIVING)]
    with pytest.raises(UnavailableError):
        admission.receive(1)
    await asyncio.sleep(SLOW_AFTER_SECONDS)

    assert (await read(request(Body(b"x")), admission)).body == b"x"
    with pytest.raises(UnavailableError):
        oldest.check()


@pytest.mark.usefixtures("log_lines")
@in_a_fast_loop
async def test_a_body_that_trickles_in_is_given_the_deadline() -> None:
    """It would be read for ever."""
    answer = await respond(
        "payment_webhook", request(Trickle()), nobody, admission=Admission(), limits=Limits(3)
    )

    assert answer.status_code == 400
    assert json.loads(bytes(answer.body))["reason"] == "body: it did not arrive in time"


@pytest.mark.usefixtures("log_lines")
@in_a_fast_loop
async def test_what_ignores_the_deadline_is_cut_off() -> None:
    """The sender gets its answer while it still listens."""

    async def for_ever(delivery: Delivery) -> list[Outcome]:
        del delivery
        await asyncio.sleep(3600)
        return []

    loop = asyncio.get_running_loop()
    started = loop.time()
    answer = await respond(
        "payment_webhook", request(Body(b"x")), for_ever, admission=Admission(), limits=Limits(3)
    )

    assert answer.status_code == 503
    assert json.loads(bytes(answer.body))["reason"] == "no end within the deadline of the request"
    assert 3 < loop.time() - started < 5


@pytest.mark.usefixtures("log_lines")
def test_a_time_out_of_somebody_elses_is_a_defect() -> None:
    """Only our own says that the deadline is over."""
    assert answered(TimeoutError()).status_code == 500
