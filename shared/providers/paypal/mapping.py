"""Which event of PayPal's is the money, and which only speaks of it."""

from typing import Final

from shared.providers.meanings import Meanings, by_type
from shared.providers.paypal.options import PayPalOptions
from shared.providers.paypal.payment import from_capture, from_other, from_sale
from shared.providers.paypal.refund import (
    from_closed_dispute,
    from_failed_refund,
    from_opened_dispute,
    from_refund,
    from_reversal,
    from_sale_refund,
)
from shared.providers.paypal.subscription import from_denied_capture, from_subscription

CAPTURED: Final = "PAYMENT.CAPTURE.COMPLETED"
MEANINGS: Final[Meanings[PayPalOptions]] = {
    CAPTURED: from_capture,
    "PAYMENT.SALE.COMPLETED": from_sale,
    # An order that was approved can still be refused, and a pending payment too.
    "CHECKOUT.ORDER.APPROVED": from_other,
    "CHECKOUT.ORDER.COMPLETED": from_other,
    "PAYMENT.CAPTURE.PENDING": from_other,
    "PAYMENT.SALE.PENDING": from_other,
    "BILLING.SUBSCRIPTION.ACTIVATED": from_other,
    "BILLING.SUBSCRIPTION.CREATED": from_other,
    "BILLING.SUBSCRIPTION.UPDATED": from_other,
    "PAYMENT.CAPTURE.REFUNDED": from_refund,
    "PAYMENT.REFUND.FAILED": from_failed_refund,
    "PAYMENT.SALE.REFUNDED": from_sale_refund,
    "PAYMENT.CAPTURE.REVERSED": from_reversal,
    "PAYMENT.SALE.REVERSED": from_sale_refund,
    "CUSTOMER.DISPUTE.CREATED": from_opened_dispute,
    "CUSTOMER.DISPUTE.RESOLVED": from_closed_dispute,
    "BILLING.SUBSCRIPTION.CANCELLED": from_subscription,
    "BILLING.SUBSCRIPTION.EXPIRED": from_subscription,
    # One decline may also bring PAYMENT.SALE.DENIED.
    "BILLING.SUBSCRIPTION.PAYMENT.FAILED": from_subscription,
    "PAYMENT.CAPTURE.DECLINED": from_denied_capture,
    "PAYMENT.CAPTURE.DENIED": from_denied_capture,
}
map_event: Final = by_type(MEANINGS)
