"""Simulated shops: in any order and with duplicates, GA4 holds what their own books say.

The functions and their stores are the real ones, and so are the signatures.
"""

import json
import random
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from shared.errors import InProgressError, PendingError
from shared.webhooks.delivery import Delivery
from tests.money.playing import requests_of
from tests.properties import simulated_paddle, simulated_shopify
from tests.properties.simulated_books import Simulation, Value
from tests.support.fast_loop import run_fast
from tests.support.posting import SECRETS
from tests.support.shop import Shop
from tools.traffic.request import Json, Request

SEEDS: Final = range(6)
SHOPS: Final[dict[str, tuple[Callable[..., Simulation], Json]]] = {
    "paddle": (simulated_paddle.simulate, simulated_paddle.OPTIONS),
    "shopify": (simulated_shopify.simulate, simulated_shopify.OPTIONS),
}
_ROUNDS: Final = 8


@pytest.mark.parametrize("shuffled", [False, True], ids=["in order", "shuffled, with duplicates"])
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("provider", SHOPS)
def test_ga4_holds_what_the_shop_earned(
    provider: str, seed: int, tmp_path: Path, *, shuffled: bool
) -> None:
    """To the last unit of every currency."""
    simulate, options = SHOPS[provider]
    simulation = simulate(seed)
    shop = Shop(tmp_path, PAYMENT_PROVIDERS=_providers(tmp_path, options))
    shop.write(provider, SECRETS[provider])
    requests = requests_of(simulation.deliveries, now=int(shop.clock.now.timestamp()))
    if shuffled:
        chance = random.Random(seed)  # noqa: S311 - repeatable
        requests += chance.choices(requests, k=len(requests) // 3)
        chance.shuffle(requests)

    waiting = run_fast(_post(shop, requests))

    assert _net(_held(shop)) == _net(simulation.values)
    assert waiting <= 1, "only the refund of what never was a purchase may wait"
    shop.close()


def _providers(folder: Path, options: Json) -> str:
    return json.dumps(
        {name: {"secret": f"file:{folder}/{name}", **found} for name, found in options.items()}
    )


async def _post(shop: Shop, requests: list[Request]) -> int:
    """Post requests until all are settled; return how many are not."""
    waiting = requests
    for _ in range(_ROUNDS):
        waiting = [each for each in waiting if not await _taken(shop, each)]
        shop.clock.advance(1)
    return len(waiting)


async def _taken(shop: Shop, request: Request) -> bool:
    signed = request.signed(SECRETS[request.sender], now=int(shop.clock.now.timestamp()))
    delivery = Delivery(tuple(signed.headers.items()), signed.body)
    try:
        outcomes = await shop.payments.take(shop.settings.providers[request.sender], delivery)
    except (InProgressError, PendingError):
        return False
    return not any(outcome.retry for outcome in outcomes)


def _held(shop: Shop) -> Value:
    values: Value = defaultdict(Decimal)
    for body in shop.ga4.bodies:
        for event in body["events"]:
            values[event["name"], event["params"]["currency"]] += event["params"]["value"]
    return values


def _net(values: Value) -> dict[str, Decimal]:
    """Return what is left by currency: a refund that was reversed is there twice, or never."""
    net: dict[str, Decimal] = defaultdict(Decimal)
    for (event, currency), value in values.items():
        net[currency] += value if event == "purchase" else -value
    return dict(net)
