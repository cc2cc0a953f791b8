"""The shape of a notification, and of the two JWS inside it."""

from collections.abc import Iterator
from typing import Annotated, Final

import msgspec

Millis = Annotated[int, msgspec.Meta(ge=0, le=10**14, description="a time in Unix milliseconds")]


class Body(msgspec.Struct, frozen=True, rename="camel"):
    """What Apple posts."""

    signed_payload: str


PRODUCTION: Final = "Production"
SANDBOX: Final = "Sandbox"


class App(msgspec.Struct, frozen=True, rename="camel"):
    """Which app a notification is about, and what it says of it.

    Attributes:
        external_purchase_id: Of a token for purchases outside the App Store. Such an object has
            no environment: the id begins with `SANDBOX` there (Apple's library reads it so).
    """

    bundle_id: str | None = None
    app_apple_id: int | None = None
    environment: str | None = None
    external_purchase_id: str | None = None
    signed_transaction_info: str | None = None
    signed_renewal_info: str | None = None

    @property
    def place(self) -> str | None:
        """The environment: `PRODUCTION`, `SANDBOX`, or another one of Apple's."""
        if self.environment is not None or self.external_purchase_id is None:
            return self.environment
        return SANDBOX if self.external_purchase_id.startswith("SANDBOX") else PRODUCTION

    def inner(self) -> Iterator[tuple[str, str]]:
        """Yield each JWS inside, with where it stands."""
        if self.signed_transaction_info is not None:
            yield "data.signedTransactionInfo", self.signed_transaction_info
        if self.signed_renewal_info is not None:
            yield "data.signedRenewalInfo", self.signed_renewal_info


class Notification(msgspec.Struct, frozen=True, rename="camel"):
    """A notification; what it is about stands in one of the objects."""

    notification_type: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    notification_uuid: Annotated[str, msgspec.Meta(min_length=1, max_length=255)] = msgspec.field(
        name="notificationUUID"
    )
    signed_date: Millis
    subtype: str | None = None
    data: App | None = None
    summary: App | None = None
    app_data: App | None = None
    external_purchase_token: App | None = None

    @property
    def app(self) -> App | None:
        """Which app it is about; None where it names none."""
        found = (self.data, self.summary, self.app_data, self.external_purchase_token)
        return next((each for each in found if each is not None), None)


class Inner(msgspec.Struct, frozen=True, rename="camel"):
    """What a transaction and a renewal have in common."""

    signed_date: Millis
    bundle_id: str | None = None
    environment: str | None = None
