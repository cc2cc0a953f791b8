"""How a delivery is proved to be its sender's: by a scheme of signatures, or in another way.

Most providers sign a header with an HMAC: a `Scheme` says how, as data. Others need code of their
own: Basic authentication, an HMAC over some fields of the body, a certificate that has to be
fetched, a JWS with a pinned chain. Each of them is an `Authenticator`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec

from shared.errors import SignatureError
from shared.secrets.secret import Secret
from shared.webhooks.delivery import Delivery, Head, VerifiedDelivery
from shared.webhooks.schemes import Scheme
from shared.webhooks.verify import verify


class Credentials(msgspec.Struct, frozen=True):
    """What deliveries are judged by: the secrets that the settings name, read.

    Attributes:
        secrets: Every value of `secret` that is valid now; several while one is rotated, none
            where the sender has no secret.
        others: The values of the entry's other references, by their name in the entry.
    """

    secrets: tuple[Secret, ...] = ()
    others: Mapping[str, tuple[Secret, ...]] = msgspec.field(default_factory=dict)


class Authenticator(Protocol):
    """Proves in code that a delivery is its sender's."""

    @property
    def provider(self) -> str:
        """Whose deliveries these are."""
        ...

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers that may hold the proof, lower case.

        A delivery with none of them is refused before its body is read. Empty: the proof is in the
        body.
        """
        ...

    async def authenticate(
        self, delivery: Delivery, credentials: Credentials, *, now: datetime
    ) -> VerifiedDelivery:
        """Return the delivery's bytes, now trusted.

        Whatever the bytes are, it returns or raises one of these and nothing else. Secrets are
        compared in constant time, and stand in no error.

        Args:
            delivery: The request.
            credentials: The secrets.
            now: The current time, UTC.

        Raises:
            SignatureMismatchError: The proof is well-formed, but not made with these secrets. The
                secrets are then read again: one may have been rotated.
            SignatureError: There is no proof, or it proves nothing.
            UnavailableError: What the proof needs, e.g. a certificate, is out of reach for now.
            MisconfiguredError: What the proof needs is not as the settings say.
        """
        ...


Proof = Scheme | Authenticator
"""How a provider's deliveries are proved: a row of data, or code."""


def proof_headers(proof: Proof) -> tuple[str, ...]:
    """Return the headers that may hold the proof, lower case; none where the body holds it."""
    if not isinstance(proof, Scheme):
        return proof.headers
    others = () if proof.alternative is None else proof_headers(proof.alternative)
    return (proof.signature_header, *others)


def may_be_proved(proof: Proof, head: Head) -> bool:
    """Return whether a request has a header that may hold the proof, or needs none."""
    headers = proof_headers(proof)
    return not headers or any(head.values(name) for name in headers)


def require_proof(proof: Proof, head: Head) -> None:
    """Refuse what nobody signed, before its body is read.

    Args:
        proof: How the sender's deliveries are proved.
        head: The request's headers.

    Raises:
        SignatureError: No header holds a proof, and one has to.
    """
    if not may_be_proved(proof, head):
        raise SignatureError(f"{proof_headers(proof)[0]}: header missing")


async def authenticate(
    proof: Proof, delivery: Delivery, credentials: Credentials, *, now: datetime
) -> VerifiedDelivery:
    """Return a delivery whose bytes are its sender's. Args and errors as `Authenticator`'s."""
    if isinstance(proof, Scheme):
        return verify(proof, delivery, credentials.secrets, now=now)
    return await proof.authenticate(delivery, credentials, now=now)
