"""How PayPal signs: RSA over the delivery's id, its time, the webhook's id and the body's CRC32.

The key is in a certificate that the delivery names by its address. So everything hangs on which
addresses and which certificates are taken, else anybody signs with a key of his own. Sources:
developer.paypal.com/api/rest/webhooks/rest, and PayPal's own Java SDK for the subject
(`SSLUtil.validateCertificateChain`).
"""

import base64
import re
import zlib
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from shared.errors import SignatureError, SignatureMismatchError
from shared.webhooks.authenticator import Credentials
from shared.webhooks.delivery import Delivery, VerifiedDelivery

LIVE_API: Final = "https://api-m.paypal.com"
SANDBOX_API: Final = "https://api-m.sandbox.paypal.com"
ROOT_SETTING: Final = "CONNECTORS_PAYPAL_ROOT"
_SIGNATURE: Final = "paypal-transmission-sig"
_ID: Final = "paypal-transmission-id"
_TIME: Final = "paypal-transmission-time"
_URL: Final = "paypal-cert-url"
_ALGORITHM: Final = "paypal-auth-algo"
_LONGEST: Final = 1024
_PATH: Final = r"/v1/notifications/certs/[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}"
_LIVE_HOST: Final = "https://api.paypal.com"
_SANDBOX_HOST: Final = "https://api.sandbox.paypal.com"
_LIVE: Final = "messageverificationcerts.paypal.com"
_SANDBOX: Final = "messageverificationcerts.sandbox.paypal.com"
# A name of one delivery: nothing that could be taken for the bar between two fields.
_NAME: Final = re.compile(r"[A-Za-z0-9._:-]{1,255}")


class PayPalProof(msgspec.Struct, frozen=True):
    """Proves PayPal's deliveries.

    Attributes:
        api: PayPal's API; on loopback certificates may come from there.
        root: The roots in PEM; None for the public ones.
        oldest_seconds: How old a delivery may be: PayPal tries 25 times in three days, and says
            nowhere that a later try is signed again.
        tolerance_seconds: How far ahead of ours its clock may be.
    """

    api: str
    root: str | None
    provider: str = "paypal"
    headers: tuple[str, ...] = (_SIGNATURE, _ID, _TIME, _URL, _ALGORITHM)
    oldest_seconds: int = 73 * 3600
    tolerance_seconds: int = 300

    async def authenticate(
        self, delivery: Delivery, credentials: Credentials, *, now: datetime
    ) -> VerifiedDelivery:
        """Return the delivery's bytes, now trusted. Args and errors as `Authenticator`'s.

        What costs nothing is checked first: an address is only asked where all else is in order.
        """
        if _header(delivery, _ALGORITHM) != "SHA256withRSA":
            raise SignatureError(f"{_ALGORITHM}: not SHA256withRSA")
        signature = _decoded(_header(delivery, _SIGNATURE))
        name, time, url = (_header(delivery, each) for each in (_ID, _TIME, _URL))
        if not _NAME.fullmatch(name):
            raise SignatureError(f"{_ID}: not the id of a delivery")
        self._check_age(time, now)
        subjects = self._subjects(url)
        if not subjects:
            raise SignatureError(f"{_URL}: not an address of PayPal's certificates")
        # Only here: it costs a cold start what a shop without PayPal should not pay.
        from shared.webhooks.signing_certificate import certificate_at  # noqa: PLC0415

        certificate = await certificate_at(
            url, subjects, root=self.root, setting=ROOT_SETTING, now=now
        )
        for webhook_id in (secret.reveal() for secret in credentials.secrets):
            signed = f"{name}|{time}|{webhook_id}|{zlib.crc32(delivery.body)}"
            if webhook_id and certificate.made(signature, signed.encode(errors="surrogatepass")):
                return VerifiedDelivery(self.provider, delivery.body, delivery.headers)
        raise SignatureMismatchError(f"{_SIGNATURE}: made for no webhook that we know")

    def _check_age(self, text: str, now: datetime) -> None:
        try:
            sent_at = datetime.fromisoformat(text)
            age = now - sent_at.astimezone(UTC) if sent_at.tzinfo is not None else None
        except (ValueError, OverflowError):
            age = None
        if age is None or "|" in text:
            raise SignatureError(f"{_TIME}: no time with its zone")
        if (
            not timedelta(seconds=-self.tolerance_seconds)
            <= age
            <= timedelta(seconds=self.oldest_seconds)
        ):
            limits = f"{self.oldest_seconds} s ago, or {self.tolerance_seconds} s ahead"
            raise SignatureError(f"{_TIME}: more than {limits}")

    def _subjects(self, url: str) -> tuple[str, ...]:
        """Return whom the certificate at an address may be made out to; none: it is not asked."""
        for host, subject in ((_LIVE_HOST, _LIVE), (_SANDBOX_HOST, _SANDBOX)):
            if re.fullmatch(re.escape(host) + _PATH, url):
                return (subject,)
        stands_in = self.api.startswith("http://")  # the settings let only loopback be one
        if stands_in and re.fullmatch(re.escape(self.api) + _PATH, url):
            return (_LIVE, _SANDBOX)
        return ()


def _header(delivery: Delivery, name: str) -> str:
    values = delivery.values(name)
    if len(values) != 1 or not 0 < len(values[0]) <= _LONGEST:
        raise SignatureError(f"{name}: missing, too long, or given several times")
    return values[0]


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode(), validate=True)
    except ValueError:  # an encoding error is one
        raise SignatureError(f"{_SIGNATURE}: no base64") from None
