"""How Mollie's deliveries are proved: events by a signature, classic webhooks by asking Mollie.

Sources: `signature_validator` of mollie-api-py 1.10, `SignatureValidator` of mollie-api-php, and
Mollie "Webhooks". A classic webhook is a form with an id and no signature. It is no statement of
anything: what it names is asked for with the shop's own key, and Mollie's answer counts.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

import msgspec

from shared.errors import SignatureError, SignatureMismatchError
from shared.webhooks.authenticator import Credentials
from shared.webhooks.delivery import Delivery, VerifiedDelivery
from shared.webhooks.schemes import Scheme
from shared.webhooks.verify import MAX_ENTRIES, verify

SCHEME: Final = Scheme(
    provider="mollie",
    signature_header="x-mollie-signature",
    signed="{body}",
    signature_prefix="sha256=",
)
_PING: Final = b"testByMollie=1"
_FORM: Final = re.compile(rb"id=([a-z]{1,8}_[A-Za-z0-9]{1,64})", re.ASCII)


class MollieProof(msgspec.Struct, frozen=True):
    """The signature; of a form with an id and nothing else none is asked for."""

    provider: str = SCHEME.provider
    headers: tuple[str, ...] = (SCHEME.signature_header,)

    async def authenticate(
        self, delivery: Delivery, credentials: Credentials, *, now: datetime
    ) -> VerifiedDelivery:
        """Return the delivery's bytes, now trusted. Args and errors as `Authenticator`'s."""
        made = delivery.values(SCHEME.signature_header)
        if len(made) > 1:
            return _one_of(made, delivery, credentials, now)
        if made:
            return verify(SCHEME, delivery, credentials.secrets, now=now)
        if classic_id(delivery.body) is None:
            raise SignatureError(
                f"{SCHEME.signature_header}: header missing, and no form with an id"
            )
        return VerifiedDelivery(self.provider, delivery.body, delivery.headers)


def _one_of(
    made: Sequence[str], delivery: Delivery, credentials: Credentials, now: datetime
) -> VerifiedDelivery:
    """Return a delivery that one of its signatures proves.

    Mollie's packages take several, so a header for each secret may come while one is rotated.
    """
    if len(made) > MAX_ENTRIES:
        raise SignatureError(f"{SCHEME.signature_header}: given more than {MAX_ENTRIES} times")
    for each in made:
        single = Delivery(((SCHEME.signature_header, each),), delivery.body)
        with suppress(SignatureError):
            verify(SCHEME, single, credentials.secrets, now=now)
            return VerifiedDelivery(SCHEME.provider, delivery.body, delivery.headers)
    raise SignatureMismatchError(f"{SCHEME.signature_header}: made with no secret we hold")


def is_ping(delivery: Delivery) -> bool:
    """Return whether Mollie only tries the address: the form is not signed and brings nothing."""
    return delivery.body == _PING and not delivery.values(SCHEME.signature_header)


def classic_id(body: bytes) -> str | None:
    """Return the id that a classic webhook names; None for any other body."""
    found = _FORM.fullmatch(body)
    return None if found is None else found[1].decode()
