"""A shop on Shopify: edits, gift cards, store credit, foreign buyers, fees, refunds of each kind.

Amounts are cents of the shop's euros. A foreign buyer pays twice as many dollars.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from tests.properties.simulated_books import Simulation, share
from tools.traffic.request import Json

OPTIONS: Final[Json] = {"shopify": {}}
SHOP: Final = "EUR"
BUYER: Final = "USD"
_RATE: Final = 2
_TAXES: Final = (0, 7, 19)
_KINDS: Final = (
    "plain",
    "plain",
    "foreign",
    "gift card sold",
    "gift card redeemed",
    "store credit",
    "store credit in part",
    "edited before",
    "edited after",
    "unpaid",
    "test",
)


@dataclass(frozen=True)
class _Line:
    """A line of an order, or its shipping: what it cost and how much of that is tax.

    Attributes:
        id: Its id.
        net: Without tax.
        tax: Its tax.
        gift: Whether it sells a gift card.
    """

    id: int
    net: int
    tax: int
    gift: bool = False

    @property
    def gross(self) -> int:
        """With tax."""
        return self.net + self.tax


@dataclass(frozen=True)
class _Sale:
    """An order.

    Attributes:
        id: Its id.
        kind: One of `_KINDS`.
        lines: What was sold.
        shipping: What shipping cost.
        included: Whether prices include tax.
    """

    id: int
    kind: str
    lines: tuple[_Line, ...]
    shipping: _Line
    included: bool

    @property
    def total(self) -> int:
        """What it cost."""
        return sum(line.gross for line in (*self.lines, self.shipping))

    @property
    def tax(self) -> int:
        """All of its tax."""
        return sum(line.tax for line in (*self.lines, self.shipping))

    @property
    def goods(self) -> int:
        """What the goods cost without tax; a gift card's sale is none."""
        return sum(line.net for line in self.lines if not line.gift)

    def price(self, line: _Line) -> int:
        """Return what a line cost as the shop shows it."""
        return line.gross if self.included else line.net


def simulate(seed: int, *, sales: int = 40) -> Simulation:
    """Return the life of a shop.

    Args:
        seed: Which one.
        sales: How many orders it has.
    """
    chance = random.Random(seed)  # noqa: S311 - repeatable
    shop = Simulation()
    for number in range(sales):
        sale = _sale(chance, 10_000 * (seed + 1) + number)
        _sell(chance, shop, sale)
    return shop


def _sale(chance: random.Random, number: int) -> _Sale:
    kind, included, rate = chance.choice(_KINDS), chance.random() < 0.5, chance.choice(_TAXES)
    lines = [_line(chance, 10 * number + at, rate) for at in range(chance.randrange(1, 4))]
    if kind == "gift card sold":
        lines.append(_Line(10 * number + 5, chance.randrange(100, 9_000), 0, gift=True))
    return _Sale(number, kind, tuple(lines), _line(chance, 10 * number + 9, rate), included)


def _line(chance: random.Random, number: int, rate: int) -> _Line:
    net = chance.randrange(1, 20_000)
    return _Line(number, net, net * rate // 100)


def _sell(chance: random.Random, shop: Simulation, sale: _Sale) -> None:
    """Add what Shopify tells of an order and its refunds, and count it."""
    order = _order(sale)
    match sale.kind:
        case "unpaid":
            order["financial_status"] = chance.choice(["pending", "voided", "authorized"])
            shop.deliveries.append(_told("orders/paid", order))
            return
        case "test":
            shop.deliveries.append(_told("orders/paid", {**order, "test": True}))
            return
        case "store credit":
            order["payment_gateway_names"] = ["shopify_store_credit"]
            shop.deliveries.append(_told("orders/paid", order))
            back = _refund(sale, sale.total, gateway="shopify_store_credit")
            shop.deliveries.append(_told("refunds/create", back))
            return
        case "store credit in part":
            _sell_in_part(chance, shop, sale, order)
            return
        case "gift card redeemed":
            order["payment_gateway_names"] = ["gift_card"]
        case "edited before" if len(sale.lines) > 1:
            order, sale = _without_last_line(sale)
        case "edited after":
            extra = _line(chance, 10 * sale.id + 6, 0)
            shop.deliveries.append(_told("orders/paid", order))
            grown = _Sale(sale.id, sale.kind, (*sale.lines, extra), sale.shipping, sale.included)
            order, sale = _order(grown), grown
    shop.deliveries.append(_told("orders/paid", order))
    shop.count("purchase", SHOP, _major(sale.goods))
    shop.deliveries += _given_back(chance, shop, sale)


def _sell_in_part(chance: random.Random, shop: Simulation, sale: _Sale, order: Json) -> None:
    """Sell for a card and store credit: only the card's part counts, and comes back."""
    credit = chance.randrange(1, sale.total)
    paid = sale.total - credit
    order["payment_gateway_names"] = ["shopify_payments", "shopify_store_credit"]
    order["transactions"] = [
        {"kind": "sale", "status": "success", "gateway": gateway, "amount": _text(amount)}
        for gateway, amount in (("shopify_payments", paid), ("shopify_store_credit", credit))
    ]
    shop.deliveries.append(_told("orders/paid", order))
    parts = (share(each, paid, sale.total) for each in (sale.tax, sale.shipping.net))
    value = _major(paid - sum(parts))
    shop.count("purchase", SHOP, value)
    if chance.random() < 0.5:
        shop.deliveries.append(_told("refunds/create", _refund(sale, paid)))
        shop.count("refund", SHOP, value)


def _without_last_line(sale: _Sale) -> tuple[Json, _Sale]:
    """Return an order that lost a line before it was paid, and what was paid."""
    paid = _Sale(sale.id, sale.kind, sale.lines[:-1], sale.shipping, sale.included)
    order = _order(sale)
    order["current_total_price"] = _text(paid.total)
    order["current_subtotal_price"] = _text(sum(paid.price(line) for line in paid.lines))
    order["current_total_tax"] = _text(paid.tax)
    order["line_items"][-1]["current_quantity"] = 0
    return order, paid


def _given_back(chance: random.Random, shop: Simulation, sale: _Sale) -> Iterator[Json]:
    """Yield refunds of an order, and count what they gave back."""
    way = chance.choice(["none", "lines", "lines", "whole", "halves", "store credit", "failed"])
    if sale.kind in ("edited after", "edited before"):
        way = "lines"  # an amount alone is split as the order was first
    if way == "lines":
        yield from _lines_back(chance, shop, sale)
    elif way == "whole":
        yield _told("refunds/create", _refund(sale, sale.total))
        shop.count("refund", SHOP, _major(sale.goods))
    elif way == "halves" and sale.kind == "plain":
        first = chance.randrange(1, sale.total)
        for number, amount in enumerate((first, sale.total - first)):
            yield _told("refunds/create", _refund(sale, amount, number=number))
        shop.count("refund", SHOP, _major(sale.goods))
    elif way == "store credit":
        yield _told("refunds/create", _refund(sale, sale.total, gateway="shopify_store_credit"))
    elif way == "failed":
        yield _told("refunds/create", _refund(sale, sale.total, status="failure"))


def _lines_back(chance: random.Random, shop: Simulation, sale: _Sale) -> Iterator[Json]:
    """Yield a refund for each part of the lines; one with shipping, some less a fee."""
    lines = list(sale.lines)
    chance.shuffle(lines)
    at = chance.randrange(0, len(lines) + 1)
    with_shipping = chance.random() < 0.5
    for number, part in enumerate((lines[:at], lines[at:])):
        if not part:
            continue
        goods = sum(line.net for line in part if not line.gift)
        simple = not any(line.gift for line in part)
        fee = chance.randrange(0, goods) if simple and chance.random() < 0.3 else 0
        shipping = sale.shipping if with_shipping and number == 0 else None
        lists = chance.choice(["old", "new", "both"])
        yield _told("refunds/create", _returned(sale, part, shipping, fee=fee, lists=lists))
        shop.count("refund", SHOP, _major(goods - fee))


def _returned(
    sale: _Sale, lines: Sequence[_Line], shipping: _Line | None, *, fee: int, lists: str
) -> Json:
    total = sum(line.gross for line in lines) + (shipping.gross if shipping else 0) - fee
    refund = _refund(sale, total, number=lines[0].id)
    refund["refund_line_items"] = [
        {
            "quantity": 1,
            "line_item_id": line.id,
            "subtotal_set": _both(sale.price(line)),
            "total_tax_set": _both(line.tax),
            "line_item": {"id": line.id, "sku": f"SKU-{line.id}", "gift_card": line.gift},
        }
        for line in lines
    ]
    if fee:
        told = {"kind": "refund_discrepancy", "amount_set": _both(fee), "tax_amount_set": _both(0)}
        refund["order_adjustments"].append(told)
    if shipping is not None:
        price, tax = sale.price(shipping), shipping.tax
        if lists != "new":
            told = {"amount_set": _both(-price), "tax_amount_set": _both(-tax)}
            refund["order_adjustments"].append({"kind": "shipping_refund", **told})
        if lists != "old":
            told = {"subtotal_amount_set": _both(price), "tax_amount_set": _both(tax)}
            refund["refund_shipping_lines"] = [told]
    return refund


def _refund(sale: _Sale, amount: int, *, number: int = 0, **transaction: Any) -> Json:  # noqa: ANN401 - JSON
    foreign = sale.kind == "foreign"
    moved = {
        "kind": "refund",
        "status": "success",
        "gateway": "shopify_payments",
        "amount": _text(amount * _RATE if foreign else amount),
        "currency": BUYER if foreign else SHOP,
        **transaction,
    }
    return {
        "id": 10**9 * sale.id + number,
        "order_id": sale.id,
        "transactions": [moved],
        "refund_line_items": [],
        "order_adjustments": [],
    }


def _order(sale: _Sale) -> Json:
    shipping = sale.shipping
    order: Json = {
        "id": sale.id,
        "name": "#1001",
        "cart_token": "the same for all",
        "currency": SHOP,
        "financial_status": "paid",
        "processed_at": "<now-5>",
        "taxes_included": sale.included,
        "total_price": _text(sale.total),
        "subtotal_price": _text(sum(sale.price(line) for line in sale.lines)),
        "total_tax": _text(sale.tax),
        "payment_gateway_names": ["shopify_payments"],
        "shipping_lines": [
            {"price": _text(sale.price(shipping)), "tax_lines": [{"price": _text(shipping.tax)}]}
        ],
        "line_items": [
            {
                "id": line.id,
                "sku": f"SKU-{line.id}",
                "price": _text(sale.price(line)),
                "quantity": 1,
                "gift_card": line.gift,
                "tax_lines": [{"price": _text(line.tax)}],
            }
            for line in sale.lines
        ],
    }
    if sale.kind == "foreign":
        order["total_price_set"] = _both(sale.total)
    return order


def _both(cents: int) -> Json:
    return {
        "shop_money": {"amount": _text(cents), "currency_code": SHOP},
        "presentment_money": {"amount": _text(cents * _RATE), "currency_code": BUYER},
    }


def _told(topic: str, body: Json) -> Json:
    return {"provider": "shopify", "topic": topic, "body": body}


def _text(cents: int) -> str:
    return f"{_major(cents):.2f}"


def _major(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
