"""Requests of nobody we know: a clear 4xx, a log line, nothing stored, nothing repeated."""

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import httpx
import pytest

from tests.functions import stripe_events as stripe
from tests.functions.canary import CANARY, assert_discreet
from tests.functions.running import GA4, Webhook, eventually, signed

MIB: Final = 1024 * 1024
PRIVATE: Final = {"order_id": f"ORDER-{CANARY}", "note": CANARY}
PAID: Final = stripe.paid(CANARY, metadata=PRIVATE)
NOW: Final = int(time.time())

Send = Callable[[Webhook], httpx.Response]


def sends(method: str, path: str = "/", **more: Any) -> Send:  # noqa: ANN401 - httpx's
    """Send anything, unsigned."""
    return lambda webhook: webhook.request(method, path, **more)


def posts(body: bytes, **more: Any) -> Send:  # noqa: ANN401 - see `Webhook.post`
    """Deliver a body, signed."""
    return lambda webhook: webhook.post(body, **more)


def with_headers(*values: str | bytes) -> Send:
    """Deliver a paid session under signature headers of these values."""
    encoded = [value.encode("latin-1") if isinstance(value, str) else value for value in values]
    return lambda webhook: webhook.request(
        "POST", content=PAID, headers=[(b"stripe-signature", value) for value in encoded]
    )


def signature_twice(webhook: Webhook) -> httpx.Response:
    """Deliver with a genuine header, given twice."""
    genuine = signed(PAID)["stripe-signature"]
    return with_headers(genuine, genuine)(webhook)


def signature_spoiled(old: str, new: str) -> Send:
    """Deliver with a genuine header in which `old` has become `new`."""

    def send(webhook: Webhook) -> httpx.Response:
        return with_headers(signed(PAID)["stripe-signature"].replace(old, new))(webhook)

    return send


def in_pieces(size: int) -> Send:
    """Deliver so many bytes in chunks, so that no header tells how many there will be."""

    def pieces() -> Iterator[bytes]:
        for start in range(0, size, 64 * 1024):
            yield b" " * min(64 * 1024, size - start)

    return lambda webhook: webhook.request("POST", content=pieces(), headers=signed(b" " * size))


METHOD = (405, "method_not_allowed", "deliveries are posted")
MISSING = (400, "bad_signature", "stripe-signature: header missing")
NO_V1 = (400, "bad_signature", "stripe-signature: no v1 signature")
NO_TIME = (400, "bad_signature", "stripe-signature: no one time in Unix seconds")
MISMATCH = (400, "bad_signature", "stripe-signature: made with no secret we hold")
STALE = (400, "bad_signature", "stripe-signature: signed more than 300 s from now")
TOO_LARGE = (413, "too_large", "body: larger than 1048576 bytes")
NOT_FOUND = (404, "not_found", "no provider posts to this path; there is /stripe")


def malformed(reason: str) -> tuple[int, str, str]:
    """The answer to authentic bytes that are no event."""
    return (400, "malformed", reason)


CASES: Final[dict[str, tuple[Send, tuple[int, str, str]]]] = {
    "GET": (sends("GET"), METHOD),
    "GET with a query": (sends("GET", f"/stripe?{CANARY}"), METHOD),
    "PUT": (sends("PUT", content=PAID, headers=signed(PAID)), METHOD),
    "PATCH": (sends("PATCH", content=PAID), METHOD),
    "DELETE": (sends("DELETE"), METHOD),
    "OPTIONS": (sends("OPTIONS"), METHOD),
    "an unknown path": (posts(PAID, path=f"/{CANARY}"), NOT_FOUND),
    "a deep path": (sends("POST", f"/stripe/{CANARY}?{CANARY}=1", content=PAID), NOT_FOUND),
    "no signature": (sends("POST", content=PAID), MISSING),
    "no signature, no body": (sends("POST"), MISSING),
    "no signature, a form": (sends("POST", data={"a": CANARY}), MISSING),
    "signed twice": (
        signature_twice,
        (400, "bad_signature", "stripe-signature: header given 2 times"),
    ),
    "an empty signature": (with_headers(""), NO_V1),
    "no signature at all": (with_headers(CANARY), NO_V1),
    "only a time": (with_headers(f"t={NOW}"), NO_V1),
    "only v0": (signature_spoiled("v1=", "v0="), NO_V1),
    "no time": (with_headers(f"v1={'0' * 64}"), NO_TIME),
    "an empty time": (with_headers(f"t=,v1={'0' * 64}"), NO_TIME),
    "a negative time": (with_headers(f"t=-1,v1={'0' * 64}"), NO_TIME),
    "a time that is no number": (with_headers(f"t={CANARY},v1={'0' * 64}"), NO_TIME),
    "a time of other digits": (with_headers("t=\u0661\u0662,v1=00".encode()), NO_TIME),
    "a time beyond any": (with_headers(f"t={'9' * 30},v1={'0' * 64}"), NO_TIME),
    "two times": (with_headers(f"t={NOW},t={NOW},v1={'0' * 64}"), NO_TIME),
    "a signature that is no digest": (with_headers(f"t={NOW},v1={CANARY}"), MISMATCH),
    "an empty digest": (with_headers(f"t={NOW},v1="), MISMATCH),
    "a digest beyond ASCII": (with_headers(f"t={NOW},v1=\xe9{CANARY}"), MISMATCH),
    "a digest beyond Latin-1": (with_headers(f"t={NOW},v1=\u20ac".encode()), MISMATCH),
    "many digests": (
        with_headers(f"t={NOW}" + f",v1={CANARY}" * 16),
        (400, "bad_signature", "stripe-signature: more than 16 entries"),
    ),
    "an endless header": (
        with_headers(f"t={NOW},v1=" + CANARY * 400),
        (400, "bad_signature", "stripe-signature: header longer than 4096 characters"),
    ),
    "another secret": (posts(PAID, secret="whsec_guessed"), MISMATCH),
    "another body": (sends("POST", content=PAID + b" ", headers=signed(PAID)), MISMATCH),
    "a stale signature": (posts(PAID, age=301), STALE),
    "a signature of the future": (posts(PAID, age=-310), STALE),
    "one byte over the limit": (posts(b" " * (MIB + 1)), TOO_LARGE),
    "far over the limit": (posts(b" " * (8 * MIB)), TOO_LARGE),
    "over the limit, unsigned": (sends("POST", content=b" " * (2 * MIB)), TOO_LARGE),
    "over the limit in chunks": (in_pieces(MIB + 1), TOO_LARGE),
    "far over the limit in chunks": (in_pieces(8 * MIB), TOO_LARGE),
    "an empty body": (posts(b""), malformed("body: Input data was truncated")),
    "a megabyte of nothing": (posts(b" " * MIB), malformed("body: Input data was truncated")),
    "no JSON": (
        posts(CANARY.encode()),
        malformed("body: JSON is malformed: invalid character (byte 0)"),
    ),
    "a form": (
        posts(f"id={CANARY}".encode()),
        malformed("body: JSON is malformed: invalid character (byte 0)"),
    ),
    "no UTF-8": (
        posts(b'{"object": "event", "id": "\xff\xfe' + CANARY.encode() + b'"}'),
        malformed("body: not UTF-8"),
    ),
    "half an event": (posts(PAID[:-10]), malformed("body: Input data was truncated")),
    "an event and more": (
        posts(PAID + CANARY.encode()),
        malformed(f"body: JSON is malformed: trailing characters (byte {len(PAID) + 1})"),
    ),
    "null": (posts(b"null"), malformed("body: expected an object")),
    "a number": (posts(b"1e400"), malformed("body: Number out of range")),
    "a string": (posts(f'"{CANARY}"'.encode()), malformed("body: expected an object")),
    "an array": (posts(b"[" + PAID + b"]"), malformed("body: expected an object")),
    "an empty object": (
        posts(b"{}"),
        malformed(
            "object: missing, expected text; id: missing, expected text of at most 255 characters;"
            " type: missing, expected text of at most 255 characters"
        ),
    ),
    "another object": (
        posts(f'{{"object": "{CANARY}", "id": "x", "type": "x"}}'.encode()),
        malformed("object: not event"),
    ),
    "nested arrays": (posts(b"[" * 200_000), malformed("body: nested too deeply")),
    "nested objects": (
        posts(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
        malformed("body: nested too deeply"),
    ),
    "an id that is a number": (
        posts(stripe.event({}, id=7)),
        malformed("id: expected text of at most 255 characters"),
    ),
    "no id": (
        posts(stripe.event({}, id=None)),
        malformed("id: expected text of at most 255 characters"),
    ),
    "no type": (
        posts(stripe.event({}, type=None)),
        malformed("type: expected text of at most 255 characters"),
    ),
    "no time of the event": (
        posts(stripe.event({}, created=None)),
        malformed("created: expected a whole number"),
    ),
    "a time of the event that is text": (
        posts(stripe.event({}, created=CANARY)),
        malformed("created: expected a whole number"),
    ),
    "a time of the event before all": (
        posts(stripe.event({}, created=-1)),
        malformed("created: not Unix seconds"),
    ),
    "a time of the event after all": (
        posts(stripe.event({}, created=10**30)),
        malformed("created: not Unix seconds"),
    ),
    "no data": (posts(stripe.event({}, data=None)), malformed("data: expected an object")),
    "data without an object": (
        posts(stripe.event({}, data={"note": CANARY})),
        malformed("data.object: missing, expected an object"),
    ),
    "test mode that is text": (
        posts(stripe.event({}, livemode=CANARY)),
        malformed("livemode: expected true or false"),
    ),
}


@pytest.mark.parametrize(("send", "expected"), CASES.values(), ids=CASES.keys())
def test_a_bad_request_is_refused(
    send: Send, expected: tuple[int, str, str], ga4: GA4, webhook: Webhook
) -> None:
    """It is answered with its status and reason, logged by them, and leaves nothing behind."""
    status, outcome, reason = expected
    seen = len(webhook.lines("request"))

    answer = send(webhook)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"outcome": outcome, "reason": reason, "events": []}
    assert answer.headers.get("allow") == ("POST" if status == 405 else None)
    (line,) = webhook.lines("request")[seen:]
    assert (line["status"], line["reason"]) == (status, reason)
    assert (line["severity"], line["function"]) == ("INFO", "payment_webhook")
    assert webhook.ledger.rows == []
    assert ga4.events == []
    assert_discreet(webhook, answer.text, str(answer.headers))


def test_head_is_refused_without_a_body(webhook: Webhook) -> None:
    """An answer to HEAD has the status and the headers only."""
    answer = webhook.request("HEAD")

    assert (answer.status_code, answer.text) == (405, "")
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize("method", ["TRACE", "BREW"])
def test_a_method_of_no_function_is_refused(method: str, webhook: Webhook) -> None:
    """What the framework hands to no function it, or the server before it, refuses itself."""
    assert webhook.request(method).status_code in {400, 405}
    assert_discreet(webhook)


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(f"{CANARY}\r\n\r\n", id="no HTTP"),
        pytest.param("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n", id="negative"),
        pytest.param(
            f"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: {CANARY}\r\n\r\n", id="no number"
        ),
        pytest.param(
            "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
            id="two lengths",
        ),
        pytest.param(
            f"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n{CANARY}\r\n",
            id="no chunk",
        ),
    ],
)
def test_what_is_no_http_is_refused(head: str, webhook: Webhook) -> None:
    """Bytes that are no request are refused by the server, and the next request is served."""
    with _connected(webhook) as connection:
        connection.sendall(head.encode())
        answer = connection.recv(64 * 1024)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert webhook.request("POST").status_code == 400
    assert_discreet(webhook, answer.decode("latin-1"))


def test_a_sender_that_hangs_up_is_logged(webhook: Webhook) -> None:
    """A body that breaks off is no delivery: one log line, nothing stored, no traceback."""
    seen = len(webhook.lines("request"))
    with _connected(webhook) as connection:
        connection.sendall(
            f"POST / HTTP/1.1\r\nhost: x\r\nstripe-signature: {CANARY}\r\n"
            f"content-length: 900\r\n\r\n{CANARY}".encode()
        )

    (line,) = eventually(lambda: webhook.lines("request")[seen:], "it is logged")
    assert (line["status"], line["reason"]) == (400, "body: the sender hung up")
    assert webhook.ledger.rows == []
    assert_discreet(webhook)


def test_a_body_of_one_mebibyte_is_taken(webhook: Webhook) -> None:
    """The limit itself is no offence, with its length in the header or in chunks."""
    frame = stripe.event({"note": ""}, "customer.updated")
    body = frame.replace(b'"note": ""', b'"note": "%b"' % (b"x" * (MIB - len(frame))))

    plain = webhook.post(body)
    chunked = webhook.request(
        "POST", content=iter([body[: MIB // 2], body[MIB // 2 :]]), headers=signed(body)
    )

    assert len(body) == MIB
    assert [plain.status_code, chunked.status_code] == [200, 200]
    assert plain.json()["outcome"] == "ignored"


def _connected(webhook: Webhook) -> socket.socket:
    url = httpx.URL(webhook.url)
    return socket.create_connection((url.host, url.port or 0), timeout=10)
