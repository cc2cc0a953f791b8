"""A renewal as the message that hands it to the renewals topic."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import msgspec

from shared.domain.context import Context
from shared.domain.conversion import Conversion
from shared.domain.item import Item
from shared.domain.money import Money
from shared.domain.param import DecimalParam, Param
from shared.messages.billing_event import (
    SCHEMA,
    Analytics,
    BillingEvent,
    BillingItem,
    ConsentChoices,
    MajorMoney,
)

_TYPE: Final = "subscription.renewed"


@dataclass(frozen=True, slots=True)
class Message:
    """What is published.

    Attributes:
        data: The billing event, as JSON.
        attributes: What subscriptions filter by; mirrored from the data, never authoritative.
        ordering_key: The subscription: its renewals stay in order.
    """

    data: bytes
    attributes: dict[str, str]
    ordering_key: str


def renewal_message(conversion: Conversion, money: Money) -> Message:
    """Return the message that tells of a renewal.

    Read back by `to_happening` it is the same event under the same key, so that switching the
    topic on or off loses and doubles nothing.

    Args:
        conversion: A renewal, with all that is known of it.
        money: What was charged for it.
    """
    source = conversion.source
    subscription = next(
        (s for s in conversion.customer_references if s != conversion.customer_ref), source.event_id
    )
    event = BillingEvent(
        schema=SCHEMA,
        event_id=source.event_id,
        type=_TYPE,
        occurred_at=conversion.occurred_at,
        provider=source.provider,
        account=source.account,
        transaction_id=conversion.transaction_id,
        subscription_id=subscription,
        money=MajorMoney(
            currency=money.currency,
            total=_text(money.total),
            tax=None if money.tax is None else _text(money.tax),
            shipping=None if money.shipping is None else _text(money.shipping),
        ),
        items=tuple(_item(item) for item in conversion.items),
        coupon=conversion.coupon,
        analytics=lasting_analytics(conversion.context),
        customer_id=conversion.customer_ref,
        params={name: _raw(value) for name, value in conversion.params.items()},
    )
    attributes = {
        "schema": SCHEMA,
        "type": _TYPE,
        "provider": source.provider,
        "event_id": source.event_id,
    }
    return Message(msgspec.json.encode(event), attributes, subscription)


def _raw(value: Param) -> msgspec.Raw:
    text = (
        _text(value.value).encode()
        if isinstance(value, DecimalParam)
        else msgspec.json.encode(value)
    )
    return msgspec.Raw(text)


def _text(amount: Decimal) -> str:
    return f"{amount:f}"


def _item(item: Item) -> BillingItem:
    return BillingItem(
        item_id=item.item_id,
        item_name=item.item_name,
        price=_text(item.price),
        quantity=_text(item.quantity),
        discount=None if item.discount is None else _text(item.discount),
        item_variant=item.variant,
        coupon=item.coupon,
    )


def lasting_analytics(context: Context) -> Analytics:
    """Return the context without its session: what comes later never joins one."""
    consent = context.consent
    return Analytics(
        client_id=context.client_id,
        user_id=context.user_id,
        consent=ConsentChoices(consent.analytics, consent.ad_user_data, consent.ad_personalization),
    )
