"""What the stand-in makes of an event: a key to remember it by, and what to tell GA4."""

from collections.abc import Mapping
from typing import Any

from payloads import Order, purchase, refund

Fact = tuple[str, dict[str, Any]]

ORDERS: dict[str, Order] = {}
INVOICES: dict[str, str] = {}
SIGN_UPS: dict[str, Mapping[str, str]] = {}
BEFORE: dict[str, int] = {}
TAKEN: dict[str, int] = {}


class EarlyError(Exception):
    """A refund came before its purchase."""


def understand(event: dict[str, Any], flaw: str) -> Fact | None:
    """Return what an event means; None for nothing."""
    subject = event["data"]["object"]
    match event["type"], subject:
        case "checkout.session.completed", {"mode": "subscription"}:
            SIGN_UPS[subject["subscription"]] = subject["metadata"]
        case str(name), {"payment_status": "paid"} if name.startswith("checkout.session."):
            return _purchase(_of_session(subject), flaw, subject["payment_intent"])
        case "invoice.paid", {"billing_reason": str(reason)} if reason.startswith("subscription"):
            if subject["total"]:
                order = _of_invoice(subject)
                references = (subject["id"], subject.get("payment_intent"))
                return _purchase(order, flaw, *filter(None, references))
        case "invoice_payment.paid", {"payment": {"payment_intent": str(intent)}}:
            INVOICES[intent] = subject["invoice"]
        case "payment_intent.succeeded", _ if flaw == "greedy":
            amounts = {"total": subject["amount"], "tax": 0, "shipping": 0}
            return _purchase(Order(subject["id"], subject["currency"], amounts, {}), flaw)
        case "charge.refunded", _ if flaw == "echoing":
            return _refund(subject, f"{subject['id']}", subject["amount_refunded"], flaw)
        case ("refund.created" | "refund.updated"), {"status": "succeeded"}:
            return _refund(subject, subject["id"], subject["amount"], flaw)
        case "charge.dispute.closed", {"status": "lost"}:
            return _refund(subject, subject["id"], subject["amount"], flaw)
    return None


def _purchase(order: Order, flaw: str, *references: str) -> Fact:
    for reference in references:
        ORDERS.setdefault(reference, order)
    return f"purchase {order.transaction_id}", purchase(order, flaw)


def _refund(subject: dict[str, Any], refund_id: str, amount: int, flaw: str) -> Fact:
    intent = subject["payment_intent"]
    order = ORDERS.get(intent) or ORDERS.get(INVOICES.get(intent, ""))
    if order is None and flaw != "hasty":
        raise EarlyError
    if order is None:
        amounts = {"total": amount, "tax": 0, "shipping": 0}
        order = Order(intent, subject["currency"], amounts, {})
    if refund_id not in BEFORE:
        BEFORE[refund_id] = TAKEN.get(order.transaction_id, 0)
        TAKEN[order.transaction_id] = BEFORE[refund_id] + amount
    return f"refund {refund_id}", refund(order, BEFORE[refund_id], amount, flaw)


def _of_session(session: dict[str, Any]) -> Order:
    cost = session["shipping_cost"] or {"amount_total": 0, "amount_tax": 0}
    amounts = {
        "total": session["amount_total"],
        "tax": session["total_details"]["amount_tax"],
        "shipping": cost["amount_total"] - cost["amount_tax"],
    }
    metadata = session["metadata"]
    transaction_id = _given(metadata) or session["payment_intent"]
    return Order(transaction_id, session["currency"], amounts, metadata)


def _of_invoice(invoice: dict[str, Any]) -> Order:
    details = (invoice.get("parent") or {}).get("subscription_details") or {
        **(invoice.get("subscription_details") or {}),
        "subscription": invoice.get("subscription"),
    }
    own = details["metadata"] or {}
    is_renewal = invoice["billing_reason"] == "subscription_cycle"
    taxes = invoice.get("total_taxes") or invoice.get("total_tax_amounts") or []
    amounts = {
        "total": invoice["total"],
        "tax": sum(tax["amount"] for tax in taxes),
        "shipping": 0,
    }
    transaction_id = (None if is_renewal else _given(own)) or invoice["id"]
    metadata = own or SIGN_UPS.get(details["subscription"], {})
    return Order(transaction_id, invoice["currency"], amounts, metadata, is_renewal=is_renewal)


def _given(metadata: Mapping[str, str]) -> str | None:
    return metadata.get("ga_transaction_id") or metadata.get("order_id")
