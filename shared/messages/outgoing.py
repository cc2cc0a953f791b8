"""Messages that the functions publish: a renewal, and an order to enrich."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

import msgspec

from shared.domain.context import Context
from shared.domain.conversion import DEBUG_MARK, Conversion, Source
from shared.domain.item import Item
from shared.domain.money import Money
from shared.domain.param import DecimalParam, Param
from shared.domain.without_personal_data import without_denied_identity
from shared.messages import billing_event, order_enrichment
from shared.messages.analytics import Analytics, ConsentChoices
from shared.messages.billing_event import BillingEvent, BillingItem, MajorMoney
from shared.messages.order_enrichment import OrderEnrichment, SoldItem

# How fine an order enrichment writes prices and quantities.
_PRICE: Final = Decimal("0.000001")
_QUANTITY: Final = Decimal("0.000000000001")
_RENEWED: Final = "subscription.renewed"


class Message(msgspec.Struct, frozen=True):
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
    """Return the message about a renewal.

    `subscription_renewal` reads it back as the same event under the same key, so switching the
    topic on or off neither loses nor doubles anything.

    Args:
        conversion: A renewal, with all that is known of it.
        money: What was charged for it.
    """
    source = conversion.source
    subscription = next(
        (s for s in conversion.customer_references if s != conversion.customer_ref), source.event_id
    )
    event = BillingEvent(
        schema=billing_event.SCHEMA,
        event_id=source.event_id,
        type=_RENEWED,
        occurred_at=conversion.occurred_at,
        provider=source.provider,
        account=source.account,
        environment="live" if source.live else "test",
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
        analytics=analytics_without_session(conversion.context),
        customer_id=conversion.customer_ref,
        params={name: _raw(value) for name, value in conversion.params.items()},
    )
    attributes = {
        "schema": billing_event.SCHEMA,
        "type": _RENEWED,
        "provider": source.provider,
        "event_id": source.event_id,
        **_debug(source),
    }
    return Message(msgspec.json.encode(event), attributes, subscription)


def _debug(source: Source) -> dict[str, str]:
    """Return the attribute that hands on that DebugView shows the event."""
    return {DEBUG_MARK: "true"} if source.debug else {}


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


def analytics_without_session(context: Context) -> Analytics:
    """Return the context without its session: what comes later never joins one.

    Nor does the message say who it is that denied analytics.
    """
    context, consent = without_denied_identity(context), context.consent
    return Analytics(
        client_id=context.client_id,
        user_id=context.user_id,
        consent=ConsentChoices(consent.analytics, consent.ad_user_data, consent.ad_personalization),
    )


def enrichment_message(conversion: Conversion) -> Message | None:
    """Return the message that asks for a purchase's enrichment; None of what has no money.

    Args:
        conversion: A purchase, with all that is known of it.
    """
    money, source = conversion.money, conversion.source
    if money is None or conversion.transaction_id is None:
        return None
    request = OrderEnrichment(
        schema=order_enrichment.SCHEMA,
        event_id=source.event_id[:128],
        occurred_at=conversion.occurred_at,
        transaction_id=conversion.transaction_id,
        currency=money.currency,
        items=tuple(_sold_item(item) for item in conversion.items),
        provider=source.provider,
        account=source.account,
        environment="live" if source.live else "test",
        customer_ref=conversion.customer_ref,
        analytics=analytics_without_session(conversion.context),
    )
    attributes = {
        "schema": order_enrichment.SCHEMA,
        "provider": source.provider,
        "event_id": request.event_id,
        **_debug(source),
    }
    return Message(msgspec.json.encode(request), attributes, "")


def _sold_item(item: Item) -> SoldItem:
    return SoldItem(
        item_id=item.item_id,
        quantity=_rounded(item.quantity, _QUANTITY),
        price=_rounded(item.price, _PRICE),
    )


def _rounded(amount: Decimal, finest: Decimal) -> str:
    """Return an amount as the message writes it; what is finer than that is rounded."""
    rounded = amount.quantize(finest, ROUND_HALF_EVEN)
    return f"{amount if rounded == amount else rounded:f}"
