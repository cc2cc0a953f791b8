"""Dark and light, narrow and wide, with the connection lost and back."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.page.conftest import PHONE, WIDE, Screen, Shop
from tests.support.local_stack import block_of_ports, served
from tools.trigger.deliveries import Terms

LEAST_CONTRAST = 4.5
"""What WCAG asks of text of this size (level AA)."""

GROUND = """(element) => {
  for (let node = element; node; node = node.parentElement) {
    const ground = getComputedStyle(node).backgroundColor;
    if (!/, 0\\)$/.test(ground)) return ground;
  }
}"""


def luminance(colour: str) -> float:
    """Return how bright a colour is, from 0 to 1, as WCAG has it."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(element: Locator) -> float:
    """Return the contrast of an element's text."""
    text = luminance(element.evaluate("(element) => getComputedStyle(element).color"))
    ground = luminance(element.evaluate(GROUND))
    return (max(text, ground) + 0.05) / (min(text, ground) + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read(chromium: Browser, shop: Shop, scheme: str) -> None:
    """By day and by night."""
    shop.sends("stripe.refund", times=2)
    shop.sends("stripe.checkout", Terms(is_denied=True))
    shop.sends("stripe.checkout", Terms(has_client=False))
    shop.pays("")
    with chromium.new_context(viewport=WIDE, color_scheme=scheme) as context:  # type: ignore[arg-type]
        screen = Screen(context.new_page(), shop.collector)
        screen.opens()
        screen.opened(screen.row("withheld"))
        page = screen.page
        weak = {
            (element.inner_text(), round(found, 2))
            for element in page.locator(
                "h1, h2, h3, dt, dd, button, select, .quiet, .badge, .word, .reason, .type, small,"
                " .even, .uneven, .at, .order, summary, pre, .columns span, .legend li"
            ).all()
            if element.is_visible() and (found := contrast(element)) < LEAST_CONTRAST
        }
        ground = luminance(page.locator("body").evaluate(GROUND))

    assert weak == set()
    assert (ground < 0.1) == (scheme == "dark")


@pytest.fixture
def phone(chromium: Browser, shop: Shop) -> Iterator[Screen]:
    """The page on a phone."""
    with chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True) as context:
        screen = Screen(context.new_page(), shop.collector)
        screen.opens()
        yield screen
        assert screen.complaints == []


def test_a_phone_shows_the_same(phone: Screen, shop: Shop) -> None:
    """Nothing is wider than it is; a tap opens, the way back closes."""
    order = shop.sends("stripe.checkout")
    row = phone.row(order)
    for text in ("delivered", "18.00 EUR", "session"):
        expect(row.get_by_text(text, exact=True)).to_be_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    for button in phone.page.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 40

    row.tap()
    expect(phone.step("Answer")).to_contain_text("delivered")
    box = phone.detail.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (PHONE["width"], PHONE["height"])
    phone.page.go_back()
    expect(phone.detail).to_be_hidden()


def test_a_stack_that_comes_back_is_found_again(chromium: Browser) -> None:
    """The page says that it is alone, and shows the new stack's deliveries and no others."""
    port = block_of_ports()
    with chromium.new_context(viewport=WIDE) as context:
        with served(port=port) as first:
            url = first.line["collector"]
            screen = Screen(context.new_page(), url)
            screen.opens()
            shop = Shop(first)
            shop.pays("ORD-before")
            expect(screen.row("ORD-before")).to_have_count(1)
            shop.close()
        expect(screen.page.get_by_text("not connected")).to_be_visible()
        expect(screen.row("ORD-before")).to_have_count(1)
        with served(port=port) as second:
            expect(screen.page.get_by_text("live", exact=True)).to_be_visible(timeout=20_000)
            expect(screen.rows).to_have_count(0)
            shop = Shop(second)
            shop.pays("ORD-after")
            expect(screen.row("ORD-after")).to_have_count(1)
            shop.close()
