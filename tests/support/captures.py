"""Captures at a shop: its real pipeline over the shop's own store, at the shop's own time."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from shared.delivery.replay import Replay
from shared.handlers.context_capture import ContextCapture
from shared.outcome import Outcome
from shared.settings.context_capture import read_capture_settings
from shared.settings.reader import read_settings
from shared.web.rate_limit import SharedRate
from shared.webhooks.delivery import Delivery
from tests.support.builders import MEASUREMENT_ID
from tests.support.shop import Shop
from tools.traffic.request import signature_headers

ORIGIN: Final = "https://shop.example"
SECRET: Final = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def captures_at(shop: Shop, folder: Path, **settings: str) -> ContextCapture:
    """Return what takes a shop's captures.

    Args:
        shop: Whose.
        folder: Where its secrets are.
        settings: Settings that differ from the usual.
    """
    shop.write("capture", SECRET)
    environment = {
        "GA4_MEASUREMENT_ID": MEASUREMENT_ID,
        "GA4_API_SECRET": f"file:{folder}/ga4",
        "CAPTURE_SECRET": f"file:{folder}/capture",
        "CAPTURE_ORIGINS": ORIGIN,
        "STORE": f"sqlite:{folder}/ledger.sqlite",
        **settings,
    }
    chosen = read_settings(environment, read_capture_settings)
    return ContextCapture(
        settings=chosen,
        secrets=shop.payments.secrets,
        contexts=shop.payments.history.stores.contexts,
        ledger=shop.payments.history.stores.ledger,
        replay=lambda: Replay(shop.payments.sender, shop.payments.history, shop.clock),
        rate=SharedRate(chosen.rate_per_minute, chosen.rate_per_address, shop.clock.monotonic),
        clock=shop.clock,
    )


async def sign(captures: ContextCapture, capture: Mapping[str, Any]) -> list[Outcome]:
    """Capture as the shop's backend does."""
    body = json.dumps(capture).encode()
    now = int(captures.clock().timestamp())
    headers = signature_headers("capture", body, SECRET, now=now)
    return await captures.take(Delivery(tuple(headers.items()), body))


async def browse(captures: ContextCapture, capture: Mapping[str, Any]) -> list[Outcome]:
    """Capture as a page of the shop does."""
    return await captures.take(Delivery((("origin", ORIGIN),), json.dumps(capture).encode()))
