"""What Stripe announces about money that goes back: refunds and disputes."""

from tools.shop import payment_objects, refund_objects
from tools.shop.refund import Refund
from tools.shop.stripe_event import StripeEvent, announce


def refund_created(refund: Refund, *, status: str = "succeeded") -> StripeEvent:
    """There is a refund; a card's has succeeded at once, a bank account's is pending."""
    return _told("refund.created", refund, status)


def refund_updated(refund: Refund, *, status: str = "succeeded") -> StripeEvent:
    """A refund went on, or only got the bank's reference."""
    return _told("refund.updated", refund, status)


def refund_failed(refund: Refund) -> StripeEvent:
    """The money came back to the shop."""
    return _told("refund.failed", refund, "failed")


def charge_refunded(refund: Refund) -> StripeEvent:
    """The charge's view of it: what was given back in all."""
    sale = refund.sale
    return announce(
        "charge.refunded",
        payment_objects.charge(sale, refunded=refund.after),
        created=refund.made_at + 1,
        shape=sale.shape,
        previous={"amount_refunded": refund.before},
    )


def dispute_opened(refund: Refund) -> StripeEvent:
    """The buyer complained at the bank."""
    return _disputed("charge.dispute.created", refund, "needs_response")


def dispute_funds_withdrawn(refund: Refund) -> StripeEvent:
    """The bank took the money for the time being."""
    return _disputed("charge.dispute.funds_withdrawn", refund, "needs_response")


def dispute_closed(refund: Refund, *, status: str = "lost") -> StripeEvent:
    """The bank decided."""
    return _disputed("charge.dispute.closed", refund, status)


def _told(name: str, refund: Refund, status: str) -> StripeEvent:
    subject = refund_objects.refund_object(refund, status=status)
    return announce(name, subject, created=refund.made_at + 1, shape=refund.sale.shape)


def _disputed(name: str, refund: Refund, status: str) -> StripeEvent:
    subject = refund_objects.dispute_object(refund, status=status)
    return announce(name, subject, created=refund.made_at + 1, shape=refund.sale.shape)
