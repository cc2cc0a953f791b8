"""How Apple's notifications are proved: a JWS with a pinned chain, and inside it two more.

There is no secret. Whose app it is stands in what is signed, and has to be the shop's.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from shared.decoding import read
from shared.domain.timestamps import from_unix_millis
from shared.errors import MisconfiguredError, SignatureError, UnusableError
from shared.providers.apple.compact import split
from shared.providers.apple.notification import (
    PRODUCTION,
    SANDBOX,
    App,
    Body,
    Inner,
    Notification,
)
from shared.providers.apple.root import APPLE_ROOT
from shared.webhooks.authenticator import Credentials
from shared.webhooks.delivery import Delivery, VerifiedDelivery

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

ROOT_SETTING: Final = "CONNECTORS_APPLE_ROOT"
PAYLOAD: Final = "signedPayload"
_AHEAD: Final = timedelta(minutes=5)

SignedT = TypeVar("SignedT", Notification, Inner)


class AppleProof(msgspec.Struct, frozen=True):
    """Proves notifications of one app.

    Attributes:
        bundle_id: The app's bundle id.
        app_id: The app's Apple ID.
        root: Another root than Apple's, in PEM.
    """

    bundle_id: str
    app_id: int
    root: str | None = None
    provider: str = "apple"
    headers: tuple[str, ...] = ()

    async def authenticate(
        self,
        delivery: Delivery,
        credentials: Credentials,  # noqa: ARG002 - there is no secret
        *,
        now: datetime,
    ) -> VerifiedDelivery:
        """Return the delivery's bytes. Args and errors as `Authenticator.authenticate`."""
        missing = [name for name in ("bundle_id", "app_id") if not getattr(self, name)]
        if missing:
            raise MisconfiguredError(
                *(f"PAYMENT_PROVIDERS apple.{name}: missing" for name in missing)
            )
        root = self._root()
        try:
            signed = read(delivery.body, Body).signed_payload
            notification = _signed(signed, Notification, PAYLOAD, root, now)
            app = self._check_app(notification)
            for path, text in app.inner():
                inner = _signed(text, Inner, path, root, now)
                self._check_inner(inner, app, path)
        except UnusableError as error:
            raise SignatureError(str(error)) from None
        return VerifiedDelivery(self.provider, delivery.body, delivery.headers)

    def _root(self) -> "Certificate":
        # Only here: it costs a cold start what a shop without Apple should not pay.
        from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415

        try:
            return load_pem_x509_certificate((self.root or APPLE_ROOT).encode())
        except ValueError:
            raise MisconfiguredError(f"{ROOT_SETTING}: not a certificate in PEM") from None

    def _check_app(self, notification: Notification) -> App:
        """Return the app that a notification names, which has to be the shop's."""
        app = notification.app
        if app is None or app.bundle_id != self.bundle_id:
            raise SignatureError("bundleId: not the app of the settings")
        if app.place not in (PRODUCTION, SANDBOX):
            raise SignatureError("environment: neither Production nor Sandbox")
        if app.place == PRODUCTION and app.app_apple_id != self.app_id:
            raise SignatureError("appAppleId: not the app of the settings")
        return app

    def _check_inner(self, inner: Inner, app: App, path: str) -> None:
        # A renewal names no app.
        optional = (None,) if path.endswith("signedRenewalInfo") else ()
        if inner.bundle_id not in (*optional, self.bundle_id):
            raise SignatureError(f"{path}.bundleId: not the app of the settings")
        if inner.environment not in (*optional, app.place):
            raise SignatureError(f"{path}.environment: not the notification's")


def _signed(
    text: str, shape: type[SignedT], path: str, root: "Certificate", now: datetime
) -> SignedT:
    """Return what a JWS of Apple's says."""
    from shared.providers.apple.chain import check  # noqa: PLC0415 - as the root

    jws = split(text, path)
    found = read(jws.payload, shape, at=path)
    signed_at = from_unix_millis(found.signed_date)
    if signed_at > now + _AHEAD:
        raise SignatureError(f"{path}.signedDate: later than now")
    check(jws, root, signed_at, path)
    return found
