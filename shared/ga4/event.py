"""From an attributed conversion to GA4's request."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from shared.domain.attributed import AttributedConversion, State
from shared.domain.consent import Choice, Consent
from shared.domain.conversion import Conversion, Kind
from shared.domain.item import Item as DomainItem
from shared.domain.param import DecimalParam
from shared.domain.param import Param as Value
from shared.domain.timestamps import to_unix_micros
from shared.ga4 import user
from shared.ga4.commerce import Order, Purchase, Refund
from shared.ga4.item import Item
from shared.ga4.payload import Event, Param, WebRequest
from shared.ga4.recommended_event import to_event
from shared.ga4.user_of import as_device, as_user_data, as_user_location

# The least that counts the user as active and the session as seen; zero counts nobody.
ENGAGEMENT_MSEC: Final = 1
_ORDERS: Final[Mapping[Kind, type[Order]]] = {Kind.PURCHASE: Purchase, Kind.REFUND: Refund}


def to_request(
    attributed: AttributedConversion,
    *,
    mp_source: str,
    gross: bool = False,
    user_data: bool = False,
) -> WebRequest:
    """Return the request that tells GA4 of a conversion.

    Args:
        attributed: What happened, and whose it is.
        mp_source: Which function sends it: GA4's export marks no Measurement Protocol hit.
        gross: Whether `value` is what the customer was charged, rather than GA4's rule of
            leaving tax and shipping out.
        user_data: Whether the operator sends user-provided data of those who granted it.
    """
    conversion = attributed.conversion
    context = conversion.context
    params: dict[str, Param | None] = {
        **_plain_values(conversion.params),
        "purchase_type": conversion.purchase_type and conversion.purchase_type.value,
        "page_location": context.page_location,
        "session_id": attributed.session_id,
        "session_number": attributed.session_number,
        "engagement_time_msec": ENGAGEMENT_MSEC if attributed.state is State.SESSION else None,
        "late_hours": attributed.late_hours,
        "mp_source": mp_source,
        "mp_attribution": attributed.state.value,
    }
    stamp = to_unix_micros(attributed.timestamp) if attributed.timestamp else None
    order = _order(conversion, gross=gross)
    if order is None:
        event = Event(conversion.name, _known({**_worth(conversion, gross=gross), **params}), stamp)
    else:
        event = to_event(order, params=params, timestamp_micros=stamp, name=conversion.name)
    return WebRequest(
        client_id=attributed.client_id,
        user_id=context.user_id,
        user_data=as_user_data(context) if user_data else None,
        consent=_consent(context.consent),
        user_properties={
            name: user.UserProperty(value)
            for name, value in _plain_values(conversion.user_properties).items()
        },
        # The reference: `user_location` beats `ip_override`, and `device` beats `user_agent`.
        user_location=as_user_location(context),
        ip_override=None if context.user_location else context.ip_override,
        device=as_device(context),
        user_agent=None if context.device else context.user_agent,
        events=[event],
    )


def _order(conversion: Conversion, *, gross: bool) -> Order | None:
    """Return the recommended event of an order; None for what Google has no type for."""
    typed = _ORDERS.get(conversion.kind)
    if typed is None or conversion.transaction_id is None or conversion.money is None:
        return None
    money = conversion.money
    return typed(
        transaction_id=conversion.transaction_id,
        currency=money.currency,
        value=_plain(money.total if gross else money.net),
        tax=_plain(money.tax),
        shipping=_plain(money.shipping),
        coupon=conversion.coupon,
        items=[_item(item) for item in conversion.items],
    )


def _worth(conversion: Conversion, *, gross: bool) -> dict[str, Param | list[Item] | None]:
    money = conversion.money
    return {
        "transaction_id": conversion.transaction_id,
        "currency": money.currency if money else None,
        "value": _plain(money.total if gross else money.net) if money else None,
        "coupon": conversion.coupon,
        "items": [_item(item) for item in conversion.items] or None,
    }


def _known(params: dict[str, Param | list[Item] | None]) -> dict[str, Param | list[Item]]:
    return {name: value for name, value in params.items() if value is not None}


def _item(item: DomainItem) -> Item:
    whole = item.quantity == item.quantity.to_integral_value()
    return Item(
        item_id=item.item_id,
        item_name=item.item_name,
        item_variant=item.variant,
        coupon=item.coupon,
        discount=_plain(item.discount),
        price=_plain(item.price) if item.priced else None,
        quantity=int(item.quantity) if whole else _plain(item.quantity),
        custom=_plain_values(item.params),
    )


def _plain_values(values: Mapping[str, Value]) -> dict[str, Param]:
    return {
        name: _digits(value.value) if isinstance(value, DecimalParam) else value
        for name, value in values.items()
    }


def _plain(amount: Decimal | None) -> Decimal | None:
    """Return the same amount without trailing zeros or an exponent: 19.9, never 1.99E+1."""
    return None if amount is None else _digits(amount)


def _digits(amount: Decimal) -> Decimal:
    return Decimal(f"{amount.normalize():f}")


def _consent(consent: Consent) -> user.Consent | None:
    if consent.ad_user_data is None and consent.ad_personalization is None:
        return None
    return user.Consent(_word(consent.ad_user_data), _word(consent.ad_personalization))


def _word(choice: Choice | None) -> user.ConsentValue | None:
    if choice is None:
        return None
    return "GRANTED" if choice is Choice.GRANTED else "DENIED"
