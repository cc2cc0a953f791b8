"""Basic authentication: a user and a password that the receiver made up, in a header.

It proves who sends, and nothing about the body: anybody with the password can write anything.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from shared.errors import SignatureError, SignatureMismatchError
from shared.secrets.secret import Secret
from shared.webhooks.authenticator import Credentials
from shared.webhooks.delivery import Delivery, VerifiedDelivery

HEADER: Final = "authorization"
_SCHEME: Final = "basic"
_MAX_LENGTH: Final = 4096


class BasicAuth(msgspec.Struct, frozen=True):
    """Proves a delivery by its user and password; a secret is `user:password`.

    Attributes:
        provider: Whose deliveries these are.
    """

    provider: str

    @property
    def headers(self) -> tuple[str, ...]:
        """The header that holds both."""
        return (HEADER,)

    async def authenticate(
        self,
        delivery: Delivery,
        credentials: Credentials,
        *,
        now: datetime,  # noqa: ARG002 - as every proof
    ) -> VerifiedDelivery:
        """Return the delivery's bytes. Args and errors as `Authenticator.authenticate`."""
        require_user(delivery, [secret.reveal() for secret in credentials.secrets])
        return VerifiedDelivery(self.provider, delivery.body, delivery.headers)


def pairs(users: Sequence[Secret], passwords: Sequence[Secret]) -> list[str]:
    """Return each user with each password, as `user:password`."""
    return [f"{user.reveal()}:{word.reveal()}" for user in users for word in passwords]


def require_user(delivery: Delivery, expected: Sequence[str]) -> None:
    """Check that a request names one of some users with its password.

    Args:
        delivery: The request.
        expected: `user:password`, several while one is rotated. One without a user or without a
            password admits nobody.

    Raises:
        SignatureMismatchError: It names none of them.
        SignatureError: The header is missing, repeated, too long, or of another form.
    """
    given = _given(delivery)
    # All are compared, as digests: neither the time taken nor the length says anything.
    found = [
        hmac.compare_digest(hashlib.sha256(_bytes(each)).digest(), hashlib.sha256(given).digest())
        for each in expected
        if _is_whole(each)
    ]
    if not any(found):
        raise SignatureMismatchError(f"{HEADER}: not a user and password that we hold")


def _given(delivery: Delivery) -> bytes:
    """Return `user:password` as it was sent."""
    values = delivery.values(HEADER)
    if len(values) != 1:
        said = "header missing" if not values else f"header given {len(values)} times"
        raise SignatureError(f"{HEADER}: {said}")
    if len(values[0]) > _MAX_LENGTH:
        raise SignatureError(f"{HEADER}: header longer than {_MAX_LENGTH} characters")
    scheme, _, encoded = values[0].strip().partition(" ")
    if scheme.lower() != _SCHEME:
        raise SignatureError(f"{HEADER}: not Basic authentication")
    try:
        return base64.b64decode(encoded.strip().encode("latin-1"), validate=True)
    except ValueError:  # what is no base64, and what is beyond HTTP's own encoding
        raise SignatureError(f"{HEADER}: not base64") from None


def _is_whole(text: str) -> bool:
    user, _, word = text.partition(":")
    return bool(user.strip() and word.strip())


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
