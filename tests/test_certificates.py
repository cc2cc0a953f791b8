"""HTTPS is verified by what the system trusts, and that is read only where a server speaks it."""

import asyncio
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.certificates import verified, without_file
from shared.http_client import nothing_was_sent, pooled_transport
from tests.support.faulty_server import answer
from tests.support.places import ROOT

_IMPORTING = """
import ssl

read, stats = ssl.SSLContext.set_default_verify_paths, []

def read_and_count(context):
    read(context)
    stats.append(context.cert_store_stats()["x509"])

ssl.SSLContext.set_default_verify_paths = read_and_count
import shared.http_client
print(stats)
"""


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a certificate for loopback with its key, which is all that the system trusts."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(hours=1),
        not_valid_after=now + timedelta(hours=1),
    ).add_extension(names, critical=False)
    file = tmp_path / "certificate.pem"
    pem, unencrypted = serialization.Encoding.PEM, serialization.NoEncryption()
    file.write_bytes(
        made.sign(key, hashes.SHA256()).public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, unencrypted)
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    verified.cache_clear()
    yield file
    verified.cache_clear()


async def asked(certificate: Path | None) -> int:
    """Return the status of a server on loopback, which speaks TLS where it has a certificate."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(204))
        await writer.drain()
        writer.close()

    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    url = f"http{'s' if certificate else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    transport = pooled_transport()
    try:
        async with asyncio.timeout(10):
            response = await transport.handle_async_request(httpx.Request("GET", url))
            await response.aclose()
    finally:
        await transport.aclose()
        server.close()
        await server.wait_closed()
    return response.status_code


def test_what_the_system_trusts_is_trusted(certificate: Path) -> None:
    """`SSL_CERT_FILE` counts as it does for every program, whenever it was set."""
    assert asyncio.run(asked(certificate)) == 204


def test_a_server_that_nobody_vouches_for_is_sent_nothing(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request ends before a byte of it has left."""
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(httpx.RequestError) as caught:
        asyncio.run(asked(certificate))
    assert nothing_was_sent(caught.value)


def test_plain_http_reads_no_certificates(certificate: Path) -> None:
    """Neither GA4 on loopback nor a test pays for what it does not use."""
    assert certificate.exists()
    assert asyncio.run(asked(None)) == 204
    assert verified.cache_info().currsize == 0


def test_importing_reads_no_certificates(certificate: Path) -> None:
    """What aiohttp makes when it is imported has read none, even where there is a file."""
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _IMPORTING],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert certificate.exists()
    assert ran.stdout == "[0, 0]\n"


def test_the_environment_is_as_it_was(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both where the variable was set, and where it was not."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with without_file():
        assert ssl.create_default_context().cert_store_stats()["x509"] == 0
    assert ssl.create_default_context().cert_store_stats()["x509"] == 1

    monkeypatch.delenv("SSL_CERT_FILE")
    with without_file():
        pass
    assert "SSL_CERT_FILE" not in os.environ
