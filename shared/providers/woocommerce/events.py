"""WooCommerce's envelope is its headers, and only the body is signed: an order as it is now.

An order is sent at every change. It carries its refunds, so one delivery is several events: the
order, and each of its refunds.

When a webhook is saved the shop posts `webhook_id=N` as a form, without any signature, and wants
exactly 200: otherwise the webhook stays switched off (WooCommerce `class-wc-webhook.php`).
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from shared.decoding import read
from shared.domain.conversion import Source
from shared.domain.timestamps import UNIX_EPOCH
from shared.errors import MalformedError, UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata
from shared.providers.woocommerce.objects import NOTHING, moment
from shared.webhooks.delivery import Delivery, VerifiedDelivery
from shared.webhooks.schemes import Scheme

REFUND: Final = "order.refund"
"""The event of a refund; WooCommerce has no topic for it."""

# No time is signed: a captured delivery can be repeated for ever. The time in its body decides.
SCHEME: Final = Scheme(
    provider="woocommerce",
    signature_header="x-wc-webhook-signature",
    signed="{body}",
    digest="base64",
)
_PING: Final = re.compile(rb"webhook_id=[0-9]{1,19}", re.ASCII)

# What the log and the ledger keep of an event has to have an end.
_MAX_NAME: Final = 255
_MAX_REFUNDS: Final = 200
_ID: Final = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)


class _Body(msgspec.Struct, frozen=True):
    """What names an order; what is wrong with it is the mapping's to say."""

    id: Any = None
    currency: msgspec.Raw = NOTHING
    status: Any = None
    total: msgspec.Raw = NOTHING
    date_paid_gmt: Any = None
    date_paid: Any = None
    date_modified_gmt: Any = None
    date_modified: Any = None
    date_created_gmt: Any = None
    date_created: Any = None
    refunds: Any = None
    meta_data: msgspec.Raw = NOTHING


def is_ping(delivery: Delivery) -> bool:
    """Return whether a delivery only tries the address: it is not signed and brings nothing."""
    signed = delivery.values(SCHEME.signature_header)
    return not signed and _PING.fullmatch(delivery.body) is not None


def parse(delivery: VerifiedDelivery) -> tuple[ProviderEvent, ...]:
    """Read the events of a delivery: the order first, then its refunds.

    Args:
        delivery: Bytes that the shop signed, and the headers they came with.

    Raises:
        MalformedError: The bytes are not a JSON object.
    """
    try:
        body = read(delivery.body, _Body)
    except UnusableError as error:
        raise MalformedError(str(error)) from None
    topic = _header(delivery, "x-wc-webhook-topic") or "unknown"
    number = str(body.id) if _is_id(body.id) else ""
    made_at = _changed_at(body)
    delivered = _header(delivery, "x-wc-webhook-delivery-id") or "unknown"
    # Two orders of one second have the same delivery id.
    event_id = f"{number}-{made_at:%Y%m%dT%H%M%S}" if number and made_at else delivered
    source = Source(delivery.provider, event_id, topic, shop=_shop(delivery))
    order = _event(source, made_at, msgspec.Raw(delivery.body))
    if not (number and topic.startswith("order.")):
        return (order,)
    refunds = _refunds(body)
    return (
        order,
        *(
            _event(
                Source(delivery.provider, f"{number}-refund-{name}", REFUND, shop=source.shop),
                made_at,
                _refund(body, refund, at),
            )
            for at, refund in enumerate(refunds[:_MAX_REFUNDS])
            for name in (_name_of(refund, at),)
        ),
    )


def _event(source: Source, made_at: datetime | None, raw: msgspec.Raw) -> ProviderEvent:
    # There is no test mode: a gateway's own is all there is.
    return ProviderEvent(source, made_at or UNIX_EPOCH, live=True, object=raw, signed_at=made_at)


def _changed_at(body: _Body) -> datetime | None:
    """Return when an order was changed last; version 1 of the API writes UTC without saying so."""
    if body.date_modified_gmt is None and body.date_created_gmt is None:
        return moment(body.date_modified) or moment(body.date_created)
    return moment(body.date_modified_gmt) or moment(body.date_created_gmt)


def _refunds(body: _Body) -> list[object]:
    """Return an order's refunds.

    Marked as refunded by hand, an order gets an entry of the whole from WooCommerce itself. Where
    a shop switched that off, the status alone says it. The entry then has the order's own id, which
    no refund has: both are numbered as one.
    """
    if isinstance(body.refunds, list) and body.refunds:
        return body.refunds
    if body.status == "refunded" and body.refunds in (None, []):
        return [{"id": body.id, "total": body.total if bytes(body.total) else None}]
    return []


def _refund(body: _Body, refund: object, at: int) -> msgspec.Raw:
    """Return a refund as an object of its own, with what of its order it needs."""
    whose: dict[str, object] = {
        "order_id": body.id,
        "status": body.status,
        "date_paid_gmt": body.date_paid_gmt or body.date_paid,
    }
    if bytes(body.currency):
        whose["currency"] = body.currency
    return msgspec.Raw(msgspec.json.encode({**whose, "at": at, "refund": refund}))


def _name_of(refund: object, at: int) -> str:
    found = refund.get("id") if isinstance(refund, Mapping) else None
    return str(found) if _is_id(found) else f"at-{at}"


def _is_id(value: object) -> bool:
    return (
        isinstance(value, int | str)
        and not isinstance(value, bool)
        and _ID.fullmatch(str(value)[:20]) is not None
    )


def _header(delivery: VerifiedDelivery, name: str) -> str | None:
    found = delivery.header(name)
    return found if found and len(found) <= _MAX_NAME else None


def _shop(delivery: VerifiedDelivery) -> str | None:
    """Return the shop's domain. Nothing signs it: it says which stream, and no more."""
    try:
        return urlsplit(_header(delivery, "x-wc-webhook-source") or "").hostname
    except ValueError:
        return None


class _Tagged(msgspec.Struct, frozen=True):
    meta_data: msgspec.Raw = NOTHING


def metadata_of(event: ProviderEvent) -> Metadata:
    """Return what the shop wrote into an order.

    Args:
        event: The provider's event; a refund has none, nor has an object that cannot be read.
    """
    try:
        return meta_data(read(event.object, _Tagged).meta_data)
    except UnusableError:
        return Metadata(NOTHING)


def meta_data(raw: msgspec.Raw) -> Metadata:
    """Return `meta_data`, a list of keys and values, as metadata.

    Args:
        raw: The list. A key may stand there twice: both are read, since one may deny.
    """
    try:
        found = msgspec.json.decode(raw, type=list[Any]) if bytes(raw) else []
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return Metadata(raw, at="meta_data", listed=True)
    pairs = [
        {"name": each.get("key"), "value": _text(each.get("value"))}
        for each in found
        if isinstance(each, dict) and isinstance(each.get("key"), str)
    ]
    return Metadata(msgspec.Raw(msgspec.json.encode(pairs)), at="meta_data", listed=True)


def _text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
