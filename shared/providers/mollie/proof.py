"""How Mollie's deliveries are proved: events by a signature, classic webhooks by asking Mollie.

Source: `signature_validator` of mollie-api-py 1.10, and Mollie "Webhooks". A classic webhook is a
form with an id and no signature. It is no statement of anything: what it names is asked for with
the shop's own key, and Mollie's answer counts.
"""

import re
from datetime import datetime
from typing import Final

import msgspec

from shared.errors import SignatureError
from shared.webhooks.authenticator import Credentials
from shared.webhooks.delivery import Delivery, VerifiedDelivery
from shared.webhooks.schemes import Scheme
from shared.webhooks.verify import verify

SCHEME: Final = Scheme(
    provider="mollie",
    signature_header="x-mollie-signature",
    signed="{body}",
    signature_prefix="sha256=",
)
_FORM: Final = re.compile(rb"id=([a-z]{1,8}_[A-Za-z0-9]{1,64})", re.ASCII)


class MollieProof(msgspec.Struct, frozen=True):
    """The signature; of a form with an id and nothing else none is asked for."""

    provider: str = SCHEME.provider
    headers: tuple[str, ...] = (SCHEME.signature_header,)

    async def authenticate(
        self, delivery: Delivery, credentials: Credentials, *, now: datetime
    ) -> VerifiedDelivery:
        """Return the delivery's bytes, now trusted. Args and errors as `Authenticator`'s."""
        if delivery.values(SCHEME.signature_header):
            return verify(SCHEME, delivery, credentials.secrets, now=now)
        if classic_id(delivery.body) is None:
            raise SignatureError(
                f"{SCHEME.signature_header}: header missing, and no form with an id"
            )
        return VerifiedDelivery(self.provider, delivery.body, delivery.headers)


def classic_id(body: bytes) -> str | None:
    """Return the id that a classic webhook names; None for any other body."""
    found = _FORM.fullmatch(body)
    return None if found is None else found[1].decode()
