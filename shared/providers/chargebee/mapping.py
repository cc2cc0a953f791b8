"""Which event of Chargebee's is the money, and which only speaks of it.

`invoice_generated`, `subscription_renewed` and credit notes say what was billed: never money.
"""

from typing import Final

from shared.providers.chargebee.lifecycle import from_change, from_failure, from_subscription
from shared.providers.chargebee.options import ChargebeeOptions
from shared.providers.chargebee.payment import from_payment
from shared.providers.chargebee.refund import from_refund, from_transaction
from shared.providers.meanings import Meanings, by_type

MEANINGS: Final[Meanings[ChargebeeOptions]] = {
    "payment_succeeded": from_payment,
    "payment_refunded": from_refund,
    "payment_failed": from_failure,
    "transaction_created": from_transaction,
    "transaction_updated": from_transaction,
    "subscription_created": from_subscription,
    "subscription_started": from_subscription,
    "subscription_activated": from_subscription,
    "subscription_trial_end_reminder": from_subscription,
    "subscription_cancellation_scheduled": from_subscription,
    "subscription_cancelled": from_subscription,
    # No money, but a buyer may deny consent after the payment.
    "subscription_changed": from_change,
    "customer_changed": from_change,
}
map_event: Final = by_type(MEANINGS)
