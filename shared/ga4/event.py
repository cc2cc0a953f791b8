"""From an attributed conversion to GA4's request."""

from decimal import Decimal
from typing import Final

from shared.conversions.attributed import AttributedConversion, State
from shared.conversions.consent import Choice, Consent
from shared.conversions.conversion import Kind
from shared.conversions.moment import micros
from shared.ga4 import user
from shared.ga4.commerce import Purchase, Refund
from shared.ga4.payload import WebRequest
from shared.ga4.recommended_event import to_event

# The least that counts the user as active and the session as seen; zero counts nobody.
ENGAGEMENT_MSEC: Final = 1
_EVENTS: Final = {Kind.PURCHASE: Purchase, Kind.REFUND: Refund}


def to_request(
    attributed: AttributedConversion, *, mp_source: str, gross: bool = False
) -> WebRequest:
    """Return the request that tells GA4 of a conversion.

    Args:
        attributed: What happened, and whose it is.
        mp_source: Which function sends it: GA4's export marks no Measurement Protocol hit.
        gross: Whether `value` is what the customer was charged, rather than GA4's rule of
            leaving tax and shipping out.
    """
    conversion = attributed.conversion
    context, money = conversion.context, conversion.money
    event = to_event(
        _EVENTS[conversion.kind](
            transaction_id=conversion.transaction_id,
            currency=money.currency,
            value=_plain(money.total if gross else money.net),
            tax=_plain(money.tax),
            shipping=_plain(money.shipping),
            coupon=conversion.coupon,
        ),
        params={
            "purchase_type": conversion.purchase_type,
            "page_location": context.page_location,
            "session_id": attributed.session_id,
            "session_number": attributed.session_number,
            "engagement_time_msec": (
                ENGAGEMENT_MSEC if attributed.state is State.SESSION else None
            ),
            "late_hours": attributed.late_hours,
            "mp_source": mp_source,
            "mp_attribution": attributed.state.value,
        },
        timestamp_micros=micros(attributed.timestamp) if attributed.timestamp else None,
    )
    return WebRequest(
        client_id=attributed.client_id,
        user_id=context.user_id,
        user_agent=context.user_agent,
        consent=_consent(context.consent),
        events=[event],
    )


def _plain(amount: Decimal | None) -> Decimal | None:
    """Return the same amount without trailing zeros or an exponent: 19.9, never 1.99E+1."""
    return None if amount is None else Decimal(f"{amount.normalize():f}")


def _consent(consent: Consent) -> user.Consent | None:
    if consent.ad_user_data is None and consent.ad_personalization is None:
        return None
    return user.Consent(_word(consent.ad_user_data), _word(consent.ad_personalization))


def _word(choice: Choice | None) -> user.ConsentValue | None:
    if choice is None:
        return None
    return "GRANTED" if choice is Choice.GRANTED else "DENIED"
