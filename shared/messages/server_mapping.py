"""What a server event means: an in-store purchase, a return, or an event of any other name."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial

from shared.changed import replace
from shared.domain.context import Context
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType, Source
from shared.domain.device import Device, believable_device
from shared.domain.identifiers import order_id
from shared.domain.item import Item
from shared.domain.money import Money
from shared.domain.notes import Notes
from shared.domain.refund import Refund
from shared.domain.user_location import UserLocation, believable_location
from shared.errors import UnusableError
from shared.messages.analytics import context_of
from shared.messages.billing_mapping import major_money
from shared.messages.fields import utc, with_every_fault
from shared.messages.params import item_params_of, params_of, user_properties_of
from shared.messages.person_data import user_data_of
from shared.messages.server_event import ServerEvent, ServerItem

_ITEM_FIELDS = (
    "affiliation item_brand item_category item_category2 item_category3 item_category4 "
    "item_category5 item_list_id item_list_name location_id"
).split()
_MONETARY = (Kind.PURCHASE, Kind.REFUND)
_MAX_PARAMS = 20  # GA4 takes 25; five are ours


def source_of(event: ServerEvent) -> Source:
    """Return where a message says it comes from."""
    return Source(event.provider, event.event_id, event.name)


def map_server_event(event: ServerEvent, source: Source) -> Conversion | Refund | Ignored:
    """Return what a server event means.

    Args:
        event: The message.
        source: Where we learned it.

    Raises:
        UnusableError: It lacks what its name needs, or contradicts itself; every field is named.
    """
    try:
        return _meaning(event, source)
    except UnusableError as error:
        raise with_every_fault(error, event, _needs(event)) from None


def _needs(event: ServerEvent) -> Iterator[Callable[[], object]]:
    """Yield the checks of what a name needs beyond each field by itself."""
    yield partial(_money, event)
    if event.name in _MONETARY:
        yield partial(order_id, event.transaction_id, "transaction_id")


def _money(event: ServerEvent) -> Money | None:
    if event.money is not None:
        return major_money(event.money)
    if event.name in _MONETARY:
        raise UnusableError("money", "missing")
    return None


def _meaning(event: ServerEvent, source: Source) -> Conversion | Refund | Ignored:
    money = _money(event)
    if money is not None and event.name in _MONETARY:
        if money.total == 0:
            return Ignored("zero amount")
        order = order_id(event.transaction_id, "transaction_id")
        if event.name == Kind.REFUND:
            return _refund(event, order, money)
        return replace(
            _conversion(event, source, money),
            kind=Kind.PURCHASE,
            renamed=None,
            transaction_id=order,
            business_key=order,
            references=(order,),
            purchase_type=PurchaseType.OFFLINE,
        )
    return _conversion(event, source, money)


def _conversion(event: ServerEvent, source: Source, money: Money | None) -> Conversion:
    notes = Notes()
    context = _context(event, notes)
    given = event.transaction_id
    return Conversion(
        kind=Kind.CUSTOM,
        renamed=event.name,
        transaction_id=None if given is None else order_id(given, "transaction_id"),
        business_key=event.event_id,
        money=money,
        occurred_at=utc(event.occurred_at, "occurred_at"),
        context=context,
        source=source,
        items=_items(event, notes),
        customer_references=tuple(
            dict.fromkeys(filter(None, (*event.references, event.customer_ref)))
        ),
        customer_ref=event.customer_ref,
        coupon=event.coupon or None,
        params=params_of(event.params, notes, most=_MAX_PARAMS),
        user_properties=user_properties_of(event.user_properties, notes),
        device_id=event.device_id,
        attended=context.session_id is not None,
        notes=tuple(notes),
    )


def _refund(event: ServerEvent, order: str, money: Money) -> Refund:
    return Refund(
        refund_id=event.event_id,
        money=money,
        references=(order,),
        transaction_id=order,
        fallback_transaction_id=order,
        occurred_at=utc(event.occurred_at, "occurred_at"),
        items=_items(event, Notes()),
    )


def _context(event: ServerEvent, notes: Notes) -> Context:
    """Return whose event it is; what the message says outside of `analytics` counts first."""
    context = context_of(event.analytics, notes)
    device = believable_device(event.device or Device(), notes.under("device"))
    place = event.user_location or UserLocation()
    location = believable_location(place, notes.under("user_location"))
    return replace(
        context,
        device=device or context.device,
        user_location=location or context.user_location,
        user_data=user_data_of(event.user_data, notes) or context.user_data,
    )


def _items(event: ServerEvent, notes: Notes) -> tuple[Item, ...]:
    items = []
    for at, raw in enumerate(event.items or ()):
        path = f"items[{at}]"
        if not (raw.item_id or raw.item_name):
            notes.add(path, "neither item_id nor item_name")
        elif Decimal(raw.quantity) == 0:
            notes.add(path, "no quantity")
        else:
            items.append(_item(raw, notes.under(path)))
    return tuple(items)


def _item(raw: ServerItem, notes: Notes) -> Item:
    named = {name: text for name in _ITEM_FIELDS if (text := getattr(raw, name))}
    return Item(
        price=Decimal(raw.price or 0),
        quantity=Decimal(raw.quantity),
        item_id=raw.item_id or None,
        item_name=raw.item_name or None,
        discount=None if raw.discount is None else Decimal(raw.discount),
        variant=raw.item_variant or None,
        coupon=raw.coupon or None,
        params={**named, **item_params_of(raw.params, notes)},
        priced=raw.price is not None,
    )
