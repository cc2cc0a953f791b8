"""A shop with a site, a local stack behind it, and a browser before it."""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from queue import Queue

import pytest
from playwright.sync_api import Browser, Error, Page, Request

from tests.browser.site import Json, Site, webhook
from tests.functions.running import eventually, transaction_of
from tests.support import loopback
from tests.support.child_forks import forked_local_stack
from tests.support.chromium import chromium, chromium_path
from tools.functions import FUNCTIONS
from tools.stack import LocalStack

__all__ = ["chromium", "chromium_path"]

_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")
_SECONDS = 60
_ASKED = tuple(f for f in FUNCTIONS if f.name in ("payment_webhook", "context_capture"))


class GA4:
    """What the local GA4 was sent."""

    def __init__(self, url: str) -> None:
        self._client = loopback.Client(base_url=url, timeout=10, trust_env=False)

    def close(self) -> None:
        """Let go of it."""
        self._client.close()

    def about(self, order: str) -> list[Json]:
        """Return the requests about one order."""
        events: list[Json] = self._client.get("/events").json()
        return [event["body"] for event in events if transaction_of(event) == order]


class Shopper:
    """A visitor of the shop.

    Attributes:
        page: The tab.
        site: The shop.
        thrown: The errors that reached the page.
        requests: What it asked for.
    """

    def __init__(self, page: Page, site: Site) -> None:
        self.page, self.site = page, site
        self.thrown: list[str] = []
        self.requests: list[Request] = []
        page.on("request", self._asked)
        page.on("pageerror", self._threw)

    def leaves(self) -> None:
        """Leave the page, which ends its scripts, and take every cookie along."""
        self.opens("", at="/left")
        self.page.remove_listener("request", self._asked)
        self.page.remove_listener("pageerror", self._threw)
        self.page.context.clear_cookies()

    def _asked(self, request: Request) -> None:
        self.requests.append(request)

    def _threw(self, error: Error) -> None:
        self.thrown.append(str(error))

    def has(self, **cookies: str) -> None:
        """Give the browser cookies of the shop's."""
        self.page.context.add_cookies(
            [
                {"name": name, "value": value, "url": self.site.url}
                for name, value in cookies.items()
            ]
        )

    def opens(self, html: str, *, at: str = "/checkout") -> None:
        """Open a page of the shop that holds `html`."""
        path = at.partition("?")[0]
        self.site.pages[path] = f"<!doctype html><title>Shop</title>{html}"
        self.page.goto(self.site.url + at)

    def orders(self) -> Json:
        """Click on the button; return what was sent with the order."""
        before = len(self.site.orders)
        self.page.click("button")
        eventually(lambda: self.site.orders[before:], "the order arrived")
        return self.site.orders[before].sent

    @property
    def order(self) -> str:
        """The newest order."""
        return self.site.orders[-1].id

    @property
    def answer(self) -> Json:
        """What the webhook answered about it."""
        return self.site.orders[-1].answer


@pytest.fixture(scope="package")
def stack(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """The local stack, in which the shop's site is an origin that may post contexts."""
    environ = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    log = tmp_path_factory.mktemp("stack") / "log"
    with _running({**environ, "CAPTURE_ORIGINS": site.url}, log) as running:
        url = running.functions["payment_webhook"]
        site.pay = webhook(url, running.secret_file("stripe").read_text())
        yield running


@contextmanager
def _running(environ: dict[str, str], log: Path) -> Iterator[LocalStack]:
    """Run a stack beside the test, whose thread is Playwright's."""
    found: Queue[tuple[LocalStack, Callable[[], object]] | BaseException] = Queue()

    async def run() -> None:
        done = asyncio.Event()
        end = partial(asyncio.get_running_loop().call_soon_threadsafe, done.set)
        with log.open("wb") as output:
            async with forked_local_stack(environ, functions=_ASKED, log=output) as running:
                found.put((running, end))
                await done.wait()

    def work() -> None:
        try:
            asyncio.run(run())
        except BaseException as error:  # noqa: BLE001 - raised again by the test's thread
            found.put(error)

    thread = threading.Thread(target=work)
    thread.start()
    started = found.get(timeout=_SECONDS)
    if isinstance(started, BaseException):
        raise started
    running, end = started
    try:
        yield running
    finally:
        end()
        thread.join(_SECONDS)
        assert not thread.is_alive(), "the stack does not end"


@pytest.fixture(scope="package")
def site() -> Iterator[Site]:
    """The shop's web server."""
    found = Site()
    yield found
    found.close()


@pytest.fixture(scope="package")
def ga4(stack: LocalStack) -> Iterator[GA4]:
    """The local GA4."""
    found = GA4(stack.collector)
    yield found
    found.close()


@pytest.fixture(scope="package")
def tab(chromium: Browser) -> Iterator[Page]:
    """The tab of every visitor: a new one takes Chromium three times as long as the test."""
    with chromium.new_context() as context:
        yield context.new_page()


@pytest.fixture
def shopper(tab: Page, site: Site) -> Iterator[Shopper]:
    """A visitor whom the browser does not know."""
    assert tab.context.cookies() == []
    found = Shopper(tab, site)
    yield found
    found.leaves()
