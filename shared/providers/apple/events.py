"""Apple's envelope: from a verified delivery to a notification."""

import msgspec

from shared.decoding import read
from shared.domain.conversion import Source
from shared.domain.timestamps import from_unix_millis
from shared.errors import MalformedError, UnusableError
from shared.providers.apple.compact import split
from shared.providers.apple.notification import PRODUCTION, Body, Notification
from shared.providers.apple.proof import PAYLOAD
from shared.providers.event import ProviderEvent
from shared.webhooks.delivery import VerifiedDelivery

NOTHING = msgspec.Raw(b"null")


class _Object(msgspec.Struct, frozen=True, rename="camel"):
    """What the mapping reads: the parts of a notification, out of their signatures."""

    subtype: str | None
    transaction_info: msgspec.Raw
    renewal_info: msgspec.Raw


def parse(delivery: VerifiedDelivery) -> tuple[ProviderEvent, ...]:
    """Read the one notification of a delivery.

    Args:
        delivery: Bytes whose every JWS Apple signed.

    Raises:
        MalformedError: The bytes are no notification; the field is named.
    """
    try:
        jws = split(read(delivery.body, Body).signed_payload, PAYLOAD)
        found = read(jws.payload, Notification, at=PAYLOAD)
        inner = {path: _payload(text, path) for path, text in _inner(found)}
    except UnusableError as error:
        raise MalformedError(str(error)) from None
    signed_at = from_unix_millis(found.signed_date)
    whole = _Object(
        found.subtype,
        inner.get("data.signedTransactionInfo", NOTHING),
        inner.get("data.signedRenewalInfo", NOTHING),
    )
    return (
        ProviderEvent(
            source=Source(delivery.provider, found.notification_uuid, found.notification_type),
            created_at=signed_at,
            live=found.app is None or found.app.place == PRODUCTION,
            object=msgspec.Raw(msgspec.json.encode(whole)),
            signed_at=signed_at,
        ),
    )


def _inner(found: Notification) -> list[tuple[str, str]]:
    return [] if found.app is None else list(found.app.inner())


def _payload(text: str, path: str) -> msgspec.Raw:
    payload = split(text, path).payload
    read(payload, dict[str, msgspec.Raw], at=path)
    return msgspec.Raw(payload)
