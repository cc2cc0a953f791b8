"""Shopify's orders and refunds as its webhooks carry them; the caller gives the times."""

from typing import Any

from tools.traffic.request import Json


def money_set(amount: str, currency: str = "EUR") -> Json:
    """Return an amount in the shop's currency, and in a buyer's that is another."""
    return {
        "shop_money": {"amount": amount, "currency_code": currency},
        "presentment_money": {"amount": "1.00", "currency_code": "USD"},
    }


def order(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return an order of 27.60 EUR: 20.00 of goods, 2.00 off, 4.60 of tax, 5.00 of shipping.

    Args:
        fields: What is different.
    """
    return {
        "id": 820982911946154508,
        "name": "#1001",
        "checkout_token": "ck_1",
        "cart_token": None,
        "email": "jane@example.com",
        "test": False,
        "currency": "EUR",
        "financial_status": "paid",
        "taxes_included": False,
        "total_price": "27.60",
        "subtotal_price": "18.00",
        "total_tax": "4.60",
        "total_tip_received": "0.00",
        "total_shipping_price_set": money_set("5.00"),
        "discount_codes": [{"code": "TEN", "amount": "2.00", "type": "percentage"}],
        "shipping_lines": [{"price": "5.00", "tax_lines": [{"price": "1.00"}]}],
        "line_items": [line()],
        "note_attributes": [],
        "customer": {"id": 1110987654321, "email": "jane@example.com"},
        **fields,
    }


def line(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a line of two mugs, 10 % off.

    Args:
        fields: What is different.
    """
    return {
        "id": 1,
        "sku": "MUG-1",
        "variant_id": 34,
        "product_id": 63,
        "title": "Mug",
        "variant_title": "red",
        "quantity": 2,
        "price": "10.00",
        "total_discount": "0.00",
        "discount_allocations": [{"amount": "2.00"}],
        "tax_lines": [{"price": "3.60"}],
        **fields,
    }


def refund(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return the refund of one mug, 10.80 EUR.

    Args:
        fields: What is different.
    """
    return {
        "id": 929361464,
        "order_id": 820982911946154508,
        "note": "wrong size",
        "transactions": [moved("10.80")],
        "refund_line_items": [refund_line("9.00", "1.80")],
        "order_adjustments": [],
        **fields,
    }


def moved(amount: str, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return the transaction of a refund.

    Args:
        amount: How much.
        fields: What is different.
    """
    return {
        "id": 5,
        "kind": "refund",
        "status": "success",
        "test": False,
        "amount": amount,
        "currency": "EUR",
        **fields,
    }


def refund_line(subtotal: str, tax: str) -> Json:
    """Return a returned mug; the plain amounts are numbers there, and wrong here."""
    return {
        "quantity": 1,
        "subtotal": 0.1,
        "total_tax": 0.2,
        "subtotal_set": money_set(subtotal),
        "total_tax_set": money_set(tax),
        "line_item": line(),
    }
