"""How RevenueCat's deliveries are proved: a signature, or a static header that the shop chose.

Source: RevenueCat "Webhooks". Signing is switched on for each integration: Stripe's scheme under
another header. Without it RevenueCat sends the `Authorization` that the shop wrote into its
dashboard. That is weaker: it proves who sends and not what, and it is the same for ever.
"""

import hmac
from datetime import datetime
from typing import Final

import msgspec

from shared.errors import SignatureError, SignatureMismatchError
from shared.webhooks.authenticator import Credentials
from shared.webhooks.delivery import Delivery, Head, VerifiedDelivery
from shared.webhooks.schemes import Scheme
from shared.webhooks.verify import verify

AUTHORIZATION: Final = "authorization"
SCHEME: Final = Scheme(
    provider="revenuecat",
    signature_header="x-revenuecat-webhook-signature",
    signed="{timestamp}.{body}",
    entry_separator=",",
    signature_key="v1",
    timestamp_key="t",
)
# Longer ones are nobody's: what is compared has to have an end.
_LONGEST: Final = 4096


class RevenueCatProof(msgspec.Struct, frozen=True):
    """The signature, where there is a secret and the delivery has one; else the static header.

    A signature that is there has to be right: whoever knows the header alone cannot drop it and
    then write any body, unless the settings name that header too.
    """

    provider: str = SCHEME.provider
    headers: tuple[str, ...] = (SCHEME.signature_header, AUTHORIZATION)

    async def authenticate(
        self, delivery: Delivery, credentials: Credentials, *, now: datetime
    ) -> VerifiedDelivery:
        """Return the delivery's bytes, now trusted. Args and errors as `Authenticator`'s."""
        chosen = credentials.others.get(AUTHORIZATION, ())
        if not chosen or (credentials.secrets and is_signed(delivery)):
            return verify(SCHEME, delivery, credentials.secrets, now=now)
        given = delivery.values(AUTHORIZATION)
        if len(given) != 1 or not 0 < len(given[0]) <= _LONGEST:
            raise SignatureError(f"{AUTHORIZATION}: missing, too long, or given several times")
        wire = given[0].encode("latin-1", "replace")
        expected = [secret.reveal().encode(errors="surrogatepass") for secret in chosen]
        # Every one is compared, so that the time taken says nothing about which one matched.
        if not any([hmac.compare_digest(each, wire) for each in expected if each]):  # noqa: C419
            raise SignatureMismatchError(f"{AUTHORIZATION}: not the one we hold")
        return VerifiedDelivery(self.provider, delivery.body, delivery.headers)


def is_signed(head: Head | VerifiedDelivery) -> bool:
    """Return whether a delivery has a signature, and with it a time."""
    return any(name == SCHEME.signature_header for name, _ in head.headers)
