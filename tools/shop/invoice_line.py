"""The one line of a subscription's invoice, before and since basil."""

from decimal import Decimal

from tools.shop.invoice_amounts import discounts, tax_amounts, taxes
from tools.shop.shape import Shape
from tools.shop.stripe_event import JsonObject
from tools.shop.subscription import PERIOD_SECONDS, Invoice


def invoice_line(invoice: Invoice) -> JsonObject:
    """What an invoice bills: its amount before discounts, with the tax if prices include it."""
    (_, quantity), start = invoice.items[0], invoice.paid_at
    tells_more = _before_basil if invoice.shape is Shape.BEFORE_BASIL else _since_basil
    return {
        "id": f"il_1{invoice.key}",
        "object": "line_item",
        "amount": invoice.shown_subtotal,
        "currency": invoice.currency.code.lower(),
        "description": _description(invoice, quantity),
        "discount_amounts": discounts(invoice),
        "livemode": False,
        "metadata": invoice.subscription.metadata,
        "period": {"start": start, "end": start + PERIOD_SECONDS},
        "quantity": quantity,
        **tells_more(invoice),
    }


def _since_basil(invoice: Invoice) -> JsonObject:
    key, quantity = invoice.subscription.key, invoice.items[0][1]
    return {
        "parent": {
            "type": "subscription_item_details",
            "invoice_item_details": None,
            "subscription_item_details": {
                "proration": False,
                "subscription": invoice.subscription.id,
                "subscription_item": f"si_{key[:14]}",
            },
        },
        "pricing": {
            "type": "price_details",
            "price_details": {"price": f"price_1{key}", "product": f"prod_{key[:14]}"},
            "unit_amount_decimal": str(Decimal(invoice.shown_subtotal) / quantity),
        },
        "quantity_decimal": str(quantity),
        "subtotal": invoice.shown_subtotal,
        "taxes": taxes(invoice),
    }


def _before_basil(invoice: Invoice) -> JsonObject:
    key, quantity = invoice.subscription.key, invoice.items[0][1]
    price = {
        "id": f"price_1{key}",
        "object": "price",
        "product": f"prod_{key[:14]}",
        "unit_amount": invoice.shown_subtotal // quantity,
    }
    return {
        "plan": {"id": f"price_1{key}", "object": "plan", "product": f"prod_{key[:14]}"},
        "price": price,
        "proration": False,
        "subscription": invoice.subscription.id,
        "tax_amounts": tax_amounts(invoice),
        "type": "subscription",
    }


def _description(invoice: Invoice, quantity: int) -> str:
    if not invoice.total:
        return "Trial period for Morning paper"
    return f"{quantity} \N{MULTIPLICATION SIGN} Morning paper (each day)"
