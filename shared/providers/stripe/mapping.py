"""Which Stripe event is the money, and which only speaks of it.

One payment is announced by up to seven events. Exactly one type is the source per flow:
`checkout.session.*` for Checkout in payment mode, `invoice.paid` for everything with a
subscription, and by choice `payment_intent.succeeded` or `charge.*` for an integration of the
shop's own. All others are ignored, or say only what belongs together.
"""

from typing import Final

from msgspec.structs import replace

from shared.domain.conversion import Ignored
from shared.domain.event import DomainEvent
from shared.providers.event import ProviderEvent
from shared.providers.meanings import Meanings, by_type
from shared.providers.stripe.checkout import from_failed_session, from_session
from shared.providers.stripe.credit_notes import from_credit_note, from_voided_credit_note
from shared.providers.stripe.fees import REFUNDED, from_refunded_fee, of_platform
from shared.providers.stripe.intent import from_canceled_intent, from_charge, from_intent
from shared.providers.stripe.invoice import (
    from_failed_invoice,
    from_invoice,
    from_invoice_payment,
)
from shared.providers.stripe.options import StripeOptions
from shared.providers.stripe.refunds import (
    from_closed_dispute,
    from_failed_refund,
    from_opened_dispute,
    from_refund,
    from_refunded_charge,
)
from shared.providers.stripe.subscriptions import from_subscription

MEANINGS: Final[Meanings[StripeOptions]] = {
    REFUNDED: from_refunded_fee,
    "charge.captured": from_charge,
    "charge.dispute.closed": from_closed_dispute,
    "charge.dispute.created": from_opened_dispute,
    "charge.refunded": from_refunded_charge,
    "charge.succeeded": from_charge,
    "checkout.session.async_payment_failed": from_failed_session,
    "checkout.session.async_payment_succeeded": from_session,
    "checkout.session.completed": from_session,
    "credit_note.created": from_credit_note,
    "credit_note.voided": from_voided_credit_note,
    "customer.subscription.created": from_subscription,
    "customer.subscription.deleted": from_subscription,
    "customer.subscription.trial_will_end": from_subscription,
    "customer.subscription.updated": from_subscription,
    "invoice.paid": from_invoice,
    "invoice.payment_failed": from_failed_invoice,
    "invoice_payment.paid": from_invoice_payment,
    "payment_intent.canceled": from_canceled_intent,
    "payment_intent.succeeded": from_intent,
    "refund.created": from_refund,
    "refund.failed": from_failed_refund,
    "refund.updated": from_refund,
}
_of_type: Final = by_type(MEANINGS)


def map_event(event: ProviderEvent, options: StripeOptions) -> DomainEvent:
    """Return what the event means for GA4.

    Args:
        event: The notification.
        options: The operator's choices.

    Raises:
        UnusableError: The event is money but cannot be read; all bad fields are named.
    """
    if event.source.event_type.startswith(("v1.", "v2.")):
        return Ignored("thin event: it carries no money")
    if options.value == "payment":
        return _of_type(event, options)
    everything = replace(options, payment_intents=True, invoices=True, charges=True)
    return of_platform(event, _of_type(event, everything), options)
