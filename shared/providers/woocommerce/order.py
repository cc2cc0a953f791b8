"""An order that was paid: WooCommerce's money."""

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from shared.decoding import read, read_tolerant
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.merge_contexts import without_session
from shared.errors import UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata
from shared.providers.woocommerce.amounts import money_of
from shared.providers.woocommerce.events import meta_data
from shared.providers.woocommerce.objects import NOTHING, Order, moment
from shared.providers.woocommerce.options import WooCommerceOptions

# With any other status, and a time of payment, an order is paid: shops add statuses of their own.
_UNPAID: Final = "auto-draft checkout-draft draft failed new on-hold pending trash".split()
NOT_PAID: Final = "the order is not paid"
# The ledger remembers at least so long. An order that was paid before, and changes now, was counted
# then, or before there were connectors.
_REMEMBERED: Final = timedelta(days=60)
_PAID_LONG_AGO: Final = "paid more than 60 days before this change: it was counted then"
_DISPENSABLE: Final = ("coupon_lines", "fee_lines", "line_items")
_SET_VERSION: Final = "set the webhook's API version to WP REST API Integration v3"
# An amount that an order lacks may also be an empty text.
_OPTIONAL: Final = ("total_tax", "shipping_total")
_RENEWAL: Final = "_subscription_renewal"
_SWITCH: Final = "_subscription_switch"


class _Error(msgspec.Struct, frozen=True):
    """What may stand in an order's place.

    Attributes:
        code: Of an error, which WooCommerce sends where its user may not read orders.
        order: The order, where the webhook speaks the API that came before the one of WordPress.
    """

    id: Any = None
    code: Any = None
    status: Any = None
    order: Any = None


def from_order(event: ProviderEvent, options: WooCommerceOptions) -> Conversion | Ignored:
    """Return the purchase of an order, or why it is none.

    It is sent at every change of the order; one that was counted is a duplicate.

    Args:
        event: The provider's event.
        options: The operator's choices.

    Raises:
        UnusableError: The order is paid but cannot be read; all bad fields are named.
    """
    head = read(event.object, _Error)
    if head.id is None and head.code is not None:
        raise UnusableError("id", "missing: the webhook's user may not read orders")
    if head.status is None and isinstance(head.order, dict):
        raise UnusableError("order", f"of the legacy API: {_SET_VERSION}")
    if head.status is None:
        return Ignored("the body is no order")
    if head.status == "cancelled" or is_unpaid(head.status):
        return Ignored(NOT_PAID)
    order, dropped = read_tolerant(_without_empty(event.object), Order, _DISPENSABLE)
    if not is_paid(order.date_paid_gmt or order.date_paid):
        return Ignored(NOT_PAID)
    paid_at, time_notes = _paid_at(event, order)
    number = str(order.id)
    if event.created_at - paid_at > _REMEMBERED:
        return Ignored(_PAID_LONG_AGO)
    money, items, money_notes = money_of(order, options)
    if money.total == 0:
        return Ignored("zero amount", uncounted=(number,))
    metadata = meta_data(order.meta_data)
    kind = _kind(order, metadata)
    own = kind is PurchaseType.ONE_TIME
    transaction_id = (own and metadata.transaction_id(options.transaction_id_keys)) or number
    context = metadata.context()
    customer = _customer(order.customer_id)
    subscriber = (metadata.text(_RENEWAL) or metadata.text(_SWITCH), customer)
    codes = [line.code for line in order.coupon_lines or () if line.code]
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=transaction_id,
        business_key=transaction_id,
        money=money,
        occurred_at=paid_at,
        context=context if own else without_session(context),
        source=event.source,
        items=items,
        references=tuple(dict.fromkeys((number, transaction_id))),
        customer_references=tuple(each for each in subscriber if each and each != number),
        customer_ref=customer,
        purchase_type=kind,
        payment_id=f"woocommerce:{number}",
        coupon=",".join(codes) or None,
        may_grow=True,
        notes=(*dropped, *time_notes, *metadata.notes, *money_notes),
    )


def is_unpaid(status: object) -> bool:
    """Return whether an order of a status waits for its payment; a cancelled one may be paid."""
    return status in _UNPAID


def is_paid(date_paid: object) -> bool:
    """Return whether an order names a time of payment, readable or not."""
    return date_paid not in (None, "", False, 0)


def _paid_at(event: ProviderEvent, order: Order) -> tuple[datetime, tuple[str, ...]]:
    """Return when an order was paid; where that cannot be read, when it was changed."""
    found = moment(order.date_paid_gmt)
    if found is not None:
        return found, ()
    if event.signed_at is None:
        raise UnusableError("date_paid_gmt", "no time, and none in date_modified_gmt")
    problem = f"missing: {_SET_VERSION}" if order.date_paid_gmt is None else "no time"
    return event.created_at, (f"date_paid_gmt: {problem}",)


def _without_empty(raw: msgspec.Raw) -> msgspec.Raw:
    """Return an order without amounts that are an empty text: they are none."""
    fields = read(raw, dict[str, msgspec.Raw])
    empty = [name for name in _OPTIONAL if bytes(fields.get(name, NOTHING)) == b'""']
    if not empty:
        return raw
    left = {name: each for name, each in fields.items() if name not in empty}
    return msgspec.Raw(msgspec.json.encode(left))


def _kind(order: Order, metadata: Metadata) -> PurchaseType:
    if order.created_via == "subscription" or metadata.text(_RENEWAL):
        return PurchaseType.RENEWAL
    return PurchaseType.UPDATE if metadata.text(_SWITCH) else PurchaseType.ONE_TIME


class _Whose(msgspec.Struct, frozen=True):
    id: Any = None
    customer_id: Any = None


def references_of(event: ProviderEvent) -> tuple[str, ...]:
    """Return the ids of an order and its customer, whatever else is wrong with it.

    Args:
        event: The provider's event; a body that is no order names none.
    """
    try:
        order = read(event.object, _Whose)
    except UnusableError:
        return ()
    number = str(order.id) if type(order.id) is int and order.id > 0 else None
    return tuple(each for each in (number, _customer(order.customer_id)) if each)


def _customer(number: object) -> str | None:
    """Return the customer, by a name of its own: customers and orders are both numbered from 1."""
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number < 2**63:
        return None
    return f"customer_{number}"
