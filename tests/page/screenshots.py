"""Pictures of the page for the README: `make screenshots`.

They are taken of a real stack, in Chromium, after a few minutes of a shop's traffic.
"""

import random
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests.functions import stripe_events
from tests.page.conftest import Screen, Shop, stripe
from tests.support.chromium import FLAGS, require_chromium
from tests.support.local_stack import served
from tests.support.places import ROOT
from tools.trigger.deliveries import Terms, deliveries_of

_SEED: Final = 5
_SIZE: Final[ViewportSize] = {"width": 1280, "height": 740}
_ORDERS: Final = 60
_KINDS: Final = """
    stripe.checkout stripe.checkout stripe.checkout stripe.subscription shopify.order
    paddle.transaction renewal renewal lead sale
""".split()
_MOST_BYTES: Final = 200_000


def main(folder: Path) -> None:
    """Take the pictures.

    Args:
        folder: Where they go.
    """
    path = require_chromium()
    with served() as stack, sync_playwright() as playwright:
        shop = Shop(stack)
        _trade(shop)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for scheme in ("light", "dark"):
            _take(browser, shop, scheme, folder / f"page-{scheme}.png")
        browser.close()
        shop.close()


def _trade(shop: Shop) -> None:
    """Send what a shop's day brings: the same each time, but for ids and times."""
    chance = random.Random(_SEED)  # noqa: S311 - no secret
    for _ in range(_ORDERS):
        terms = Terms(
            amount=Decimal(chance.randint(8, 240)),
            currency=chance.choice(("EUR", "EUR", "EUR", "USD", "JPY")),
            has_client=chance.random() < 0.85,
        )
        shop.sends(chance.choice(_KINDS), terms, times=chance.choice((1, 1, 1, 1, 2)))
        time.sleep(chance.random() / 4)
    shop.posts(stripe(stripe_events.paid("ORD-forged")), forged=True)
    shop.sends("capture")
    shop.sends("stripe.checkout", Terms(is_denied=True, amount=Decimal(49)))
    customer = {"object": "customer", "id": "cus_1"}
    shop.posts(stripe(stripe_events.event(customer, "customer.created")))
    (*_, refund) = deliveries_of("stripe.refund", Terms(), now=int(time.time()))
    shop.posts(refund)  # before its purchase, so that it has to wait
    shop.sends("stripe.refund", times=2)


def _take(browser: Browser, shop: Shop, scheme: str, path: Path) -> None:
    with browser.new_context(viewport=_SIZE, color_scheme=scheme) as context:  # type: ignore[arg-type]
        screen = Screen(context.new_page(), shop.collector)
        screen.opens()
        screen.opened(screen.row("refund.created", "delivered").first)
        screen.page.mouse.move(0, 0)
        screen.page.wait_for_timeout(1500)
        screen.page.screenshot(path=path)
    size = path.stat().st_size
    if size > _MOST_BYTES:
        sys.exit(f"{path} has {size:,} bytes, and may have {_MOST_BYTES:,}")


if __name__ == "__main__":
    main(ROOT / "docs")
