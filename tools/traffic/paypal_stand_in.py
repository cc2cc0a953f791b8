"""PayPal's part in a local stack and in tests: a chain of certificates, and a host that has them.

The chain is made when it is first needed, for this process alone. Nothing of it is trusted anywhere
but where its root is named.
"""

import base64
import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

SUBJECT: Final = "messageverificationcerts.sandbox.paypal.com"
PATH: Final = "/v1/notifications/certs/CERT-local-stack"
_FROM: Final = datetime(2020, 1, 1, tzinfo=UTC)
_UNTIL: Final = datetime(2049, 1, 1, tzinfo=UTC)
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Issued:
    """A certificate, with its key."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def pem(self) -> str:
        """The certificate in PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()


def issue(  # noqa: PLR0913 - what a certificate may get wrong
    name: str,
    by: Issued | None = None,
    *,
    key: PrivateKey | None = None,
    authority: bool | None = False,
    path_length: int | None = None,
    valid: tuple[datetime, datetime] = (_FROM, _UNTIL),
    algorithm: hashes.SHA224 | hashes.SHA256 | None = None,
    extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (),
) -> Issued:
    """Make a certificate.

    Args:
        name: Its common name.
        by: Who issues it. None: itself.
        key: Its key. Default: of an elliptic curve, which is made at once.
        authority: Whether it may issue others. None: it does not say.
        path_length: How many authorities may stand below it.
        valid: From when until when.
        algorithm: What it is signed with. Default: SHA-256.
        extensions: Further ones, and whether each is critical.
    """
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
    )
    if authority is not None:
        constraints = x509.BasicConstraints(ca=authority, path_length=path_length)
        builder = builder.add_extension(constraints, critical=True)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    signed = builder.sign(by.key if by else key, algorithm or hashes.SHA256())
    return Issued(signed, key)


@dataclass(frozen=True)
class Signer:
    """What signs a delivery.

    Attributes:
        webhook_id: The webhook's id, which is signed and sent nowhere.
        url: Where its certificate is.
        key: Its private key in PEM.
    """

    webhook_id: str
    url: str
    key: str

    @classmethod
    def read(cls, secret: str) -> Self:
        """Return a signer that another process wrote down, or our own for a webhook's id.

        Args:
            secret: What `write` returned, or a webhook's id.
        """
        if secret.startswith("{"):
            return cls(**json.loads(secret))
        host = stand_in()
        return cls(secret, host.url + PATH, host.key)

    def write(self) -> str:
        """Return it as text, for another process."""
        return json.dumps({"webhook_id": self.webhook_id, "url": self.url, "key": self.key})

    def signature(self, signed: bytes) -> str:
        """Return the signature over some bytes, in base64."""
        key = serialization.load_pem_private_key(self.key.encode(), None)
        assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101 - we wrote it
        return base64.b64encode(key.sign(signed, padding.PKCS1v15(), hashes.SHA256())).decode()


class StandIn:
    """A host on loopback that has one certificate, and the root that it leads to."""

    def __init__(self) -> None:
        root = issue("Synthetic root", authority=True)
        between = issue("Synthetic authority", root, authority=True, path_length=0)
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        leaf = issue(SUBJECT, between, key=key)
        self.root = root.pem
        self.key = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
        chain = (leaf.pem + between.pem).encode()

        class Handler(BaseHTTPRequestHandler):
            """Answers with the chain at its one path."""

            def do_GET(self) -> None:
                """Answer."""
                body = chain if self.path == PATH else b""
                self.send_response(200 if body else 404)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        # It ends with the process.
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"


@cache
def stand_in() -> StandIn:
    """Return the one of this process."""
    return StandIn()
