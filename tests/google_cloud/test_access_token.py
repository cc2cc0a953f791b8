"""Tokens of the metadata server, as a deployed function gets them, through Google's own library."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from google.auth.compute_engine import _metadata

from shared.data_manager.client import SCOPE, DataManager
from shared.data_manager.destination import Destination
from shared.errors import ConnectorError, CredentialsError
from shared.google_cloud.access_token import AccessTokens
from shared.secrets.secret import Secret
from shared.sinks.sending import SendResult, SendStatus
from tests.tools.data_manager.wire import request, running

NOWHERE = "127.0.0.1:9"


class Clock:
    """The current time, as a test moves it."""

    def __init__(self) -> None:
        """Begin now: Google's library has the real clock."""
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        """Return it."""
        return self.now


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[httpx.Client]:
    """The collector, as the metadata server; no other credentials are found here."""
    with running() as client:
        monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
        monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
        _lead_to(monkeypatch, client.base_url.netloc.decode())
        yield client


def _lead_to(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """Let Google's library find the metadata server there."""
    monkeypatch.setattr(_metadata, "_GCE_METADATA_HOST", host)
    # Whether this is Google Cloud is asked of an address that the page of the collector has.
    monkeypatch.setattr(_metadata, "is_on_gce", lambda **_: host != NOWHERE)


def got(tokens: AccessTokens) -> Secret:
    """Return a token."""
    return asyncio.run(tokens.get())


def test_a_token_is_taken_by_the_api(google: httpx.Client) -> None:
    """It allows what the API asks for."""
    google.post("/data-manager/conditions", json={"require_authorization": True})
    token = got(AccessTokens(SCOPE, Clock()))

    headers = {"authorization": f"Bearer {token.reveal()}"}
    with_it = google.post("/v1/events:ingest", json=request(), headers=headers)
    without = google.post("/v1/events:ingest", json=request())

    assert (with_it.status_code, without.status_code) == (200, 401)


@pytest.mark.usefixtures("google")
def test_a_token_is_kept_and_renewed_before_it_ends() -> None:
    """Five minutes before, so that no request leaves with one that has just ended."""
    clock = Clock()
    tokens = AccessTokens(SCOPE, clock)
    first, second = got(tokens), got(tokens)
    clock.now += timedelta(minutes=56)
    third = got(tokens)

    assert first == second
    assert third != first


@pytest.mark.usefixtures("google")
def test_many_that_ask_at_once_get_one() -> None:
    """The metadata server is asked once."""

    async def all_at_once() -> set[Secret]:
        tokens = AccessTokens(SCOPE, Clock())
        return set(await asyncio.gather(*(tokens.get() for _ in range(30))))

    assert len(asyncio.run(all_at_once())) == 1


@pytest.mark.usefixtures("google")
def test_one_that_was_refused_is_not_used_again() -> None:
    """A newer one is kept."""
    tokens = AccessTokens(SCOPE, Clock())
    first = got(tokens)
    tokens.forget(first)
    second = got(tokens)
    tokens.forget(first)

    assert second != first
    assert got(tokens) == second


def test_an_old_token_serves_to_its_end(
    google: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody renews it: a metadata server that fails for a minute costs no event."""
    clock = Clock()
    tokens = AccessTokens(SCOPE, clock)
    first = got(tokens)
    # It answers 404 there; out of reach, Google's library would try for half a minute.
    host = f"{google.base_url.netloc.decode()}/nothing"
    monkeypatch.setattr(_metadata, "_GCE_METADATA_HOST", host)
    clock.now += timedelta(minutes=57)

    assert got(tokens) == first

    clock.now += timedelta(minutes=10)
    with pytest.raises(ConnectorError) as caught:
        got(tokens)
    assert first.reveal() not in str(caught.value)


@pytest.mark.usefixtures("google")
def test_without_credentials_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop where nobody signed in."""
    _lead_to(monkeypatch, NOWHERE)

    with pytest.raises(CredentialsError, match="no Google credentials"):
        got(AccessTokens(SCOPE, Clock()))


@pytest.mark.usefixtures("google")
def test_the_token_is_on_the_wire_and_a_refused_one_is_renewed() -> None:
    """After a 401 the next event asks for a new one."""
    seen: list[str] = []

    def api(asked: httpx.Request) -> httpx.Response:
        seen.append(asked.headers["authorization"])
        return httpx.Response(401 if len(seen) == 1 else 200, json={"requestId": "r"})

    async def twice() -> list[SendResult]:
        sink = DataManager(
            "https://datamanager.googleapis.com",
            Destination("1", "G-A"),
            lambda: datetime.now(UTC),
            lambda: httpx.MockTransport(api),
        )
        return [await sink.send(b"{}", await sink.credential(), resend=False) for _ in range(2)]

    first, second = asyncio.run(twice())

    assert (first.status, first.refused_settings) == (SendStatus.NOT_SENT, True)
    assert second.status is SendStatus.ACCEPTED
    assert all(each.startswith("Bearer ya29.local.") for each in seen)
    assert seen[0] != seen[1]
