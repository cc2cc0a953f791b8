"""What the stand-in makes of an event: a key to remember it by, and what to tell GA4."""

from collections.abc import Collection, Mapping
from typing import Any

from tests.tools.stand_in.payloads import Order, purchase, refund

Fact = tuple[str, dict[str, Any]]

ORDERS: dict[str, Order] = {}
INVOICES: dict[str, str] = {}
SIGN_UPS: dict[str, Mapping[str, str]] = {}
STARTS: dict[str, str] = {}
TRIALS: set[str] = set()
BEFORE: dict[str, int] = {}
ACCEPTED: dict[str, int] = {}


class EarlyError(Exception):
    """A refund came before its purchase."""


def understand(event: dict[str, Any], flaws: Collection[str]) -> Fact | None:
    """Return what an event means; None for nothing."""
    name, subject = event["type"], event["data"]["object"]
    if name == "checkout.session.completed" and subject["mode"] == "subscription":
        SIGN_UPS[subject["subscription"]] = subject["metadata"]
        if subject["payment_status"] == "no_payment_required":
            TRIALS.add(subject["subscription"])
    if name == "invoice_payment.paid":
        INVOICES[subject["payment"]["payment_intent"]] = subject["invoice"]
    if (order := _sold(name, subject, flaws)) is not None:
        references = (subject["id"], subject.get("payment_intent"))
        return _purchase(order, flaws, *filter(None, references))
    if (amount := _returned(name, subject, flaws)) is not None:
        return _refund(subject, amount, flaws)
    return None


def _sold(name: str, subject: dict[str, Any], flaws: Collection[str]) -> Order | None:
    if name.startswith("checkout.session."):
        is_money = subject["mode"] == "payment" and subject["payment_status"] == "paid"
        return _of_session(subject) if is_money else None
    if name == "invoice.paid":
        is_money = subject["billing_reason"] != "manual" and subject["total"]
        return _of_invoice(subject) if is_money else None
    if name == "payment_intent.succeeded" and "greedy" in flaws:
        amounts = {"total": subject["amount"], "tax": 0, "shipping": 0}
        return Order(subject["id"], subject["currency"], amounts, {})
    return None


def _returned(name: str, subject: dict[str, Any], flaws: Collection[str]) -> int | None:
    match name, subject:
        case (
            ("refund.created" | "refund.updated"),
            {"status": "succeeded", "amount": int(amount)},
        ):
            return amount
        case "charge.dispute.closed", {"status": "lost", "amount": int(amount)}:
            return amount
        case "charge.refunded", {"amount_refunded": int(amount)} if "echoing" in flaws:
            return amount
    return None


def _purchase(order: Order, flaws: Collection[str], *references: str) -> Fact:
    for reference in references:
        ORDERS.setdefault(reference, order)
    return f"purchase {order.transaction_id}", purchase(order, flaws)


def _refund(subject: dict[str, Any], amount: int, flaws: Collection[str]) -> Fact:
    refund_id, intent = subject["id"], subject["payment_intent"]
    order = ORDERS.get(intent) or ORDERS.get(INVOICES.get(intent, ""))
    if order is None and "hasty" not in flaws:
        raise EarlyError
    if order is None:
        amounts = {"total": amount, "tax": 0, "shipping": 0}
        order = Order(intent, subject["currency"], amounts, {})
    if refund_id not in BEFORE:
        BEFORE[refund_id] = ACCEPTED.get(order.transaction_id, 0)
        ACCEPTED[order.transaction_id] = BEFORE[refund_id] + amount
    return f"refund {refund_id}", refund(order, BEFORE[refund_id], amount, flaws)


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
    goes_on = invoice["billing_reason"] == "subscription_cycle"
    subscription = details["subscription"]
    is_first = STARTS.setdefault(subscription, invoice["id"]) == invoice["id"]
    is_renewal = goes_on and not (subscription in TRIALS and is_first)
    taxes = invoice.get("total_taxes") or invoice.get("total_tax_amounts") or []
    amounts = {
        "total": invoice["total"],
        "tax": sum(tax["amount"] for tax in taxes),
        "shipping": 0,
    }
    transaction_id = (None if goes_on else _given(own)) or invoice["id"]
    metadata = own or SIGN_UPS.get(details["subscription"], {})
    return Order(transaction_id, invoice["currency"], amounts, metadata, is_renewal, goes_on)


def _given(metadata: Mapping[str, str]) -> str | None:
    return metadata.get("ga_transaction_id") or metadata.get("order_id")
