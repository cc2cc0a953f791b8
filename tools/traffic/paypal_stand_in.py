"""PayPal's part in a local stack and in tests: a chain of certificates, and a host that has them.

The chain is made when it is first needed, for this process alone. Nothing of it is trusted anywhere
but where its root is named.
"""

import base64
import json
import threading
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Self

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tools.traffic.certificates import issue

SUBJECT: Final = "messageverificationcerts.sandbox.paypal.com"
PATH: Final = "/v1/notifications/certs/CERT-local-stack"


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
        key = _read_key(self.key)
        return base64.b64encode(key.sign(signed, padding.PKCS1v15(), hashes.SHA256())).decode()


@cache
def _read_key(pem: str) -> rsa.RSAPrivateKey:
    """Read a key once: its check takes longer than a hundred signatures."""
    key = serialization.load_pem_private_key(pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101 - we wrote it
    return key


class StandIn:
    """A host on loopback that has one certificate, and the root that it leads to."""

    def __init__(self) -> None:
        root = issue("Synthetic root", authority=True)
        between = issue("Synthetic authority", root, authority=True, path_length=0)
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        leaf = issue(SUBJECT, between, key=key)
        self.root = root.pem
        self.key = leaf.key_pem
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
