"""What an invoice's one line has in common with it: the discount and the tax."""

from tools.shop.stripe_event import JsonObject
from tools.shop.subscription import Invoice


def discounts(invoice: Invoice) -> list[JsonObject]:
    """The discount; nothing where there is none."""
    if not invoice.discount:
        return []
    return [{"amount": invoice.shown_discount, "discount": f"di_1{invoice.key}"}]


def taxes(invoice: Invoice) -> list[JsonObject]:
    """The tax as Stripe sends it since basil."""
    return [
        {
            "amount": invoice.tax,
            "tax_behavior": "inclusive" if invoice.tax_included else "exclusive",
            "taxable_amount": invoice.net,
            "type": "tax_rate_details",
        }
    ]


def tax_amounts(invoice: Invoice) -> list[JsonObject]:
    """The same tax as Stripe sent it before basil."""
    return [
        {
            "amount": invoice.tax,
            "inclusive": invoice.tax_included,
            "tax_rate": f"txr_1{invoice.subscription.key}",
            "taxable_amount": invoice.net,
        }
    ]
