"""What the recorded payloads are worth, read from their amounts by a few plain rules.

Nothing of `shared` is used. `python -m tests.money.recorded_rules` writes `recorded.jsonl`, with
which the test compares what real functions send.
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from tests.money.recorded import Recording, recordings

Json = dict[str, Any]
Money = tuple[str, str, Decimal, Decimal, Decimal]
"""Event name, currency, value, tax, shipping."""

TABLE: Final = Path(__file__).with_name("recorded.jsonl")
EVERYTHING: Final = {
    "stripe": {"payment_intents": True, "invoices": True, "charges": True, "disputes": True},
    "paddle": {"disputes": True},
}
OPTIONS: Final[Mapping[str, Mapping[str, Json]]] = {"defaults": {}, "everything": EVERYTHING}
_ACACIA: Final = "2024-10-28"
_OF_SUBSCRIPTIONS: Final = (
    "subscription",
    "subscription_create",
    "subscription_cycle",
    "subscription_threshold",
    "subscription_update",
)


def money_of(recording: Recording, options: Mapping[str, Json]) -> list[Money]:
    """Return what a file is worth under some options; nothing for what waits for its purchase.

    Args:
        recording: The file. No file holds a purchase and its refund.
        options: Of the providers, by name.
    """
    mine = options.get(recording.provider, {})
    rules = {"stripe": _stripe, "paddle": _paddle, "shopify": _shopify}[recording.provider]
    return [money for event in recording.events for money in rules(recording, event, mine)]


def waits(recording: Recording, options: Mapping[str, Json]) -> int:
    """Return how many of a file's payloads are refunds whose purchase never comes.

    Args:
        recording: The file.
        options: Of the providers, by name.
    """
    mine = options.get(recording.provider, {})
    return sum(_is_refund(recording, event, mine) for event in recording.events)


def _is_refund(recording: Recording, event: Json, options: Json) -> bool:
    if recording.provider == "shopify":
        moved = [t for t in event.get("transactions") or [] if t["kind"] == "refund"]
        return recording.topic == "refunds/create" and bool(moved)
    if recording.provider == "paddle":
        data = event["data"]
        actions = ("refund", "chargeback") if options.get("disputes") else ("refund",)
        return (
            event["event_type"] in ("adjustment.created", "adjustment.updated")
            and data["action"] in actions
            and data["status"] == "approved"
            and Decimal(data["totals"]["total"]) > 0
        )
    found, kind = event["data"]["object"], event["type"]
    if kind == "charge.refunded":
        old = (event.get("api_version") or "9")[:10] < _ACACIA
        return old and found.get("captured") is not False
    paid_by = found.get("payment_intent") or found.get("charge")
    return (
        kind in ("refund.created", "refund.updated")
        and found["status"] == "succeeded"
        and bool(paid_by)
    )


def _stripe(_: Recording, event: Json, options: Json) -> Iterator[Money]:
    found = event["data"]["object"]
    match event["type"]:
        case "checkout.session.completed":
            if (found["mode"], found["payment_status"]) == ("payment", "paid"):
                parts = found.get("total_details") or {}
                yield _minor(
                    found,
                    found["amount_total"],
                    parts.get("amount_tax"),
                    parts.get("amount_shipping"),
                )
        case "invoice.paid":
            wanted = options.get("invoices") or found["billing_reason"] in _OF_SUBSCRIPTIONS
            if wanted and found["total"] > 0 and found["amount_paid"] > 0:
                yield _minor(found, found["amount_paid"], found.get("tax"), None)
        case "payment_intent.succeeded":
            alone = found["status"] == "succeeded" and not found.get("invoice")
            if options.get("payment_intents") and alone and found["amount_received"] > 0:
                yield _minor(found, found["amount_received"], None, None)
        case "charge.succeeded" | "charge.captured":
            alone = not found.get("payment_intent") and not found.get("invoice")
            if options.get("charges") and alone and found.get("captured") is not False:
                freed = found["amount_refunded"] if event["type"] == "charge.captured" else 0
                yield _minor(found, found.get("amount_captured") or found["amount"] - freed)


def _minor(found: Json, total: int, tax: int | None = 0, shipping: int | None = 0) -> Money:
    currency = found["currency"].upper()
    unit = Decimal(1) if currency == "JPY" else Decimal("0.01")
    parts = (tax or 0, shipping or 0)
    return ("purchase", currency, (total - sum(parts)) * unit, parts[0] * unit, parts[1] * unit)


def _paddle(_: Recording, event: Json, __: Json) -> Iterator[Money]:
    data = event["data"]
    if event["event_type"] != "transaction.completed" or data["status"] != "completed":
        return
    totals = data["details"]["totals"]
    total, tax = Decimal(totals["grand_total"]), Decimal(totals["tax"])
    if total > 0:
        cents = (total - tax, tax)
        yield ("purchase", data["currency_code"], *(c.scaleb(-2) for c in cents), Decimal(0))


def _shopify(recording: Recording, order: Json, _: Json) -> Iterator[Money]:
    paid = order.get("financial_status") in ("paid", "partially_refunded", "refunded")
    if recording.topic != "orders/paid" or not paid:
        return
    tax = Decimal(order.get("total_tax") or 0)
    shipping = sum((_shipping(line, order) for line in order["shipping_lines"]), Decimal(0))
    total = Decimal(order["total_price"])
    if total > 0:
        yield ("purchase", order["currency"], total - tax - shipping, tax, shipping)


def _shipping(line: Json, order: Json) -> Decimal:
    taxes = sum((Decimal(tax["price"]) for tax in line["tax_lines"]), Decimal(0))
    return Decimal(line["price"]) - (taxes if order["taxes_included"] else 0)


def _row(money: Money) -> list[str]:
    return [*money[:2], *(f"{amount.normalize():f}" for amount in money[2:])]


def rows() -> Iterator[Json]:
    """Yield what every file is worth under each set of options; none that is worth nothing."""
    for name, options in OPTIONS.items():
        for each in recordings():
            money = [_row(found) for found in money_of(each, options)]
            waiting = waits(each, options)
            if money or waiting:
                yield {"options": name, "file": each.name, "money": money, "waits": waiting}


if __name__ == "__main__":
    TABLE.write_text("".join(json.dumps(row) + "\n" for row in rows()), encoding="utf-8")
