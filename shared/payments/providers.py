"""Every provider in one table: how it signs, what it says, what it means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.payments import stripe
from shared.payments.delivery import VerifiedDelivery
from shared.payments.happening import Happening
from shared.payments.notification import Notification
from shared.payments.signature import STRIPE, Scheme


@dataclass(frozen=True, slots=True)
class PaymentProvider:
    """One provider.

    Attributes:
        scheme: How it signs.
        parse: Reads the events of a verified delivery; raises `MalformedError`.
        convert: Says what an event means, by the operator's options; raises `UnusableError`.
        options: The type of those options: a msgspec struct whose fields all have defaults.
    """

    scheme: Scheme
    parse: Callable[[VerifiedDelivery], tuple[Notification, ...]]
    convert: Callable[[Notification, Any], Happening]
    options: type[Any]


PROVIDERS: Final[Mapping[str, PaymentProvider]] = {
    "stripe": PaymentProvider(STRIPE, stripe.parse, stripe.convert, stripe.StripeOptions),
}
