"""The shapes of a Checkout session and of a payment intent, as far as money is read from them."""

import msgspec

from shared.decoding import Reference
from shared.providers.stripe.fields import (
    NOTHING,
    Currency,
    Discount,
    HasCustomer,
    Id,
    Minor,
    Price,
    ShippingCost,
)

_BY_HAND = frozenset({"manual", "manual_preferred"})


class TotalDetails(msgspec.Struct, frozen=True):
    """The parts of a session's total."""

    amount_tax: Minor | None = None
    amount_shipping: Minor | None = None


class SessionLine(msgspec.Struct, frozen=True):
    """One `item` of a session; the event has none, the API gives them."""

    amount_total: int
    amount_tax: int = 0
    amount_discount: int = 0
    quantity: int | None = None
    description: str | None = None
    price: str | Price | None = None
    metadata: msgspec.Raw = NOTHING


class SessionLines(msgspec.Struct, frozen=True):
    """The lines of a session, where the API was asked for them."""

    data: list[SessionLine] = []
    has_more: bool = False


class CheckoutSession(HasCustomer, frozen=True):
    """A `checkout.session`."""

    id: Id
    mode: str
    payment_status: str
    object: str = "checkout.session"
    currency: Currency | None = None
    amount_total: Minor | None = None
    total_details: TotalDetails | None = None
    shipping_cost: ShippingCost | None = None
    discounts: list[Discount] | None = None
    line_items: SessionLines | None = None
    payment_intent: Reference = None
    invoice: Reference = None
    subscription: Reference = None
    client_reference_id: str | None = None
    metadata: msgspec.Raw = NOTHING


class IntentTax(msgspec.Struct, frozen=True):
    """The tax of a payment intent or of a line, where the shop gave it to Stripe."""

    total_tax_amount: int | None = None


class IntentAmount(msgspec.Struct, frozen=True):
    """The shipping or the tip of a payment intent, where the shop gave it to Stripe."""

    amount: int | None = None


class IntentLine(msgspec.Struct, frozen=True):
    """One line of a payment intent, where the shop gave it to Stripe."""

    unit_cost: int
    quantity: int = 1
    product_code: str | None = None
    product_name: str | None = None
    discount_amount: int | None = None
    tax: IntentTax | None = None


class IntentLines(msgspec.Struct, frozen=True):
    """The lines of a payment intent, where the API was asked for them."""

    data: list[IntentLine] = []
    has_more: bool = False


class AmountDetails(msgspec.Struct, frozen=True):
    """The parts of a payment intent's amount, since 2025-10-29.clover."""

    tax: IntentTax | None = None
    shipping: IntentAmount | None = None
    tip: IntentAmount | None = None
    discount_amount: int | None = None
    line_items: IntentLines | None = None


class PaymentDetails(msgspec.Struct, frozen=True):
    """What a payment intent pays for, since 2025-10-29.clover."""

    order_reference: str | None = None


class MethodOptions(msgspec.Struct, frozen=True):
    """What a payment intent says of one way to pay, a card for example."""

    capture_method: str | None = None


class PaymentIntent(HasCustomer, frozen=True):
    """A `payment_intent`.

    Attributes:
        description: Stripe writes one where an invoice made the intent.
    """

    id: Id
    status: str
    amount: Minor
    object: str = "payment_intent"
    capture_method: str | None = None
    client_secret: str | None = None
    payment_method_options: dict[str, MethodOptions | None] | None = None
    description: str | None = None
    currency: Currency | None = None
    amount_received: Minor | None = None
    amount_details: AmountDetails | None = None
    payment_details: PaymentDetails | None = None
    invoice: Reference = None  # before 2025-03-31.basil
    latest_charge: Reference = None
    application_fee_amount: Minor | None = None
    metadata: msgspec.Raw = NOTHING

    @property
    def captured_by_hand(self) -> bool:
        """Whether it was authorised first: as a whole, or for the way it was paid by."""
        options = self.payment_method_options or {}
        methods = (self.capture_method, *(o.capture_method for o in options.values() if o))
        return not _BY_HAND.isdisjoint(methods)

    @property
    def order_reference(self) -> str:
        """What it pays for, empty where it does not say."""
        return (self.payment_details and self.payment_details.order_reference) or ""
