"""The shapes of Stripe's objects, as far as money is read from them.

Every API version's shape is accepted; what a version lacks is simply absent. Amounts are minor
units. Sources: the types of the stripe package, 11.6.0 to 16.1.0.
"""

import msgspec

from shared.payments.wire import Expanded, Reference

NOTHING = msgspec.Raw(b"")


class Coupon(Expanded, frozen=True):
    """A coupon, where it is expanded."""


class PromotionCode(Expanded, frozen=True):
    """A promotion code, where it is expanded.

    Attributes:
        code: What the customer typed in.
    """

    code: str | None = None


class CouponSource(msgspec.Struct, frozen=True):
    """Where a discount came from, since 2025-09-30.clover."""

    coupon: str | Coupon | None = None


class Discount(msgspec.Struct, frozen=True):
    """One discount of a session."""

    coupon: str | Coupon | None = None
    promotion_code: str | PromotionCode | None = None
    source: CouponSource | None = None

    @property
    def name(self) -> str | None:
        """The customer's code where it is known, else the id of the code or the coupon."""
        promotion = self.promotion_code
        if isinstance(promotion, PromotionCode):
            return promotion.code or promotion.id
        coupon = self.coupon or (self.source and self.source.coupon)
        return promotion or (coupon.id if isinstance(coupon, Coupon) else coupon) or None


class TotalDetails(msgspec.Struct, frozen=True):
    """The parts of a session's total."""

    amount_tax: int | None = None
    amount_shipping: int | None = None


class ShippingCost(msgspec.Struct, frozen=True):
    """What shipping cost, tax included."""

    amount_total: int
    amount_tax: int = 0


class CheckoutSession(msgspec.Struct, frozen=True):
    """A `checkout.session`."""

    id: str
    mode: str
    payment_status: str
    object: str = "checkout.session"
    currency: str | None = None
    amount_total: int | None = None
    total_details: TotalDetails | None = None
    shipping_cost: ShippingCost | None = None
    discounts: list[Discount] | None = None
    payment_intent: Reference = None
    customer: Reference = None
    invoice: Reference = None
    subscription: Reference = None
    client_reference_id: str | None = None
    metadata: msgspec.Raw = NOTHING


class IntentTax(msgspec.Struct, frozen=True):
    """The tax of a payment intent, where the shop told Stripe."""

    total_tax_amount: int | None = None


class IntentShipping(msgspec.Struct, frozen=True):
    """The shipping of a payment intent, where the shop told Stripe."""

    amount: int | None = None


class AmountDetails(msgspec.Struct, frozen=True):
    """The parts of a payment intent's amount, since 2025-10-29.clover."""

    tax: IntentTax | None = None
    shipping: IntentShipping | None = None


class PaymentDetails(msgspec.Struct, frozen=True):
    """What a payment intent pays for, since 2025-10-29.clover."""

    order_reference: str | None = None


class PaymentIntent(msgspec.Struct, frozen=True):
    """A `payment_intent`."""

    id: str
    status: str
    amount: int
    object: str = "payment_intent"
    currency: str | None = None
    amount_received: int | None = None
    amount_details: AmountDetails | None = None
    payment_details: PaymentDetails | None = None
    invoice: Reference = None  # before 2025-03-31.basil
    latest_charge: Reference = None
    customer: Reference = None
    metadata: msgspec.Raw = NOTHING
