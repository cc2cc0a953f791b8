"""From an attributed conversion to GA4's request."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, TypeVar

from msgspec import structs

from shared.domain.attributed import AttributedConversion, State
from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.conversion import Conversion, Kind
from shared.domain.item import Item as DomainItem
from shared.domain.param import DecimalParam
from shared.domain.param import Param as DomainParam
from shared.domain.timestamps import to_unix_micros
from shared.domain.user_data import UserData
from shared.ga4.limits import PARAMS_PER_EVENT
from shared.ga4.payload import AppRequest, Event, Item, Param, UserProperty, WebRequest

# The least that counts the user as active and the session as seen; zero counts nobody.
ENGAGEMENT_MSEC: Final = 1
_DEBUG: Final = 1
# Google documents tax and shipping for these alone.
_ORDERS: Final = (Kind.PURCHASE, Kind.REFUND)

RequestT = TypeVar("RequestT", bound=WebRequest | AppRequest)


def to_request(
    attributed: AttributedConversion,
    *,
    mp_source: str,
    gross: bool = False,
    user_data: bool = False,
    app: bool = False,
) -> WebRequest | AppRequest:
    """Return the request that sends GA4 a conversion.

    Args:
        attributed: What happened, and whose it is.
        mp_source: Which function sends it: GA4's export marks no Measurement Protocol hit.
        gross: Whether `value` is what the customer was charged, rather than GA4's rule of
            leaving tax and shipping out.
        app: Whether it is for an app's stream.
        user_data: Whether the operator sends user-provided data of those who granted it.
    """
    conversion = attributed.conversion
    context = conversion.context
    params: dict[str, Param | None] = {
        **_plain_values(conversion.params),
        "purchase_type": conversion.purchase_type and str(conversion.purchase_type),
        "page_location": None if app else context.page_location,
        "session_id": attributed.session_id,
        "session_number": attributed.session_number,
        "engagement_time_msec": ENGAGEMENT_MSEC if attributed.state is State.SESSION else None,
        "late_hours": attributed.late_hours,
        "mp_source": mp_source,
        "mp_attribution": str(attributed.state),
    }
    stamp = to_unix_micros(attributed.timestamp) if attributed.timestamp else None
    commerce = _present(_commerce(conversion, gross=gross))
    # A further parameter never overwrites money.
    event = Event(conversion.name, {**commerce, **_present(params), **commerce}, stamp)
    properties = {
        name: UserProperty(value)
        for name, value in _plain_values(conversion.user_properties).items()
    }
    of_both: dict[str, Any] = {
        "user_id": context.user_id,
        "user_data": _user_data(context) if user_data else None,
        "consent": _consent(context.consent),
        "user_properties": properties,
        # The reference: `user_location` beats `ip_override`, and `device` beats `user_agent`.
        "user_location": context.user_location,
        "ip_override": None if context.user_location else context.ip_override,
        "device": context.device,
        "events": [event],
    }
    if app:
        return AppRequest(app_instance_id=attributed.client_id, **of_both)
    user_agent = None if context.device else context.user_agent
    return WebRequest(client_id=attributed.client_id, user_agent=user_agent, **of_both)


def for_debug_view(request: RequestT) -> RequestT:
    """Return the same request, which GA4's DebugView shows; it counts as real all the same.

    Args:
        request: An event in it that has as many parameters as GA4 takes goes without the mark.
    """
    events = [
        structs.replace(event, params={**event.params, "debug_mode": _DEBUG})
        if len(event.params) < PARAMS_PER_EVENT
        else event
        for event in request.events
    ]
    return structs.replace(request, events=events)


def _commerce(conversion: Conversion, *, gross: bool) -> dict[str, Param | list[Item] | None]:
    """Return the parameters of Google's recommended commerce events."""
    money = conversion.money
    order = money if conversion.kind in _ORDERS else None
    return {
        "currency": money.currency if money else None,
        "value": _plain(money.total if gross else money.net) if money else None,
        "items": [_item(item) for item in conversion.items] or None,
        "coupon": conversion.coupon,
        "transaction_id": conversion.transaction_id,
        "tax": _plain(order.tax) if order else None,
        "shipping": _plain(order.shipping) if order else None,
    }


def _present(
    params: Mapping[str, Param | list[Item] | None],
) -> dict[str, Param | list[Item]]:
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


def _plain_values(values: Mapping[str, DomainParam]) -> dict[str, Param]:
    return {
        name: _digits(value.value) if isinstance(value, DecimalParam) else value
        for name, value in values.items()
    }


def _plain(amount: Decimal | None) -> Decimal | None:
    """Return the same amount without trailing zeros or an exponent: 19.9, never 1.99E+1."""
    return None if amount is None else _digits(amount)


def _digits(amount: Decimal) -> Decimal:
    return Decimal(f"{amount.normalize():f}")


def _consent(consent: Consent) -> Consent | None:
    """Return what Google asks for; None where neither is known."""
    if consent.ad_user_data is None and consent.ad_personalization is None:
        return None
    return consent


def _user_data(context: Context) -> UserData | None:
    """Return the user's hashed data, where the person granted its use for advertising.

    Not known is not granted: nothing is sent then. What another sink takes in its place is no part
    of this protocol.
    """
    data = context.user_data
    if data is None or context.consent.ad_user_data is not Choice.GRANTED:
        return None
    return structs.replace(data, data_manager=None)
