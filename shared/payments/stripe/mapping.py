"""Which Stripe event is the money, and which only speaks of it.

One payment is announced by up to seven events. Exactly one type is the source per flow:
`checkout.session.*` for Checkout in payment mode, `payment_intent.succeeded` (opt-in) for an
integration of the shop's own. All others are ignored.
"""

from collections.abc import Callable, Mapping
from typing import Final

from shared.conversions.conversion import Conversion, Ignored
from shared.payments.notification import Notification
from shared.payments.stripe.checkout import from_session
from shared.payments.stripe.intent import from_intent
from shared.payments.stripe.options import StripeOptions

_Conversion = Callable[[Notification, StripeOptions], Conversion | Ignored]

MONEY: Final[Mapping[str, _Conversion]] = {
    "checkout.session.completed": from_session,
    "checkout.session.async_payment_succeeded": from_session,
    "payment_intent.succeeded": from_intent,
}


def convert(event: Notification, options: StripeOptions) -> Conversion | Ignored:
    """Return what the event means for GA4.

    Args:
        event: The notification.
        options: The operator's choices.

    Raises:
        UnusableError: The event is money but cannot be read; the field is named.
    """
    if event.source.event_type.startswith(("v1.", "v2.")):
        return Ignored("thin event: it carries no money")
    read_money = MONEY.get(event.source.event_type)
    if read_money is None:
        return Ignored("event type is not the source of any money")
    return read_money(event, options)
