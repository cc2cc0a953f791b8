"""How Adyen's deliveries are proved: an HMAC over fields of each item, in the item itself.

Only those fields are signed. Adyen advises basic authentication beside it: where the entry has
`user` and `password`, both are asked for.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from shared.errors import MisconfiguredError, SignatureError, SignatureMismatchError, UnusableError
from shared.providers.adyen.items import signed_items
from shared.secrets.secret import Secret
from shared.webhooks.authenticator import Credentials
from shared.webhooks.basic_auth import pairs, require_user
from shared.webhooks.delivery import Delivery, VerifiedDelivery

USER: Final = "user"
PASSWORD: Final = "password"  # noqa: S105 - a name


class AdyenProof(msgspec.Struct, frozen=True):
    """The signature in every item, and the user and password where the settings name them."""

    provider: str = "adyen"
    headers: tuple[str, ...] = ()

    async def authenticate(
        self,
        delivery: Delivery,
        credentials: Credentials,
        *,
        now: datetime,  # noqa: ARG002 - as every proof
    ) -> VerifiedDelivery:
        """Return the delivery's bytes. Args and errors as `Authenticator.authenticate`."""
        users, passwords = (credentials.others.get(name, ()) for name in (USER, PASSWORD))
        if bool(users) != bool(passwords):
            missing = PASSWORD if users else USER
            raise MisconfiguredError(f"PAYMENT_PROVIDERS adyen.{missing}: missing")
        if users:
            require_user(delivery, pairs(users, passwords))
        try:
            items = list(signed_items(delivery.body))
        except UnusableError as error:
            raise SignatureError(str(error)) from None
        if not items:
            raise SignatureError("notificationItems: empty: nothing in it is signed")
        keys = _keys(credentials.secrets)
        if not all([_is_made(keys, signed, given) for signed, given in items]):  # noqa: C419 - all
            raise SignatureMismatchError("hmacSignature: made with no key we hold")
        return VerifiedDelivery(self.provider, delivery.body, delivery.headers)


def _keys(secrets: Sequence[Secret]) -> list[bytes]:
    """Return the keys that hexadecimal text stands for; none for what is none."""
    found = []
    for secret in secrets:
        try:
            found.append(bytes.fromhex(secret.reveal()))
        except ValueError:
            continue
    return [key for key in found if key]


def _is_made(keys: Sequence[bytes], signed: str, given: str) -> bool:
    text, wire = signed.encode(errors="surrogatepass"), given.encode(errors="surrogatepass")
    expected = [base64.b64encode(hmac.digest(key, text, hashlib.sha256)) for key in keys]
    # Every key is tried, so that the time taken says nothing about which one matched.
    return any([hmac.compare_digest(each, wire) for each in expected])  # noqa: C419
