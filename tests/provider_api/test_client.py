"""The client that asks every provider: how long it waits, and what it keeps to itself."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Final

import httpx
import pytest

from shared.errors import ConnectorError, UnavailableError
from shared.provider_api.client import ApiClient, Patience, next_page
from shared.provider_api.paddle import PaddleAccount, PaddleApi
from shared.provider_api.reply import Reply
from shared.provider_api.shopify import ShopifyApi
from shared.secrets.secret import Secret
from tests.support.fast_loop import run_fast
from tests.support.faulty_server import DROP, FaultyServer, Seen, answer
from tests.support.loop import in_a_loop

KEY: Final = Secret("sEcReT123")
OK: Final = answer(200, body=b"{}")
NOW: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def asked(script: Sequence[bytes | str], seconds: float) -> tuple[Reply, float, list[Seen]]:
    """Ask a server that follows a script; return its answer and how long that took."""
    async with FaultyServer(script) as server:
        client = ApiClient(Patience(5, 2.0, 1024), ("x-key", "Key "), {"x-always": "1"})
        loop = asyncio.get_running_loop()
        began = loop.time()
        url = httpx.URL(f"{server.url}/list")
        reply = await client.get(url, KEY, until=began + seconds)
        took = loop.time() - began
        await client.close()
    return reply, took, server.seen


@in_a_loop
async def test_the_key_is_in_its_header() -> None:
    """Beside what every question brings."""
    _, _, (seen,) = await asked([OK], 5)

    assert (seen.headers["x-key"], seen.headers["x-always"]) == ("Key sEcReT123", "1")


@pytest.mark.parametrize(("header", "least"), [("2.0", 2.0), ("1", 1.0), ("soon", 0.0)])
def test_a_full_bucket_is_left_alone_as_long_as_it_says(header: str, least: float) -> None:
    """Where it says a date or nonsense, we choose the pause."""
    reply, took, seen = run_fast(asked([answer(429, f"Retry-After: {header}"), OK], 30))

    assert (reply.status, len(seen)) == (200, 2)
    assert least <= took < least + 1.5


def test_a_pause_beyond_the_deadline_is_not_begun() -> None:
    """The answer is the last one that came."""
    reply, took, seen = run_fast(asked([answer(429, "Retry-After: 3600"), OK], 10))

    assert (reply.status, len(seen)) == (429, 1)
    assert took < 2


@pytest.mark.parametrize(
    "text",
    [
        "https://api.paddle.com/transactions?after=txn_2",
        "/transactions?after=txn_2",
        "?after=txn_2",
    ],
)
def test_the_next_page_is_of_the_same_list(text: str) -> None:
    """However it is written."""
    found = next_page(httpx.URL("https://api.paddle.com/transactions?x=1"), text, "Paddle")

    assert str(found) == "https://api.paddle.com/transactions?after=txn_2"


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example/transactions?after=txn_2",
        "https://api.paddle.com.evil.example/transactions?after=txn_2",
        "https://api.paddle.com@evil.example/transactions?after=txn_2",
        "http://api.paddle.com/transactions?after=txn_2",
        "https://api.paddle.com:444/transactions?after=txn_2",
        "//evil.example/transactions",
        "https://api.paddle.com/customers?after=ctm_1",
        "https://api.paddle.com/transactions?x=1",
        "https://[",
        "",
    ],
)
def test_a_next_page_elsewhere_is_refused(text: str) -> None:
    """Another host, another list, or this page for ever."""
    with pytest.raises(UnavailableError, match="none of its list"):
        next_page(httpx.URL("https://api.paddle.com/transactions?x=1"), text, "Paddle")


async def of_paddle(url: str) -> None:
    """Ask Paddle for a list."""
    api = PaddleApi(url)
    try:
        async for _ in api.transactions(PaddleAccount(KEY, sandbox=False), NOW, NOW):
            pass
    finally:
        await api.close()


async def for_a_token(url: str) -> None:
    """Ask Shopify for a token."""
    api = ShopifyApi(url)
    try:
        await api.open("my-shop.myshopify.com", KEY, "0" * 32)
    finally:
        await api.close()


@pytest.mark.parametrize("reply", [answer(401, body=b"sEcReT123"), answer(400), DROP])
@pytest.mark.parametrize("ask", [of_paddle, for_a_token])
def test_no_secret_is_in_what_anybody_sees(
    ask: Callable[[str], Awaitable[None]], reply: bytes | str, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in an error, its variables or what libraries log."""
    caplog.set_level(logging.DEBUG)

    async def failed() -> ConnectorError:
        async with FaultyServer([reply]) as server:
            with pytest.raises(ConnectorError) as caught:
                await ask(server.url)
        return caught.value

    error = run_fast(failed())
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [repr(frame.locals) for frame in trace.stack if "/shared/" in frame.filename]
    assert ours
    assert "sEcReT123" not in "".join([str(error), *ours, caplog.text])
