"""RevenueCat's envelope, `{"api_version", "event"}`, and what is read of an event."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final
from urllib.parse import unquote

import msgspec

from shared.decoding import read, read_tolerant
from shared.domain.context import Context
from shared.domain.conversion import Source
from shared.domain.identifiers import is_placeholder
from shared.domain.timestamps import UNIX_EPOCH, from_unix_millis
from shared.errors import MalformedError, UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata
from shared.providers.revenuecat.proof import is_signed
from shared.webhooks.delivery import VerifiedDelivery

AT: Final = "event"
NOTHING: Final = msgspec.Raw(b"")
PRICE: Final = f"{AT}.price_in_purchased_currency"
ATTRIBUTES: Final = f"{AT}.subscriber_attributes"
# What the log and the ledger keep of an event has to have an end.
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
_ANONYMOUS: Final = "$RCAnonymousID:"
_DIGITS: Final = re.compile(r"[0-9]{1,16}", re.ASCII)
_MAX_ALIASES: Final = 10


class _Envelope(msgspec.Struct, frozen=True):
    event: msgspec.Raw


class _Head(msgspec.Struct, frozen=True):
    """What names an event; a time that cannot be read is the mapping's to say."""

    id: _Name
    type: _Name
    environment: Any = None
    event_timestamp_ms: Any = None
    purchased_at_ms: Any = None


class Event(msgspec.Struct, frozen=True):
    """A purchase, a refund or a step of a subscription's life.

    Attributes:
        price_in_purchased_currency: What the buyer paid, in `currency`; negative for a refund.
            `price` beside it is in USD whatever `currency` says, and is not read.
        tax_percentage: RevenueCat's estimate of the part of it that is tax.
        purchased_at_ms: When the period begins; of a renewal that may be hours ahead. One of the
            two times is enough, so neither costs the payment: `moment` reads them.
    """

    transaction_id: _Name | None = None
    original_transaction_id: _Name | None = None
    price_in_purchased_currency: Decimal | None = None
    currency: str | None = None
    tax_percentage: Decimal | None = None
    purchased_at_ms: Any = None
    event_timestamp_ms: Any = None
    store: str | None = None
    period_type: str | None = None
    is_family_share: bool | None = None
    is_trial_conversion: bool | None = None
    cancel_reason: str | None = None
    product_id: str | None = None
    offer_code: str | None = None
    app_user_id: str | None = None
    original_app_user_id: str | None = None
    aliases: tuple[str, ...] | None = None
    subscriber_attributes: msgspec.Raw = NOTHING


_DISPENSABLE: Final = (
    "aliases",
    "app_user_id",
    "offer_code",
    "original_app_user_id",
    "original_transaction_id",
    "period_type",
    "product_id",
    "tax_percentage",
)


def parse(delivery: VerifiedDelivery) -> tuple[ProviderEvent, ...]:
    """Read the one event of a delivery.

    Args:
        delivery: Bytes that RevenueCat signed, or sent with the shop's own header.

    Raises:
        MalformedError: The bytes are not JSON, or not an event; the field is named.
    """
    try:
        raw = read(delivery.body, _Envelope).event
        head = read(raw, _Head, at=AT)
    except UnusableError as error:
        raise MalformedError(str(error)) from None
    found = (moment(head.event_timestamp_ms), moment(head.purchased_at_ms))
    made_at = next((each for each in found if each is not None), UNIX_EPOCH)
    return (
        ProviderEvent(
            source=Source(delivery.provider, head.id, head.type),
            created_at=made_at,
            live=str(head.environment).upper() != "SANDBOX",
            object=raw,
            # The static header has no time: a copy of such a delivery is as good as the delivery.
            signed_at=None if is_signed(delivery) else made_at,
        ),
    )


def moment(millis: object) -> datetime | None:
    """Return a time that is sent as Unix milliseconds, also as text; None for what is none."""
    if isinstance(millis, str) and _DIGITS.fullmatch(millis):
        millis = int(millis)
    if isinstance(millis, bool) or not isinstance(millis, int) or millis <= 0:
        return None
    try:
        return from_unix_millis(millis)
    except OverflowError:
        return None


def read_event(event: ProviderEvent) -> tuple[Event, tuple[str, ...]]:
    """Return an event's fields, and a note for each that was left out.

    Raises:
        UnusableError: A field that money depends on cannot be read; all are named.
    """
    found, dropped = read_tolerant(event.object, Event, _DISPENSABLE, at=AT)
    price = found.price_in_purchased_currency
    if price is not None and not price.is_finite():
        raise UnusableError(PRICE, "no number")  # nothing may be compared with it
    return found, dropped


class _Tagged(msgspec.Struct, frozen=True):
    subscriber_attributes: msgspec.Raw = NOTHING


def metadata_of(event: ProviderEvent) -> Metadata:
    """Return what the app wrote into the customer's attributes, for the routes.

    Args:
        event: The provider's event; an object that cannot be read has none.
    """
    try:
        return attributes(read(event.object, _Tagged).subscriber_attributes)
    except UnusableError:
        return Metadata(NOTHING)


def attributes(raw: msgspec.Raw) -> Metadata:
    """Return `{NAME: {"value", "updated_at_ms"}}` as metadata.

    Args:
        raw: The attributes. What cannot be read may be a denial, and counts as one.
    """
    try:
        found = msgspec.json.decode(raw, type=dict[str, Any]) if bytes(raw) else {}
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return Metadata(raw, at=ATTRIBUTES)
    values = {
        name: each.get("value") if isinstance(each, dict) else each for name, each in found.items()
    }
    return Metadata(msgspec.Raw(msgspec.json.encode(values)), at=ATTRIBUTES)


def context_of(found: Event, metadata: Metadata) -> Context:
    """Return who bought: what the app wrote, and the shop's own id of the user where there is one.

    An id that RevenueCat made up, `$RCAnonymousID:…`, is nobody's name. Some apps log their users
    in by their e-mail address, and keep an id of their own among the aliases.

    Args:
        found: The event.
        metadata: The customer's attributes.
    """
    named = [each for each in _names(found) if not each.startswith(_ANONYMOUS)]
    own = [each for each in named if not (_is_address(each) or is_placeholder(each))]
    # Without any other, the reader says what is wrong with the one there is.
    return metadata.context(user_id=next(iter(own or named), None))


def customer_references(found: Event) -> tuple[str, ...]:
    """Return the ids of the subscription and the customer; none that is an e-mail address."""
    names = (found.original_transaction_id or "", *_names(found))
    return tuple(dict.fromkeys(each for each in names if each and not _is_address(each)))


def _is_address(name: str) -> bool:
    """Return whether a name looks like an e-mail address, also as a part of a URL."""
    return "@" in unquote(name)


def _names(found: Event) -> list[str]:
    """Return the customer's ids, the one in use first."""
    names = (found.app_user_id, found.original_app_user_id, *(found.aliases or ())[:_MAX_ALIASES])
    return [each for each in dict.fromkeys(names) if each and len(each) <= 255]  # noqa: PLR2004
