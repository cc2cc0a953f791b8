"""Which of Adyen's events is the money, and which takes it back."""

from typing import Final

from shared.providers.adyen.modification import (
    from_cancellation,
    from_chargeback,
    from_dispute,
    from_either,
    from_failed_capture,
    from_failed_refund,
    from_refund,
    from_won_dispute,
)
from shared.providers.adyen.options import AdyenOptions
from shared.providers.adyen.payment import from_authorisation, from_capture
from shared.providers.meanings import Meanings, by_type

MEANINGS: Final[Meanings[AdyenOptions]] = {
    "AUTHORISATION": from_authorisation,
    "CAPTURE": from_capture,
    "CAPTURE_FAILED": from_failed_capture,
    "CANCELLATION": from_cancellation,
    "TECHNICAL_CANCEL": from_cancellation,
    "CANCEL_OR_REFUND": from_either,
    "REFUND": from_refund,
    "REFUND_FAILED": from_failed_refund,
    "REFUNDED_REVERSED": from_failed_refund,
    "NOTIFICATION_OF_CHARGEBACK": from_dispute,
    "CHARGEBACK": from_chargeback,
    "SECOND_CHARGEBACK": from_chargeback,
    "PREARBITRATION_LOST": from_chargeback,
    "CHARGEBACK_REVERSED": from_won_dispute,
    "PREARBITRATION_WON": from_won_dispute,
}
map_event: Final = by_type(MEANINGS)
