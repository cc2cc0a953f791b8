"""A shop's days with lost, late and repeated webhooks: after a repair, GA4 has what was paid."""

import json
import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from shared.errors import PendingError
from shared.reconciliation.provider.reconcile import ProviderReconciliation, Reconciled
from shared.reconciliation.provider.standing import Status
from shared.reconciliation.span import Span
from tests.support import (
    chargebee_server,
    paddle_json,
    paddle_server,
    shopify_json,
    shopify_server,
)
from tests.support.api_server import Json
from tests.support.builders import NOW
from tests.support.chargebee_server import ChargebeeServer
from tests.support.loop import in_a_loop
from tests.support.paddle_server import PaddleServer
from tests.support.posting import post
from tests.support.shop import Shop
from tests.support.shopify_server import SHOP, ShopifyServer
from tools.changed import replace
from tools.traffic.facts import Facts, Price
from tools.traffic.kinds import KINDS
from tools.traffic.sales import UNKNOWN

SPAN: Final = Span(NOW - timedelta(days=2), NOW)
PAYMENTS: Final = 40


@dataclass
class Days:
    """What happened in a shop, and what of it has to reach GA4.

    Attributes:
        webhooks: Body and headers of every webhook, in order.
        listed: What the provider's API lists: payments, and refunds of their own.
        paid: What GA4 has to come to, by currency: purchases less refunds.
    """

    webhooks: list[tuple[Json, dict[str, str]]] = field(default_factory=list)
    listed: tuple[list[Json], list[Json]] = field(default_factory=lambda: ([], []))
    paid: Counter[str] = field(default_factory=Counter)


def moment(chance: random.Random) -> datetime:
    """Return a time within the span."""
    return SPAN.start + timedelta(seconds=chance.randint(600, 160_000))


def of_shopify(chance: random.Random) -> Days:
    """Return orders, some refunded in whole or in part, some of a test."""
    days = Days()
    for number in range(1, PAYMENTS + 1):
        paid_at = moment(chance)
        goods, tax = (Decimal(chance.randint(100, 90_000)) / 100 for _ in range(2))
        times = {"created_at": paid_at.isoformat(), "processed_at": paid_at.isoformat()}
        test = chance.random() < 0.1
        bought = shopify_json.order(
            id=number,
            checkout_token=f"ck_{number}",
            test=test,
            total_price=str(goods + tax + 5),
            subtotal_price=str(goods),
            total_tax=str(tax),
            shipping_lines=[{"price": "5.00"}],
            line_items=[],
            updated_at=paid_at.isoformat(),
            **times,
        )
        headers = {
            "x-shopify-topic": "orders/paid",
            "x-shopify-event-id": f"ev-{number}",
            "x-shopify-triggered-at": paid_at.isoformat(),
        }
        days.webhooks.append((bought, headers))
        refunds = []
        if chance.random() < 0.3:
            part = goods if chance.random() < 0.5 else (goods / 2).quantize(Decimal("0.01"))
            back = tax if part == goods else Decimal(0)
            made = (paid_at + timedelta(minutes=5)).isoformat()
            refunds.append(
                shopify_json.refund(
                    id=1000 + number,
                    order_id=number,
                    created_at=made,
                    processed_at=made,
                    transactions=[shopify_json.moved(str(part + back), test=test)],
                    refund_line_items=[shopify_json.refund_line(str(part), str(back))],
                )
            )
            topic = {"x-shopify-topic": "refunds/create", "x-shopify-event-id": f"re-{number}"}
            days.webhooks.append((refunds[0], {**headers, **topic}))
            days.paid["EUR"] -= int(part * 100) * (not test)
        days.paid["EUR"] += int(goods * 100) * (not test)
        days.listed[0].append({**bought, "refunds": refunds})
    return days


def of_paddle(chance: random.Random) -> Days:
    """Return transactions in three currencies, some refunded in whole or in part."""
    days = Days()
    for number in range(1, PAYMENTS + 1):
        paid_at = moment(chance)
        goods, tax = chance.randint(100, 90_000), chance.randint(10, 9_000)
        currency = chance.choice(["EUR", "USD", "JPY"])
        bought = paddle_json.transaction(
            id=f"txn_{number:03}",
            invoice_id=f"inv_{number}",
            currency_code=currency,
            details={"totals": paddle_json.totals(goods, 0, tax), "line_items": []},
            payments=[{"status": "captured", "captured_at": paid_at.isoformat()}],
            created_at=paid_at.isoformat(),
            updated_at=paid_at.isoformat(),
        )
        event_ids = {"event_id": f"evt_{number}", "occurred_at": paid_at.isoformat()}
        days.webhooks.append((paddle_json.event(bought, **event_ids), {}))
        days.listed[0].append(bought)
        unit = 100 if currency == "JPY" else 1
        days.paid[currency] += goods * unit
        if chance.random() < 0.3:
            part = goods if chance.random() < 0.5 else goods // 2
            back = tax if part == goods else 0
            made = (paid_at + timedelta(minutes=5)).isoformat()
            refund = paddle_json.adjustment(
                id=f"adj_{number:03}",
                transaction_id=bought["id"],
                currency_code=currency,
                totals={"total": str(part + back), "tax": str(back)},
                created_at=made,
                updated_at=made,
            )
            event_ids = {"event_id": f"evt_re_{number}", "occurred_at": made}
            webhook = paddle_json.event(refund, "adjustment.updated", **event_ids)
            days.webhooks.append((webhook, {}))
            days.listed[1].append(refund)
            days.paid[currency] -= part * unit
    return days


def of_chargebee(chance: random.Random) -> Days:
    """Return payments in three currencies, some refunded: Chargebee lists its webhooks' bodies."""
    days = Days()
    for number in range(1, PAYMENTS + 1):
        currency = chance.choice(["EUR", "USD", "JPY"])
        amount = Decimal(chance.randint(100, 90_000)).scaleb(0 if currency == "JPY" else -2)
        at = int(moment(chance).timestamp())
        facts = Facts(f"k{number}", UNKNOWN, at, Price(amount, currency))
        kinds = ["chargebee.subscription"]
        if chance.random() < 0.3:
            kinds.append("chargebee.refund")
        for later, kind in enumerate(kinds):
            made = KINDS[kind].make(replace(facts, now=at + 300 * later))
            event = json.loads(made.body)
            days.webhooks.append((event, {}))
            days.listed[0].append(event)
        if len(kinds) == 1:  # a refund is of all of it
            days.paid[currency] += int(amount * 100)
    return days


def balance(bodies: Sequence[Any]) -> Counter[str]:
    """Return what GA4 received, by currency: purchases less refunds, in hundredths."""
    found: Counter[str] = Counter()
    for body in bodies:
        for event in body["events"]:
            sign = {"purchase": 1, "refund": -1}[event["name"]]
            params = event["params"]
            found[params["currency"]] += int(sign * params["value"] * 100)
    return found


async def reconciled(shop: Shop, name: str, url: str) -> Reconciled:
    """Compare and repair."""
    return await ProviderReconciliation(shop.payments, name, {name: url}, repair=True).over(SPAN)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", ["chargebee", "paddle", "shopify"])
@in_a_loop
async def test_a_repair_makes_good_what_was_lost_and_nothing_twice(
    name: str, seed: int, tmp_path: Path
) -> None:
    """Half of the webhooks are lost, some come twice, and some come after the repair."""
    chance = random.Random(seed)  # noqa: S311 - a test's
    of = {"chargebee": of_chargebee, "paddle": of_paddle, "shopify": of_shopify}
    days = of[name](chance)
    listed, more = days.listed
    server, key, options = {
        "chargebee": (ChargebeeServer(events=listed, page=7), chargebee_server.KEY, {"site": "s"}),
        "paddle": (PaddleServer(transactions=listed, adjustments=more), paddle_server.KEY, {}),
        "shopify": (ShopifyServer(orders=listed, page=7), shopify_server.TOKEN, {"shop": SHOP}),
    }[name]
    secrets = {"secret": f"file:{tmp_path}/{name}", "api_key": f"file:{tmp_path}/key"}
    entry: Json = {**secrets, **options}
    shop = Shop(tmp_path, PAYMENT_PROVIDERS=json.dumps({name: entry}))
    shop.write("key", key)
    early = [webhook for webhook in days.webhooks if chance.random() < 0.5]
    late = [webhook for webhook in days.webhooks if chance.random() < 0.3]

    for body, headers in (*early, *chance.sample(early, 5)):
        with suppress(PendingError):  # a refund whose purchase was lost: nobody brings it again
            await post(shop, name, body, headers)
    shop.clock.advance(2 * 3600)
    async with server:
        first = await reconciled(shop, name, server.url)
        for body, headers in late:
            await post(shop, name, body, headers)
        second = await reconciled(shop, name, server.url)

    assert balance(shop.ga4.bodies) == days.paid
    assert first.counts[Status.REPAIRED] > 10
    assert set(second.counts) == {Status.DELIVERED}
    assert second.balances
