"""Google's real client against the service's own protocol on loopback."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest

from shared.errors import MisconfiguredError, UnavailableError
from shared.google_cloud.secret_manager import SecretManager
from shared.secrets.cache import Secrets
from shared.secrets.reference import ManagedSecret
from tests.support.loop import in_a_loop
from tests.support.secret_service import SecretService, served

LATEST = "projects/shop/secrets/ga4/versions/latest"
SECOND = "projects/shop/secrets/ga4/versions/2"


@asynccontextmanager
async def manager(
    versions: dict[str, bytes | grpc.StatusCode],
) -> AsyncIterator[tuple[SecretManager, SecretService]]:
    """Connect Google's client to a service that holds these versions."""
    async with served(versions) as service:
        client = SecretManager(service.address)
        yield client, service
        await client.close()


@pytest.mark.parametrize("version", [LATEST, SECOND])
@in_a_loop
async def test_a_version_is_read_by_its_name(version: str) -> None:
    """The newest or a fixed one."""
    async with manager({LATEST: b"newest", SECOND: b"second"}) as (client, service):
        text = await client.read(ManagedSecret(version))

    assert ("newest" if version == LATEST else "second", {version: 1}) == (text, service.reads)


@in_a_loop
async def test_text_beyond_ascii_is_utf8() -> None:
    """As it was stored."""
    async with manager({LATEST: "gehëim ☂\n".encode()}) as (client, _):
        assert await client.read(ManagedSecret(LATEST)) == "gehëim ☂\n"


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        pytest.param(grpc.StatusCode.NOT_FOUND, "NotFound", id="gone"),
        pytest.param(grpc.StatusCode.PERMISSION_DENIED, "PermissionDenied", id="not allowed"),
        pytest.param(grpc.StatusCode.UNAUTHENTICATED, "Unauthenticated", id="nobody"),
        pytest.param(
            grpc.StatusCode.FAILED_PRECONDITION, "FailedPrecondition", id="disabled or destroyed"
        ),
        pytest.param(grpc.StatusCode.INVALID_ARGUMENT, "InvalidArgument", id="no such name"),
    ],
)
@in_a_loop
async def test_a_version_that_is_not_to_be_had_is_a_misconfiguration(
    status: grpc.StatusCode, problem: str
) -> None:
    """No retry helps; Google's own text is not repeated."""
    async with manager({LATEST: status}) as (client, service):
        with pytest.raises(MisconfiguredError) as caught:
            await client.read(ManagedSecret(LATEST))

    assert f"Secret Manager says {problem}" == str(caught.value)
    assert service.reads[LATEST] == 1


@pytest.mark.parametrize(
    "status",
    [
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.ABORTED,
    ],
    ids=lambda status: status.name,
)
@in_a_loop
async def test_any_other_failure_is_out_of_reach(status: grpc.StatusCode) -> None:
    """The sender's next retry may find it well."""
    async with manager({LATEST: status}) as (client, _):
        with pytest.raises(UnavailableError, match=r"^Secret Manager says ") as caught:
            await client.read(ManagedSecret(LATEST))

    assert "jane" not in str(caught.value)


@in_a_loop
async def test_a_service_that_is_away_for_a_moment_is_asked_again() -> None:
    """Within the same request."""
    async with manager({LATEST: grpc.StatusCode.UNAVAILABLE}) as (client, service):
        reading = asyncio.create_task(client.read(ManagedSecret(LATEST)))
        await service.asked.wait()
        service.versions[LATEST] = b"back"

        assert await reading == "back"


@in_a_loop
async def test_a_service_that_is_away_is_out_of_reach() -> None:
    """After three seconds of asking again; the reason is named."""
    async with served({}) as service:
        address = service.address
    client = SecretManager(address)
    started = asyncio.get_running_loop().time()

    with pytest.raises(UnavailableError, match=r"^Secret Manager says ServiceUnavailable$"):
        await client.read(ManagedSecret(LATEST))
    await client.close()

    assert asyncio.get_running_loop().time() - started < 5


@in_a_loop
async def test_bytes_that_are_no_text_are_a_misconfiguration() -> None:
    """A key in binary was stored."""
    async with manager({LATEST: b"\xff\xfe"}) as (client, _):
        with pytest.raises(MisconfiguredError, match=r"^the secret is not UTF-8$"):
            await client.read(ManagedSecret(LATEST))


@in_a_loop
async def test_one_connection_is_kept() -> None:
    """A new one for every secret would cost a handshake each."""
    async with manager({LATEST: b"1", SECOND: b"2"}) as (client, service):
        texts = [await client.read(ManagedSecret(v)) for v in (LATEST, SECOND, LATEST)]

    assert texts == ["1", "2", "1"]
    assert service.reads == {LATEST: 2, SECOND: 1}


@in_a_loop
async def test_a_process_without_credentials_is_a_misconfiguration(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Found out at the first secret, not at the start; no path is repeated."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "absent.json"))

    with pytest.raises(MisconfiguredError) as caught:
        await SecretManager().read(ManagedSecret(LATEST))

    assert str(caught.value) == "Secret Manager: no Google credentials"


@in_a_loop
async def test_closing_what_was_never_opened_is_no_error() -> None:
    """A process whose secrets are in files never connects."""
    await SecretManager("127.0.0.1:1").close()


@in_a_loop
async def test_the_cache_reads_through_the_real_client() -> None:
    """Stripped, kept, refreshed after a rotation, and named by its setting when it is gone."""
    now = [0.0]
    reference = ManagedSecret(LATEST)
    async with manager({LATEST: b" first\n"}) as (client, service):
        secrets = Secrets(client.read, lambda: now[0])
        first = [await secrets.get(reference, "GA4_API_SECRET") for _ in range(3)]
        service.versions[LATEST] = b"second"
        now[0] = 11
        kept = await secrets.get(reference, "GA4_API_SECRET")
        fresh = await secrets.refresh(reference, "GA4_API_SECRET")
        service.versions[LATEST] = grpc.StatusCode.FAILED_PRECONDITION
        now[0] = 400
        with pytest.raises(MisconfiguredError) as caught:
            await secrets.get(reference, "GA4_API_SECRET")

    assert [secret.reveal() for secret in first] == ["first"] * 3
    assert (kept.reveal(), fresh.reveal()) == ("first", "second")
    assert str(caught.value) == "GA4_API_SECRET: Secret Manager says FailedPrecondition"
    assert service.reads[LATEST] == 3


@in_a_loop
async def test_googles_client_logs_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    """At DEBUG it would log every answer whole."""
    caplog.set_level(logging.NOTSET)
    for name in ("google", "google.cloud.secretmanager_v1", "grpc", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    async with manager({LATEST: b"sEcReT"}) as (client, _):
        await client.read(ManagedSecret(LATEST))

    assert not [r for r in caplog.records if "sEcReT" in repr(vars(r)) + r.getMessage()]
