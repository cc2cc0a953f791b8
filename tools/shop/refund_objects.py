"""Money that goes back, as Stripe's objects: neither carries any metadata of the sale."""

from tools.shop.refund import Refund
from tools.shop.stripe_event import JsonObject


def refund_object(refund: Refund, *, status: str) -> JsonObject:
    """The refund, gross: Stripe does not say what of it is tax."""
    return {
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": f"txn_{refund.id}",
        "charge": refund.sale.charge,
        "created": refund.made_at,
        "currency": refund.sale.currency.code.lower(),
        "destination_details": {"type": "card", "card": {"type": "refund"}},
        "metadata": {},
        "payment_intent": refund.sale.payment_intent,
        "reason": "requested_by_customer",
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    }


def dispute_object(refund: Refund, *, status: str) -> JsonObject:
    """The dispute whose loss the refund is."""
    return {
        "id": refund.id,
        "object": "dispute",
        "amount": refund.amount,
        "balance_transactions": [],
        "charge": refund.sale.charge,
        "created": refund.made_at,
        "currency": refund.sale.currency.code.lower(),
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {"due_by": None, "has_evidence": False, "submission_count": 0},
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": refund.sale.payment_intent,
        "reason": "product_not_received",
        "status": status,
    }
