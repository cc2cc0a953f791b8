"""Mollie's two envelopes, and what of them is asked for.

A signed event carries its payment or refund, unless the webhook sends simple payloads. A classic
webhook names a payment, whatever happened to it: the payment as Mollie has it now is then as many
events as there would have been, the payment's own and one for each refund and chargeback.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import msgspec

from shared.changed import replace
from shared.decoding import read
from shared.domain.conversion import Source
from shared.domain.timestamps import UNIX_EPOCH
from shared.errors import MalformedError, UnavailableError, UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata
from shared.providers.mollie.objects import NOTHING, Whole
from shared.providers.mollie.proof import classic_id
from shared.providers.provider import Lookups
from shared.webhooks.delivery import VerifiedDelivery

CLASSIC: Final = "classic"
"""The type of a classic webhook until Mollie was asked."""
UNKNOWN: Final = "unknown payment"
_NULL: Final = msgspec.Raw(b"null")
# What the log and the ledger keep of an event has to have an end.
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
_PAYMENT: Final = re.compile(r"tr_[A-Za-z0-9]{1,64}", re.ASCII)
_PATH: Final = re.compile(
    r"/v2/payments/tr_[A-Za-z0-9]{1,64}(/(refunds|chargebacks)/[a-z]{1,8}_[A-Za-z0-9]{1,64})?",
    re.ASCII,
)
_EMBED: Final = "?embed=refunds,chargebacks"
_ASKED: Final = ("payment.", "refund.", "chargeback.")


class _Href(msgspec.Struct, frozen=True):
    href: Any = None


class _Links(msgspec.Struct, frozen=True):
    entity: _Href = _Href()


class _Embedded(msgspec.Struct, frozen=True):
    entity: msgspec.Raw = _NULL


class _Envelope(msgspec.Struct, frozen=True):
    id: _Name
    type: _Name
    created_at: Any = msgspec.field(name="createdAt", default=None)
    entity_id: Any = msgspec.field(name="entityId", default=None)
    mode: Any = None
    embedded: _Embedded | None = msgspec.field(name="_embedded", default=None)
    links: Any = msgspec.field(name="_links", default=None)


class _Entity(msgspec.Struct, frozen=True):
    id: Any = None
    mode: Any = None
    metadata: msgspec.Raw = NOTHING


def parse(delivery: VerifiedDelivery) -> tuple[ProviderEvent, ...]:
    """Read the one event of a delivery.

    Args:
        delivery: Bytes that Mollie signed, or a form with an id.

    Raises:
        MalformedError: The bytes are not JSON, or not an event; the field is named.
    """
    if (named := classic_id(delivery.body)) is not None:
        known = _PAYMENT.fullmatch(named) is not None
        source = Source(delivery.provider, named, CLASSIC)
        path = f"/v2/payments/{named}{_EMBED}" if known else None
        return (ProviderEvent(source, UNIX_EPOCH, live=True, object=_NULL, related=path),)
    try:
        envelope = read(delivery.body, _Envelope)
    except UnusableError as error:
        raise MalformedError(str(error)) from None
    entity = _NULL if envelope.embedded is None else envelope.embedded.entity
    made_at = moment(envelope.created_at)
    event = ProviderEvent(
        source=Source(delivery.provider, envelope.id, envelope.type),
        created_at=made_at or UNIX_EPOCH,
        live=_is_live(envelope.mode, entity),
        object=entity,
        # No time is signed: a copy of a delivery is as good as the delivery.
        signed_at=made_at,
    )
    if bytes(entity) in (b"null", b"") and envelope.type.startswith(_ASKED):
        return (replace(event, related=_path_of(envelope)),)
    return (event,)


def _path_of(envelope: _Envelope) -> str | None:
    """Return the path of what a simple payload names: by its link, or by a payment's id."""
    try:
        href = msgspec.convert(envelope.links, _Links).entity.href
    except msgspec.ValidationError:
        href = None
    found = _PATH.search(href) if isinstance(href, str) else None
    if found is not None:
        return found[0]
    own = envelope.entity_id
    is_payment = isinstance(own, str) and _PAYMENT.fullmatch(own) is not None
    return f"/v2/payments/{own}" if is_payment else None


def _paths(event: ProviderEvent) -> tuple[str, ...]:
    return () if event.related is None else (event.related,)


def _complete(
    event: ProviderEvent, found: Mapping[str, msgspec.Raw | None]
) -> tuple[ProviderEvent, ...]:
    """Return an event with what Mollie has; a classic one becomes the events that it stands for.

    Raises:
        UnavailableError: The answer is not what was asked for, so it says nothing of the payment.
    """
    path = event.related or ""
    raw = found[path]
    event = replace(event, related=None)
    if raw is None:
        return (replace(event, source=replace(event.source, event_type=UNKNOWN)),)
    if read(raw, _Entity).id != path.partition("?")[0].rpartition("/")[2]:
        raise UnavailableError("Mollie's API answers with something that was not asked for")
    if event.source.event_type != CLASSIC:
        return (replace(event, object=raw, live=_is_live(None, raw)),)
    return tuple(_of_payment(event, raw))


def payment_events(payment_id: str, raw: msgspec.Raw) -> tuple[ProviderEvent, ...]:
    """Return a payment as Mollie has it, as the events of a classic webhook that names it.

    Args:
        payment_id: The id of the payment.
        raw: The payment; refunds and chargebacks that are embedded in it are events too.

    Raises:
        UnusableError: It is no payment.
    """
    source = Source("mollie", payment_id, CLASSIC)
    return tuple(_of_payment(ProviderEvent(source, UNIX_EPOCH, live=True, object=_NULL), raw))


def returned_event(singular: str, raw: msgspec.Raw) -> ProviderEvent:
    """Return a refund or a chargeback as Mollie has it, as the same events.

    Args:
        singular: `refund` or `chargeback`.
        raw: The object.

    Raises:
        UnusableError: It is no object.
    """
    part = read(raw, dict[str, Any])
    source = Source("mollie", "unknown", CLASSIC)
    whole = ProviderEvent(source, UNIX_EPOCH, part.get("mode") != "test", _NULL)
    return _of_part(source, singular, part, whole)


def _of_payment(event: ProviderEvent, raw: msgspec.Raw) -> Iterator[ProviderEvent]:
    whole, own = read(raw, Whole), event.source
    made_at = moment(whole.paid_at) or moment(whole.created_at) or UNIX_EPOCH
    status = whole.status if isinstance(whole.status, str) else "unknown"
    name = f"{own.event_id}:{status[:40]}"
    source = replace(own, event_id=name, event_type=f"payment.{status[:40]}")
    payment = ProviderEvent(source, made_at, whole.mode != "test", raw)
    yield payment
    embedded = whole.embedded if isinstance(whole.embedded, dict) else {}
    for kind, singular in (("refunds", "refund"), ("chargebacks", "chargeback")):
        listed = embedded.get(kind)
        for at, each in enumerate(listed if isinstance(listed, list) else []):
            unnamed = replace(own, event_id=f"{own.event_id}:{at}")
            yield _of_part(unnamed, singular, each, payment)


def _of_part(own: Source, singular: str, each: object, whole: ProviderEvent) -> ProviderEvent:
    """Return a refund or a chargeback.

    Args:
        own: Where it comes from; names it where it has no id.
        singular: `refund` or `chargeback`.
        each: The object.
        whole: What it is a part of, whose mode it has, and whose time where it names none.
    """
    part = each if isinstance(each, dict) else {}
    state = _state_of(singular, part)
    named = part.get("id") if isinstance(part.get("id"), str) else own.event_id
    source = replace(own, event_id=f"{str(named)[:80]}:{state}", event_type=f"{singular}.{state}")
    moved = moment(part.get("reversedAt")) or moment(part.get("createdAt")) or whole.created_at
    return ProviderEvent(source, moved, whole.live, msgspec.Raw(msgspec.json.encode(each)))


def _state_of(singular: str, part: Mapping[str, Any]) -> str:
    if singular == "chargeback":
        return "reversed" if part.get("reversedAt") else "received"
    status = part.get("status")
    return status[:40] if isinstance(status, str) else "unknown"


LOOKUPS: Final = Lookups(paths=_paths, complete=_complete)


def moment(text: object) -> datetime | None:
    """Return a time with its zone, UTC; None for what is none."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _is_live(mode: object, entity: msgspec.Raw) -> bool:
    if mode is None:
        try:
            mode = read(entity, _Entity).mode
        except UnusableError:
            return True
    return mode != "test"


def metadata_of(event: ProviderEvent) -> Metadata:
    """Return what the shop wrote into a payment, for the routes.

    Args:
        event: The provider's event; an object that cannot be read has none.
    """
    try:
        return metadata(read(event.object, _Entity).metadata)
    except UnusableError:
        return Metadata(NOTHING)


def metadata(raw: msgspec.Raw) -> Metadata:
    """Return a payment's `metadata`, which may be any JSON.

    Args:
        raw: Of texts those count that hold an object; another text, or a number, is some id of the
            shop's, and no answer of a buyer's.
    """
    try:
        found = str(msgspec.json.decode(raw, type=str | int | float))
    except (msgspec.MsgspecError, UnicodeError):
        return Metadata(raw)
    return Metadata(msgspec.Raw(found.encode()) if found.lstrip().startswith("{") else NOTHING)
