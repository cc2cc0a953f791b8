"""A thousand deliveries: the document stays small, what is read stays where it is."""

import time
from typing import Final

from playwright.sync_api import expect

from tests.functions import stripe_events
from tests.page.conftest import Screen, Shop, stripe
from tools.page.stream import MOST_SHOWN

MANY: Final = 1_000

MOST_BATCHES_A_SECOND: Final = 12

WATCH: Final = """() => {
  window.most = 0; window.batches = 0; window.drawn = {};
  new MutationObserver((changes) => {
    window.batches += 1;
    window.most = Math.max(window.most, document.querySelectorAll('[role=row]').length);
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      for (const row of node.querySelectorAll?.('[role=row]') ?? []) {
        window.drawn[row.dataset.id] = (window.drawn[row.dataset.id] ?? 0) + 1;
      }
    }
  }).observe(document.getElementById('list'), {childList: true, subtree: true});
}"""
"""Counts what flickers: how often rows are drawn, and how often the document changes."""


def test_a_thousand_deliveries(screen: Screen, shop: Shop) -> None:
    """At most so many rows at any moment; the filter finds what stands there no more.

    Who reads an old row goes on reading: neither the row nor what is open moves.
    """
    page = screen.page
    shop.pays("ORD-first")
    for number in range(30):
        shop.pays(f"ORD-early-{number}")
    expect(screen.rows).to_have_count(31)
    page.evaluate(WATCH)
    screen.opened(screen.row("ORD-early-29"))
    read = screen.row("ORD-early-7")
    read.scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    before = read.bounding_box()
    assert before is not None
    open_text = screen.detail.inner_text()

    started = time.monotonic()
    shop.posts(*(stripe(stripe_events.paid(f"ORD-many-{n}")) for n in range(MANY // 4)))
    expect(screen.row(f"ORD-many-{MANY // 4 - 1}")).to_have_count(1)
    page.wait_for_timeout(300)
    after = read.bounding_box()
    assert after is not None
    assert abs(after["y"] - before["y"]) < 2
    assert screen.detail.inner_text() == open_text
    shop.posts(*(stripe(stripe_events.paid(f"ORD-many-{n}")) for n in range(MANY // 4, MANY)))
    took = time.monotonic() - started

    expect(page.locator("#count")).to_have_text(f"newest {MOST_SHOWN} of {MANY + 31:,} deliveries")
    expect(screen.rows).to_have_count(MOST_SHOWN)
    assert page.evaluate("window.most") <= MOST_SHOWN
    assert page.evaluate("window.batches") < 10 + MOST_BATCHES_A_SECOND * took
    drawn = page.evaluate("Object.values(window.drawn)")
    assert len(drawn) > MOST_SHOWN
    assert set(drawn) == {1}
    expect(screen.row("ORD-first")).to_have_count(0)
    page.get_by_label("Filter by order").fill("ord-FIRST")
    expect(screen.row("ORD-first")).to_have_count(1)
    expect(page.locator("#count")).to_have_text(f"1 of {MANY + 31:,} match")


def test_copies_by_the_hundred_are_one_order(screen: Screen, shop: Shop) -> None:
    """Its newest stay, and another order's row is not lost among them."""
    shop.pays("ORD-other")
    copy = stripe(stripe_events.paid("ORD-copied"))
    shop.posts(copy)

    shop.posts(*[copy] * (MOST_SHOWN + 50))

    expect(screen.rows).to_have_count(MOST_SHOWN)
    expect(screen.page.get_by_role("rowgroup")).to_have_count(1)
    screen.page.get_by_label("Filter by order").fill("other")
    expect(screen.row("ORD-other")).to_have_count(1)
    screen.page.get_by_label("Filter by order").fill("")
    screen.page.get_by_label("Filter by outcome").select_option("delivered")
    expect(screen.rows).to_have_count(2)


def test_a_flood_of_strangers_is_counted(screen: Screen, shop: Shop) -> None:
    """Their log lines are sampled: the page counts what each stands for."""
    forged = stripe(stripe_events.paid("ORD-forged"))
    shop.posts(*[forged] * 120, forged=True)

    outcomes = screen.page.locator("#outcomes")
    expect(outcomes).to_contain_text("120", timeout=15_000)
    expect(screen.row("more alike")).to_have_count(1)
