"""What a customer had off, and under which name."""

import msgspec

from shared.decoding import Expanded


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
    """One discount of a session or an invoice."""

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
