"""Ids, types and bodies come from strangers: they are text, all of it visible, and never HTML."""

import json
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from tests.page.conftest import WIDE, Screen, Shop
from tests.support import loopback
from tests.tools.collecting import collecting

IMAGE: Final = '<img src=x onerror="window.harmed=1">'
HOSTILE: Final = {
    "a tag": (IMAGE, IMAGE),
    "a script": ("<script>harmed=1</script>", "<script>harmed=1</script>"),
    "quotes": ("\"'`><b>&amp;&#60;", "\"'`><b>&amp;&#60;"),
    "right to left": ("ORD-\u202e100-\u2066x", "ORD-\\u202e100-\\u2066x"),
    "control": ("ORD-\x1b[31m\x07\x9b2J", "ORD-\\u001b[31m\\u0007\\u009b2J"),
    "nothing to see": ("ORD-\u200b\ufeff\u00ad1", "ORD-\\u200b\\ufeff\\u00ad1"),
    "a link": ("javascript:harmed=1", "javascript:harmed=1"),
    "arabic": ("\u0637\u0644\u0628-7", "\u0637\u0644\u0628-7"),
    "beyond the plane": ("ORD-\U0001f600", "ORD-\U0001f600"),
}


@pytest.fixture
def alone(chromium: Browser) -> Iterator[Screen]:
    """The page of a collector alone, to which anybody can send anything."""
    with collecting() as url, chromium.new_context(viewport=WIDE) as context:
        screen = Screen(context.new_page(), url)
        screen.opens()
        yield screen
        assert screen.page.evaluate("window.harmed") is None
        assert screen.page.locator("img, script:not([src]), b b").count() == 0
        assert screen.complaints == []


def sends(screen: Screen, order: str, **params: object) -> None:
    """Send GA4 a purchase of an order."""
    given = {"transaction_id": order, "value": 18, "currency": "EUR", **params}
    body = {"client_id": "1.2", "events": [{"name": "purchase", "params": given}]}
    query = {"measurement_id": "G-TEST000001", "api_secret": "s3cr3t-s3cr3t"}
    loopback.post(f"{screen.url}/mp/collect", params=query, content=json.dumps(body))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_id_is_text(alone: Screen, text: str) -> None:
    """In its row, in what is open, in the document that was sent and in the address."""
    said, visible = HOSTILE[text]
    sends(alone, said, affiliation=said, mp_attribution=said)

    row = alone.rows.first
    expect(row.locator(".order")).to_have_text(visible)
    expect(row).to_contain_text("18.00 EUR")
    row.click()
    expect(alone.detail.get_by_role("heading", level=2)).to_have_text(visible)
    expect(alone.step("GA4 request").locator("pre")).to_contain_text("transaction_id")
    alone.page.get_by_label("Filter by order").fill(said.replace("\x1b", ""))
    alone.page.wait_for_timeout(300)


def test_a_very_long_id_breaks_nothing(alone: Screen) -> None:
    """A row stays as high as any; nothing is wider than the screen, on a phone neither."""
    sends(alone, "x" * 50_000)
    sends(alone, "short")
    expect(alone.rows).to_have_count(2)
    heights = {round(box["height"]) for row in alone.rows.all() if (box := row.bounding_box())}
    assert max(heights) - min(heights) <= 1
    alone.rows.last.click()
    expect(alone.detail).to_contain_text("xxx")

    for width in (1440, 390):
        alone.page.set_viewport_size({"width": width, "height": 844})
        assert alone.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_collector_alone_shows_what_it_has(alone: Screen) -> None:
    """No buttons that send, no money of a shop's; requests are found by their verdict."""
    sends(alone, "ORD-1", mp_attribution="client")
    sends(alone, "ORD-2", items="none")

    expect(alone.page.get_by_text("local GA4 alone")).to_be_visible()
    expect(alone.page.get_by_role("button")).to_have_text(["Forget all"])
    money = alone.page.get_by_role("region", name="Money")
    expect(money).to_contain_text("18.00")
    expect(money).not_to_contain_text("Shop")
    expect(alone.row("ORD-1", "purchase", "advice", "18.00 EUR", "client")).to_have_count(1)
    expect(alone.page.locator("#count")).to_have_text("2 requests")
    alone.page.get_by_label("Filter by outcome").select_option("error")
    expect(alone.rows).to_have_count(1)


def test_bodies_that_are_no_events_are_rows(alone: Screen) -> None:
    """Whatever was sent is shown as it is, with what GA4 would make of it."""
    for body in (b"", b"\xff\x00<b>", b"[" * 3_000, b'{"events": "<b>"}'):
        loopback.post(f"{alone.url}/mp/collect", content=body)

    expect(alone.row("error")).to_have_count(4)
    for row in alone.rows.all():
        row.click()
        expect(alone.step("Verdict")).to_contain_text("GA4 would refuse, drop or misread it.")


@pytest.mark.parametrize("text", [IMAGE, "ORD-\u202e100", "ORD-\x1b[2J"])
def test_a_buyer_s_id_goes_the_whole_way_as_text(screen: Screen, shop: Shop, text: str) -> None:
    """Through a function, its log, the ledger and GA4, and back onto the page."""
    shop.pays(text)
    expect(screen.rows).to_have_count(1)
    screen.rows.first.click()
    expect(screen.detail.get_by_role("heading", name="Answer")).to_be_visible()

    assert screen.page.evaluate("window.harmed") is None
    assert screen.page.locator("img").count() == 0
    assert not {"\x1b", "\u202e"} & set(screen.page.locator("body").inner_text())
