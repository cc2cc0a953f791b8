"""Stripe's API over the real transport, at a real socket that misbehaves."""

import asyncio
import gzip
import logging
import traceback
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.errors import ConnectorError, MisconfiguredError, UnavailableError, UnusableError
from shared.provider_api.reply import GoneError
from shared.secrets.secret import Secret
from shared.stripe_api.access import Access
from shared.stripe_api.client import DEADLINE_SECONDS, MAX_BYTES, VERSION, StripeApi
from tests.support.fast_loop import run_fast
from tests.support.faulty_server import DROP, HANG, RESET, FaultyServer, Seen, answer
from tests.support.loop import in_a_loop

VALUE: Final = "rk_live_sEcReTkEy123"
KEY: Final = Secret(VALUE)
PATH: Final = "/v1/checkout/sessions/cs_live_a1B2c3"
NAMED: Final = "GET /v1/checkout/sessions/…"
BODY: Final = b'{"id": "cs_live_a1B2c3", "amount_total": 2760, "percent": 12.50}'
OK: Final = answer(200, "Content-Type: application/json", body=BODY)
TRUNCATED: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\n{"
LACKING: Final = b"""{"error": {"message": "The provided key 'rk_live_*****Ey123' does not have the
 required permissions for this endpoint on account 'acct_1'. Having the
 'rak_checkout_session_read' permission would allow this request to continue."}}"""


async def asked(  # noqa: PLR0913 - each test says only what matters to it
    script: Sequence[bytes | str],
    *,
    path: str = PATH,
    key: Secret = KEY,
    account: str | None = None,
    params: Sequence[tuple[str, str]] = (),
    live: bool = True,
) -> tuple[bytes | ConnectorError, list[Seen]]:
    """Ask a server that follows a script; an error is a value."""
    async with FaultyServer(script) as server:
        api = StripeApi(server.url)
        access = Access(key, account, live, asyncio.get_running_loop().time() + DEADLINE_SECONDS)
        try:
            found: bytes | ConnectorError = bytes(await api.get(path, access, params))
        except ConnectorError as error:
            found = error
        await api.close()
    return found, server.seen


def told_of(error: ConnectorError) -> str:
    """Return all that a talkative log tells of an error: what led to it, and our own variables."""
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [frame for frame in trace.stack if "/shared/" in frame.filename]
    assert ours
    return "".join([*traceback.format_exception(error), *(repr(frame.locals) for frame in ours)])


@in_a_loop
async def test_the_object_comes_as_it_was_sent() -> None:
    """Byte for byte: no number passes through a float."""
    found, seen = await asked([OK])

    assert (found, len(seen)) == (BODY, 1)


@in_a_loop
async def test_the_question_is_what_stripe_wants() -> None:
    """Path, query, the pinned version, and the key as a bearer token."""
    _, (seen,) = await asked([OK], params=[("limit", "100"), ("starting_after", "li_1&x=y")])

    url = urlsplit(seen.target)
    assert url.path == PATH
    assert parse_qs(url.query) == {"limit": ["100"], "starting_after": ["li_1&x=y"]}
    assert seen.headers["authorization"] == f"Bearer {VALUE}"
    assert seen.headers["stripe-version"] == VERSION == "2026-10-28.endive"
    assert {"stripe-account", "stripe-context", "cookie"}.isdisjoint(seen.headers)
    assert seen.body == b""


@pytest.mark.parametrize(
    ("account", "header"),
    [
        ("acct_1032D82eZvKYlo2C", "stripe-account"),
        ("org_6/acct_1032D82eZvKYlo2C", "stripe-context"),
        ("org_6", "stripe-context"),
    ],
)
@in_a_loop
async def test_an_object_of_another_account_is_asked_for_there(account: str, header: str) -> None:
    """A connected account by its id, an organisation's by the path that thin events name."""
    _, (seen,) = await asked([OK], account=account)

    assert {header: account} == {
        name: value
        for name, value in seen.headers.items()
        if name in {"stripe-account", "stripe-context"}
    }


@pytest.mark.parametrize(
    "account", ["", "acct_1\r\nx: y", "acct 1", "../acct_1", "a/b/c/d/e", "x" * 65, "äcct_1"]
)
@in_a_loop
async def test_an_account_that_could_end_a_header_is_sent_nowhere(account: str) -> None:
    """It comes from a payload."""
    found, seen = await asked([OK], account=account)

    assert isinstance(found, UnusableError)
    assert not seen


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/v1",
        "/v1/",
        "/v2/core/events/evt_1",
        "/v1/x/",
        "/v1//x",
        "//evil.example/v1/x",
        "https://evil.example/v1/x",
        "@evil.example/v1/x",
        ".evil.example/v1/x",
        ":81/v1/x",
        "/v1/../v2/x",
        "/v1/%2e%2e/x",
        "/v1/x?expand[]=customer",
        "/v1/x#y",
        "/v1/x\n",
        "/v1/x\r\nHost: evil.example",
        "/v1/x y",
        "\\\\evil.example/v1/x",
        "/v1/ä",
        "/v1/a/b/c/d/e/f/g",
        "/v1/" + "x" * 256,
    ],
)
@in_a_loop
async def test_a_path_that_is_none_of_stripes_is_not_asked(path: str) -> None:
    """It comes from a payload: no host, no query, no way out of the first version."""
    found, seen = await asked([OK], path=path)

    assert isinstance(found, UnusableError)
    assert not seen


@pytest.mark.parametrize("value", ["", "rk live", "rk\r\nx: y", "rk_live_ü", "r" * 256, "a/b"])
@in_a_loop
async def test_a_key_that_cannot_be_one_is_named_and_not_sent(value: str) -> None:
    """By its setting, never by its value."""
    found, seen = await asked([OK], key=Secret(value))

    assert isinstance(found, MisconfiguredError)
    assert str(found) == "PAYMENT_PROVIDERS stripe.api_key: not a key of Stripe's"
    assert not seen
    assert not value or value not in told_of(found)


@pytest.mark.parametrize(
    ("value", "live", "problem"),
    [
        ("rk_test_1", True, "a test mode key cannot read live mode events"),
        ("rk_live_1", False, "a live mode key cannot read test mode events"),
    ],
)
@in_a_loop
async def test_a_key_of_the_other_mode_is_not_sent(value: str, problem: str, *, live: bool) -> None:
    """Stripe would say that there is no such object, as if it were gone."""
    found, seen = await asked([OK], key=Secret(value), live=live)

    assert isinstance(found, MisconfiguredError)
    assert str(found) == f"PAYMENT_PROVIDERS stripe.api_key: {problem}"
    assert not seen


@pytest.mark.parametrize("value", ["rk_test_1", "local", "sk_org_test_1"])
@in_a_loop
async def test_a_key_of_the_events_mode_is_sent(value: str) -> None:
    """A key whose name tells no mode goes with both."""
    found, _ = await asked([OK], key=Secret(value), live=False)

    assert found == BODY


@pytest.mark.parametrize(
    ("reply", "kind", "problem"),
    [
        pytest.param(
            answer(404, body=LACKING),
            GoneError,
            f"{NAMED}: Stripe has no such object",
            id="404",
        ),
        pytest.param(
            answer(401, body=LACKING),
            MisconfiguredError,
            "PAYMENT_PROVIDERS stripe.api_key: Stripe does not know the key",
            id="401",
        ),
        pytest.param(
            answer(403, body=LACKING),
            MisconfiguredError,
            f"PAYMENT_PROVIDERS stripe.api_key: Stripe says 403 to {NAMED}: "
            "the restricted key lacks rak_checkout_session_read",
            id="403",
        ),
        pytest.param(
            answer(403, body=b"jane@example.com"),
            MisconfiguredError,
            f"PAYMENT_PROVIDERS stripe.api_key: Stripe says 403 to {NAMED}: not allowed",
            id="403 in other words",
        ),
        pytest.param(
            answer(400, body=LACKING[:20]),
            MisconfiguredError,
            f"PAYMENT_PROVIDERS stripe.api_key: Stripe says 400 to {NAMED}: not allowed",
            id="400",
        ),
        pytest.param(
            answer(302, "Location: http://127.0.0.1:1/v1/x"),
            UnavailableError,
            f"Stripe's API says 302 to {NAMED}",
            id="redirect",
        ),
        pytest.param(
            answer(200, body=b"<html>"),
            UnavailableError,
            f"Stripe's API says no JSON object to {NAMED}",
            id="HTML",
        ),
        pytest.param(
            answer(200, body=b"[]"),
            UnavailableError,
            f"Stripe's API says no JSON object to {NAMED}",
            id="no object",
        ),
        pytest.param(
            answer(200, body=b'{"a":' * 100_000),
            UnavailableError,
            f"Stripe's API says no JSON object to {NAMED}",
            id="nested too deeply",
        ),
        pytest.param(
            answer(204), UnavailableError, f"Stripe's API says 204 to {NAMED}", id="empty"
        ),
    ],
)
@in_a_loop
async def test_a_clear_answer_ends_it(
    reply: bytes, kind: type[ConnectorError], problem: str
) -> None:
    """Asked once; of Stripe's words only the lacking permission is repeated, and no id."""
    found, seen = await asked([reply, OK])

    assert (type(found), str(found), len(seen)) == (kind, problem, 1)


PASSING: Final = [
    pytest.param(answer(429), "429", id="429"),
    pytest.param(answer(409), "409", id="409"),
    pytest.param(answer(500), "500", id="500"),
    pytest.param(answer(503), "503", id="503"),
    pytest.param(DROP, "ServerDisconnectedError", id="drop"),
    pytest.param(TRUNCATED, "ClientPayloadError", id="cut off"),
    pytest.param(b"rubbish\r\n\r\n", "HttpProcessingError", id="no HTTP"),
    pytest.param(
        answer(200, "Content-Encoding: gzip", body=gzip.compress(BODY)[:-9] + b"rubbish!!"),
        "error",
        id="cannot be unpacked",
    ),
]


@pytest.mark.parametrize(("reply", "detail"), PASSING)
def test_a_passing_fault_is_outlived(reply: bytes | str, detail: str) -> None:
    """It only reads, so each question may be asked again."""
    found, seen = run_fast(asked([reply, reply, OK]))

    assert found == BODY, detail
    assert len(seen) == 3


@pytest.mark.parametrize(("reply", "detail"), PASSING)
def test_a_fault_that_lasts_is_out_of_reach(reply: bytes | str, detail: str) -> None:
    """After three times; the sender's own retry comes later."""
    found, seen = run_fast(asked([reply]))

    assert isinstance(found, UnavailableError)
    assert str(found) == f"Stripe's API says {detail} to {NAMED}"
    # Where a connection drops, aiohttp asks once more by itself: only a question that may be.
    assert len(seen) == (6 if reply == DROP else 3)


def test_where_nobody_listens_is_out_of_reach() -> None:
    """Refused connections, three of them."""

    async def to_nobody() -> str:
        async with FaultyServer([OK]) as server:
            pass
        api = StripeApi(server.url)
        give_up_at = asyncio.get_running_loop().time() + DEADLINE_SECONDS
        with pytest.raises(UnavailableError) as caught:
            await api.get(PATH, Access(KEY, None, live=True, give_up_at=give_up_at))
        await api.close()
        return str(caught.value)

    assert run_fast(to_nobody()) == f"Stripe's API says ClientConnectorError to {NAMED}"


@pytest.mark.parametrize("script", [[HANG], [answer(503), HANG]], ids=["hang", "503, then hang"])
def test_a_server_that_never_answers_is_given_three_seconds(script: list[bytes | str]) -> None:
    """In all, so that GA4 keeps its seven before a buyer stops to wait."""

    async def timed() -> tuple[bytes | ConnectorError, float]:
        loop = asyncio.get_running_loop()
        started = loop.time()
        found, _ = await asked(script)
        return found, loop.time() - started

    found, seconds = run_fast(timed())

    assert isinstance(found, UnavailableError)
    assert DEADLINE_SECONDS <= seconds < DEADLINE_SECONDS + 1


def test_an_answer_that_hangs_once_is_outlived() -> None:
    """The first attempt does not use the deadline up."""
    found, _ = run_fast(asked([HANG, OK]))

    assert found == BODY


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_an_answer_larger_than_any_of_stripes_is_not_read(*, packed: bool) -> None:
    """However small it is on the wire."""
    body = b'{"a": "' + b" " * MAX_BYTES + b'"}'
    reply = (
        answer(200, "Content-Encoding: gzip", body=gzip.compress(body))
        if packed
        else answer(200, body=body)
    )

    found, _ = run_fast(asked([reply]))

    assert isinstance(found, UnavailableError)
    assert str(found) == f"Stripe's API says more than fits to {NAMED}"


@in_a_loop
async def test_one_connection_serves_one_question_after_another() -> None:
    """A new one for each would cost a handshake."""
    async with FaultyServer([OK]) as server:
        api = StripeApi(server.url)
        give_up_at = asyncio.get_running_loop().time() + DEADLINE_SECONDS
        for _ in range(4):
            await api.get(PATH, Access(KEY, None, live=True, give_up_at=give_up_at))
        await api.close()

    assert {seen.connection for seen in server.seen} == {1}


@pytest.mark.parametrize(
    "reply",
    [
        OK,
        answer(302, "Location: /x"),
        answer(401, body=LACKING),
        answer(403, body=LACKING),
        answer(404),
        answer(503),
        DROP,
        RESET,
        HANG,
        b"rubbish\r\n\r\n",
        TRUNCATED,
    ],
    ids="200 302 401 403 404 503 drop reset hang rubbish truncated".split(),
)
def test_the_key_is_on_the_wire_and_nowhere_else(
    reply: bytes | str, caplog: pytest.LogCaptureFixture
) -> None:
    """In no log line at any level, and in no error, its causes or the values of its frames."""
    caplog.set_level(logging.NOTSET)
    for name in ("httpx", "httpcore", "aiohttp", "aiohttp.client", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)

    async def debugged() -> tuple[bytes | ConnectorError, list[Seen]]:
        asyncio.get_running_loop().set_debug(True)
        return await asked([reply])

    found, seen = run_fast(debugged())

    assert all(VALUE in request.headers["authorization"] for request in seen)
    assert not [request for request in seen if VALUE in request.target]
    for record in caplog.records:
        assert VALUE not in logging.Formatter().format(record)
        assert VALUE not in repr(vars(record))
    if isinstance(found, ConnectorError):
        assert VALUE not in told_of(found)
