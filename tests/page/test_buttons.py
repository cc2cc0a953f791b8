"""Buttons send real deliveries, let GA4 misbehave and forget."""

import pytest
from playwright.sync_api import expect

from tests.page.conftest import Screen, Shop
from tests.support import loopback


@pytest.mark.parametrize(
    ("button", "rows"), [("Purchase", 1), ("Refund", 2), ("Renewal", 1), ("Lead", 1)]
)
def test_a_button_sends_a_test_event(screen: Screen, button: str, rows: int) -> None:
    """A refund with its purchase before it; each is a row, and what became of it is said."""
    screen.page.get_by_role("button", name=button).click()

    expect(screen.page.get_by_role("status").filter(has_text="delivered")).to_be_visible()
    expect(screen.row("delivered")).to_have_count(rows)


def test_the_same_is_sent_again(screen: Screen, shop: Shop) -> None:
    """What this page sent: it is a duplicate. Of anything else nobody has the bytes."""
    screen.page.get_by_role("button", name="Purchase").click()
    screen.opened(screen.row("delivered"))
    screen.detail.get_by_role("button", name="Send again").click()
    expect(screen.row("duplicate")).to_have_count(1)
    shop.pays("ORD-mine")

    screen.opened(screen.row("ORD-mine"))

    expect(screen.detail.get_by_role("button", name="Send again")).to_have_count(0)


def test_ga4_misbehaves_on_request(screen: Screen, shop: Shop) -> None:
    """Until the button resets it; a fault that another program set shows too."""
    choice = screen.page.get_by_label("GA4", exact=True)
    choice.select_option("refuses all with 503")
    screen.page.get_by_role("button", name="Purchase").click()
    expect(screen.row("unavailable")).to_contain_text("GA4")
    choice.select_option("answers well")
    screen.page.get_by_role("button", name="Lead").click()
    expect(screen.row("delivered")).to_have_count(1)

    loopback.post(f"{shop.collector}/faults", json={"status": 500, "every": 7})

    choice.blur()
    expect(choice).to_have_value("other")


def test_all_is_forgotten(screen: Screen, shop: Shop) -> None:
    """Here and at the collector; what comes next is the first."""
    shop.pays("ORD-old")
    expect(screen.rows).to_have_count(1)
    screen.page.get_by_role("button", name="Forget all").click()

    expect(screen.rows).to_have_count(0)
    expect(screen.page.locator("#money")).to_contain_text("No money")
    assert loopback.get(f"{shop.collector}/events").json() == []
    shop.pays("ORD-new")
    expect(screen.row("ORD-new")).to_have_count(1)
