"""The page of a stack that sends by the Data Manager API."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.page.conftest import WIDE, Screen, Shop
from tests.support import loopback
from tests.support.local_stack import ServedStack, served
from tools.trigger.deliveries import Terms


@pytest.fixture(scope="module")
def stack() -> Iterator[ServedStack]:
    """A whole stack, which asks Google at once what became of events."""
    with served("--sink", "data_manager", EVENT_STATUS_AFTER_SECONDS="0") as running:
        yield running


@pytest.fixture
def screen(chromium: Browser, shop: Shop) -> Iterator[Screen]:
    """The page on a wide screen; nothing may have been wrong with it at the end."""
    with chromium.new_context(viewport=WIDE) as context:
        found = Screen(context.new_page(), shop.collector)
        found.opens()
        yield found
        assert found.complaints == []


def test_an_event_is_read_as_easily(screen: Screen, shop: Shop) -> None:
    """Client, session and money stand beside the document; the ledger waits for Google's word."""
    shop.sends("stripe.checkout", Terms(client_id="1170316824.1700000000"))
    screen.opened(screen.row("delivered"))

    expect(screen.step("Context")).to_contain_text("1170316824.1700000000")
    request = screen.step("GA4 request")
    for text in ("/v1/events:ingest", "1170316824.1700000000", "session id", "18.00 EUR"):
        expect(request).to_contain_text(text)
    expect(request.locator("pre")).to_contain_text('"eventName": "purchase"')
    expect(screen.step("Verdict")).to_contain_text("ok")
    expect(screen.step("Ledger")).to_contain_text("accepted")
    expect(screen.step("Ledger")).to_contain_text("event 1 of 1")


def test_what_google_failed_is_rejected(screen: Screen, shop: Shop, stack: ServedStack) -> None:
    """Once its status is known, under Google's own name for the reason."""
    outcome = {"error": "PROCESSING_ERROR_REASON_INVALID_EVENT"}
    loopback.post(f"{shop.collector}/data-manager/outcomes", json=outcome).raise_for_status()
    shop.sends("stripe.checkout")
    loopback.post(stack.line["functions"]["event_status"], timeout=30).raise_for_status()
    loopback.delete(f"{shop.collector}/data-manager/outcomes")
    screen.opened(screen.row("stripe", "delivered"))

    expect(screen.step("Ledger")).to_contain_text("rejected")
    expect(screen.step("Ledger")).to_contain_text("PROCESSING_ERROR_REASON_INVALID_EVENT")
    expect(screen.row("event_status")).to_contain_text("settled")
