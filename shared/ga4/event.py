"""From an attributed conversion to GA4's request."""

from decimal import Decimal
from typing import Final

from shared.conversions.attributed import AttributedConversion, State
from shared.conversions.consent import Choice, Consent
from shared.conversions.moment import micros
from shared.conversions.money import Money
from shared.ga4 import payload

# The least that counts the user as active and the session as seen; zero counts nobody.
ENGAGEMENT_MSEC: Final = 1


def to_request(
    attributed: AttributedConversion, *, mp_source: str, gross: bool = False
) -> payload.Request:
    """Return the request that tells GA4 of a conversion.

    Args:
        attributed: What happened, and whose it is.
        mp_source: Which function sends it: GA4's export marks no Measurement Protocol hit.
        gross: Whether `value` is what the customer was charged, rather than GA4's rule of
            leaving tax and shipping out.
    """
    conversion = attributed.conversion
    context = conversion.context
    params: dict[str, payload.Param | None] = {
        "transaction_id": conversion.transaction_id,
        **_money(conversion.money, gross=gross),
        "coupon": conversion.coupon,
        "purchase_type": conversion.purchase_type,
        "page_location": context.page_location,
        "session_id": attributed.session_id,
        "session_number": attributed.session_number,
        "engagement_time_msec": ENGAGEMENT_MSEC if attributed.state is State.SESSION else None,
        "late_hours": attributed.late_hours,
        "mp_source": mp_source,
        "mp_attribution": attributed.state.value,
    }
    return payload.Request(
        client_id=attributed.client_id,
        user_id=context.user_id,
        user_agent=context.user_agent,
        consent=_consent(context.consent),
        events=[
            payload.Event(
                name=conversion.kind.value,
                timestamp_micros=micros(attributed.timestamp) if attributed.timestamp else None,
                params={name: value for name, value in params.items() if value is not None},
            )
        ],
    )


def _money(money: Money, *, gross: bool) -> dict[str, payload.Param | None]:
    return {
        "currency": money.currency,
        "value": _plain(money.total if gross else money.net),
        "tax": None if money.tax is None else _plain(money.tax),
        "shipping": None if money.shipping is None else _plain(money.shipping),
    }


def _plain(amount: Decimal) -> Decimal:
    """Return the same amount without trailing zeros or an exponent: 19.9, never 1.99E+1."""
    return Decimal(f"{amount.normalize():f}")


def _consent(consent: Consent) -> payload.Consent | None:
    if consent.ad_user_data is None and consent.ad_personalization is None:
        return None
    return payload.Consent(_word(consent.ad_user_data), _word(consent.ad_personalization))


def _word(choice: Choice | None) -> str | None:
    return None if choice is None else choice.value.upper()
