"""A local stack as `connectors serve` runs it, and a person before its page."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import aiohttp
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, ViewportSize

from tests.functions import stripe_events
from tests.support import loopback
from tests.support.chromium import chromium, chromium_path
from tests.support.local_stack import ServedStack, served
from tools.traffic.request import Request
from tools.trigger.deliveries import USUAL, Delivery, Terms, deliveries_of
from tools.trigger.post import Answer, post, sign
from tools.trigger.target import stack_at

__all__ = ["chromium", "chromium_path"]

WIDE: Final[ViewportSize] = {"width": 1440, "height": 900}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
_AT_ONCE = 10


class Shop:
    """Sends the stack what providers and shops would.

    Attributes:
        collector: Where the page is.
    """

    def __init__(self, stack: ServedStack) -> None:
        self.collector: str = stack.line["collector"]
        self._thread = ThreadPoolExecutor(1)  # Playwright has the loop of the test's own

    def close(self) -> None:
        """Let go of the thread."""
        self._thread.shutdown()

    def sends(self, name: str, terms: Terms = USUAL, *, times: int = 1) -> str:
        """Send what a name stands for, each delivery so many times; return the order's text."""
        order = f"{time.time_ns() // 1000 % 10**10:010}"
        made = deliveries_of(name, terms, now=int(time.time()), new_order=lambda: order)
        for delivery in made:
            for _ in range(times):
                self.posts(delivery)
        return order

    def pays(self, order: str) -> None:
        """Send a paid Checkout session of an order with any id."""
        self.posts(stripe(stripe_events.paid(order)))

    def posts(self, *deliveries: Delivery, forged: bool = False) -> list[Answer]:
        """Post deliveries, some at once; forged ones are not what was signed."""
        return self._thread.submit(asyncio.run, self._post(deliveries, forged=forged)).result()

    async def _post(self, deliveries: tuple[Delivery, ...], *, forged: bool) -> list[Answer]:
        places = asyncio.Semaphore(_AT_ONCE)
        async with aiohttp.ClientSession() as client:
            target = await stack_at(client, self.collector)

            async def one(delivery: Delivery) -> Answer:
                signed = await sign(delivery, target, now=int(time.time()))
                body = signed.request.body + b" " * forged
                request = Request(signed.request.sender, body, signed.request.headers)
                async with places:
                    return await post(client, type(signed)(signed.name, signed.url, request))

            return await asyncio.gather(*map(one, deliveries))


def stripe(body: bytes) -> Delivery:
    """Return a delivery of Stripe's."""
    return Delivery("stripe", "payment_webhook", Request("stripe", body))


class Screen:
    """The page in a browser's tab, and what a person finds there.

    Attributes:
        page: The tab.
        complaints: What the browser complained of: errors, and what the policy forbade.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.complaints: list[str] = []
        page.on("pageerror", self._threw)
        page.on("console", self._said)
        page.on("dialog", lambda _: self.complaints.append("a dialog"))

    def _threw(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def opens(self, fragment: str = "") -> None:
        """Open the page, before all others: a page behind others draws nothing and has no focus."""
        self.page.bring_to_front()
        self.page.goto(f"{self.url}/{fragment}")
        self.page.get_by_text("live", exact=True).wait_for()

    @property
    def rows(self) -> Locator:
        """The deliveries in the document."""
        return self.page.get_by_role("row")

    def row(self, *texts: str) -> Locator:
        """The rows that hold all of these texts."""
        found = self.rows
        for text in texts:
            found = found.filter(has_text=text)
        return found

    @property
    def detail(self) -> Locator:
        """The whole way of the delivery that is open."""
        return self.page.get_by_role("complementary")

    def opened(self, row: Locator) -> Locator:
        """Open a row; return its whole way, once all of it is there."""
        row.click()
        self.detail.get_by_role("heading", name="Answer").wait_for()
        return self.detail

    def step(self, title: str) -> Locator:
        """One step of the whole way."""
        heading = self.page.get_by_role("heading", name=title, exact=True)
        return self.detail.get_by_role("listitem").filter(has=heading)


@pytest.fixture(scope="package")
def stack() -> Iterator[ServedStack]:
    """A whole stack."""
    with served() as running:
        yield running


@pytest.fixture
def shop(stack: ServedStack) -> Iterator[Shop]:
    """A shop, of which the stack has heard nothing yet and whose GA4 answers well."""
    loopback.delete(f"{stack.line['collector']}/events")
    loopback.post(f"{stack.line['collector']}/faults", content="{}")
    found = Shop(stack)
    yield found
    found.close()


@pytest.fixture
def screen(chromium: Browser, shop: Shop) -> Iterator[Screen]:
    """The page on a wide screen; nothing may have been wrong with it at the end."""
    with chromium.new_context(viewport=WIDE) as context:
        found = Screen(context.new_page(), shop.collector)
        found.opens()
        yield found
        assert found.complaints == []
