"""Tokens of pushes: only Google's, for us, of the account that pushes.

Keys and tokens are the test's own; the keys come over the wire from a stand-in, as Google's do.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from shared.errors import SignatureError, UnavailableError
from shared.google_cloud.push_tokens import PushTokens
from tests.support.loop import in_a_loop

AUDIENCE = "https://push.shop.example"
ACCOUNT = "ga4-push@my-shop.iam.gserviceaccount.com"


class Key:
    """A key pair with its certificate, as Google publishes them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(self._private.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .sign(self._private, hashes.SHA256())
        )
        self.pem = certificate.public_bytes(serialization.Encoding.PEM).decode()

    def sign(self, signed: bytes) -> bytes:
        """Return an RS256 signature."""
        return self._private.sign(signed, padding.PKCS1v15(), hashes.SHA256())


@pytest.fixture(scope="module")
def key() -> Key:
    """Google's key of today."""
    return Key("today")


@pytest.fixture(scope="module")
def other() -> Key:
    """A key that is not Google's, or not yet."""
    return Key("other")


class Certs:
    """Google's public keys on loopback.

    Attributes:
        keys: Those that are published.
        reads: How often they were read.
        status: What the stand-in answers with.
    """

    def __init__(self, *keys: Key) -> None:
        self.keys = list(keys)
        self.reads = 0
        self.status = 200
        certs = self

        class Handler(BaseHTTPRequestHandler):
            """Answers with the keys."""

            def do_GET(self) -> None:
                """Answer."""
                certs.reads += 1
                self.send_response(certs.status)
                self.send_header("cache-control", "public, max-age=3600, must-revalidate")
                self.end_headers()
                self.wfile.write(json.dumps({k.name: k.pem for k in certs.keys}).encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/certs"
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def certs(key: Key) -> Iterator[Certs]:
    """The stand-in, with today's key."""
    running = Certs(key)
    yield running
    running.close()


def part(document: object) -> str:
    """Return a part of a token."""
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


def claims(**changed: object) -> dict[str, object]:
    """Return what Pub/Sub's tokens say, with changes."""
    now = int(time.time())
    says: dict[str, object] = {
        "aud": AUDIENCE,
        "azp": "113774264463038321964",
        "email": ACCOUNT,
        "email_verified": True,
        "exp": now + 3600,
        "iat": now,
        "iss": "https://accounts.google.com",
        "sub": "113774264463038321964",
    }
    return {name: value for name, value in (says | changed).items() if value is not None}


def token(key: Key, says: object | None = None, **header: object) -> str:
    """Return a token that a key signed."""
    head = {"alg": "RS256", "kid": key.name, "typ": "JWT", **header}
    signed = f"{part(head)}.{part(claims() if says is None else says)}"
    signature = base64.urlsafe_b64encode(key.sign(signed.encode())).decode().rstrip("=")
    return f"{signed}.{signature}"


def tokens(certs: Certs, clock: Any = time.monotonic) -> PushTokens:  # noqa: ANN401 - a clock
    """Return what verifies tokens by the stand-in's keys."""
    return PushTokens(AUDIENCE, ACCOUNT, certs.url, clock)


@in_a_loop
async def test_a_token_of_googles_for_us_of_the_push_account_passes(key: Key, certs: Certs) -> None:
    """The keys are read once for many."""
    verifier = tokens(certs)
    for _ in range(5):
        await verifier.verify(f"Bearer {token(key)}")

    assert certs.reads == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "https://other.example"},
        {"aud": None},
        {"email": "somebody@else.iam.gserviceaccount.com"},
        {"email": None},
        {"email_verified": False},
        {"email_verified": "true"},
        {"exp": int(time.time()) - 60},
        {"exp": None},
        {"iat": int(time.time()) + 3600, "exp": int(time.time()) + 7200},
        {"iss": "https://accounts.example.com"},
        {"iss": None},
    ],
)
@in_a_loop
async def test_a_token_that_says_anything_else_is_refused(
    key: Key, certs: Certs, changed: dict[str, object]
) -> None:
    """Though Google signed it: for somebody else, of somebody else, or long ago."""
    with pytest.raises(SignatureError):
        await tokens(certs).verify(f"Bearer {token(key, claims(**changed))}")


@in_a_loop
async def test_a_token_without_a_signature_is_refused(key: Key, certs: Certs) -> None:
    """`alg: none` in any spelling, with and without what would be the signature."""
    for alg in ("none", "None", "NONE", ""):
        head = part({"alg": alg, "kid": key.name, "typ": "JWT"})
        for signature in ("", "AA"):
            with pytest.raises(SignatureError):
                await tokens(certs).verify(f"Bearer {head}.{part(claims())}.{signature}")


@in_a_loop
async def test_a_public_key_is_no_secret_to_sign_with(key: Key, certs: Certs) -> None:
    """HS256 with the certificate, which everybody can read, as its secret."""
    for secret in (key.pem, key.pem.strip()):
        signed = f"{part({'alg': 'HS256', 'kid': key.name, 'typ': 'JWT'})}.{part(claims())}"
        made = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
        forged = f"{signed}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}"
        with pytest.raises(SignatureError):
            await tokens(certs).verify(f"Bearer {forged}")


@in_a_loop
async def test_a_key_that_is_not_googles_signs_nothing(key: Key, other: Key, certs: Certs) -> None:
    """Under its own name, under Google's, and under none."""
    for named in ({}, {"kid": key.name}, {"kid": None}, {"kid": ["today"]}):
        with pytest.raises(SignatureError):
            await tokens(certs).verify(f"Bearer {token(other, **named)}")


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic dTpw", "Bearer a.b", "Bearer a.b.c.d", "Bearer é.b.c"],
)
@in_a_loop
async def test_no_token_is_refused_without_asking_google(certs: Certs, authorization: str) -> None:
    """Nor is what has not the form of one."""
    with pytest.raises(SignatureError):
        await tokens(certs).verify(authorization)

    assert certs.reads == 0


@in_a_loop
async def test_two_tokens_are_none(key: Key, certs: Certs) -> None:
    """Two headers of one name arrive joined."""
    with pytest.raises(SignatureError):
        await tokens(certs).verify(f"Bearer {token(key)}, Bearer {token(key)}")


@in_a_loop
async def test_a_token_whose_signature_cloud_run_removed_is_refused_and_named(certs: Certs) -> None:
    """Anybody can write the same text where Cloud Run checks nothing."""
    removed = f"{part({'alg': 'RS256'})}.{part(claims())}.SIGNATURE_REMOVED_BY_GOOGLE"

    with pytest.raises(SignatureError, match="unset PUSH_AUDIENCE"):
        await tokens(certs).verify(f"Bearer {removed}")


@in_a_loop
async def test_a_new_key_of_googles_is_read_after_a_minute(
    key: Key, other: Key, certs: Certs
) -> None:
    """And tokens of strangers cause no stream of reads until then."""
    now = [1000.0]
    verifier = tokens(certs, lambda: now[0])
    await verifier.verify(f"Bearer {token(key)}")
    certs.keys.append(other)
    for _ in range(10):
        with pytest.raises(SignatureError):
            await verifier.verify(f"Bearer {token(other)}")
    assert certs.reads == 1
    now[0] += 60
    await verifier.verify(f"Bearer {token(other)}")

    assert certs.reads == 2


@in_a_loop
async def test_keys_are_kept_for_as_long_as_google_says(key: Key, certs: Certs) -> None:
    """An hour here."""
    now = [1000.0]
    verifier = tokens(certs, lambda: now[0])
    for seconds in (0, 3599, 1):
        now[0] += seconds
        await verifier.verify(f"Bearer {token(key)}")

    assert certs.reads == 2


@in_a_loop
async def test_without_googles_keys_the_message_comes_again(key: Key, certs: Certs) -> None:
    """400 would say that it is forged."""
    certs.status = 503
    with pytest.raises(UnavailableError):
        await tokens(certs).verify(f"Bearer {token(key)}")
    certs.close()

    with pytest.raises(UnavailableError):
        await tokens(certs).verify(f"Bearer {token(key)}")
