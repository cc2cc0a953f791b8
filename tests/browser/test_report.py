"""The page of `connectors report` in a real browser, with hostile texts in the ledger."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser, Page

from shared.stores.entry import State
from tests.support.builders import NOW
from tests.support.ledger_entries import entry
from tools.report.comparisons import Comparison, Found
from tools.report.days import Days
from tools.report.figures import Figures
from tools.report.page import page as report
from tools.report.problems import problems

HOSTILE: Final = '"></title><img src=//evil.example/x onerror=alert(1)><script>alert(1)</script>'
LONG: Final = "x" * 400
Opened = Callable[..., Page]


def figures(days: int) -> Figures:
    """Return the figures of some days, in five currencies, with everything that can be wrong."""
    found = Figures(
        Days(NOW.date() - timedelta(days=days - 1), NOW.date() + timedelta(days=1)), NOW
    )
    for number in range(days):
        at = NOW - timedelta(days=number)
        for place, currency in enumerate(("EUR", "USD", "JPY", "KWD", HOSTILE)):
            key = f"T-{number}-{place}"
            found.add(entry(key, f"{1234567 * (number + 1)} {currency}", at=at, late_hours=80))
            found.add(entry(f"re_{key}", f"99999 {currency}", name="refund", at=at, attempt=2))
        found.add(entry(f"L-{number}", "5 EUR", name=HOSTILE, attribution="generated", at=at))
        for state in (State.WITHHELD, State.REJECTED, State.UNCERTAIN, State.REVERSED):
            reason = (HOSTILE, LONG)[number % 2]
            found.add(entry(HOSTILE + str(state), state=state, reason=reason, at=at))
    found.add(entry(LONG, state=State.CLAIMED, at=NOW - timedelta(hours=1), stream=HOSTILE))
    return found


def comparison(against: str) -> Comparison:
    """Return a comparison in which everything is hostile."""
    findings = (Found("missing", HOSTILE, LONG, 2, f"{LONG} EUR", HOSTILE),) * 60
    return Comparison(against, HOSTILE, LONG, 120, {"missing": 120, HOSTILE: 1}, findings)


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Opened]:
    """Open the report on some days; the page may load nothing and throw nothing."""
    contexts = []
    heard: list[str] = []

    def open_(width: int, *, days: int = 30, scheme: Literal["light", "dark"] = "light") -> Page:
        found, compared = figures(days), (comparison("export"), comparison(HOSTILE))
        file = tmp_path / "report.html"
        file.write_text(report(found, compared, problems(found, compared)), encoding="utf-8")
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: heard.append(f"asked for {request.url[:40]}"))
        page.on("dialog", lambda dialog: heard.append(f"a dialog: {dialog.message}"))
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.goto(file.as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [each for each in heard if not each.startswith("asked for file:///")] == []


@pytest.mark.parametrize("days", [1, 30, 366])
@pytest.mark.parametrize("width", [320, 390, 760, 1200])
def test_nothing_is_wider_than_the_page(opened: Opened, width: int, days: int) -> None:
    """Whatever stands in the ledger, on a phone too; wide tables scroll by themselves."""
    page = opened(width, days=days)
    page.eval_on_selector_all("details", "all => all.forEach(each => each.open = true)")

    assert page.evaluate("document.documentElement.scrollWidth") == width
    outside = page.eval_on_selector_all(
        "section, .tile, section > *, .tile > *, svg.chart text",
        "(all, width) => all.map(each => each.getBoundingClientRect())"
        ".filter(box => box.width && (box.left < 0 || box.right > width + 0.5)).length",
        width,
    )
    assert outside == 0


def test_no_script_and_no_other_host_is_in_it(opened: Opened) -> None:
    """What is hostile stands there as text."""
    page = opened(1200)

    assert page.locator("script, img, iframe, link[href^=http], [onerror]").count() == 0
    assert page.get_by_text("onerror=alert(1)").first.is_visible()


@pytest.mark.parametrize(("width", "shown"), [(390, "narrow"), (1200, "wide")])
def test_each_chart_is_there_once_with_its_name(opened: Opened, width: int, shown: str) -> None:
    """Drawn for the width, and read out with its title and its sums."""
    page = opened(width)
    charts = page.get_by_role("img")

    assert charts.count() == page.locator(f"svg.chart.{shown}").count() == 9
    money = page.get_by_role("img", name="Money by day in EUR")
    text = money.locator("desc").text_content() or ""
    assert re.match(r"Purchases [\d,.]+, refunds [\d,.]+, net [\d,.]+ EUR\.", text)
    identifiers = page.eval_on_selector_all("[id]", "all => all.map(each => each.id)")
    assert len(identifiers) == len(set(identifiers))


def test_each_section_says_what_its_numbers_mean(opened: Opened) -> None:
    """In at least a sentence."""
    meanings = opened(1200).locator("section").locator(".meaning").all_inner_texts()

    assert len(meanings) == 16
    assert [text for text in meanings if len(text) < 40 or not text.endswith(".")] == []


def test_each_day_says_its_numbers(opened: Opened) -> None:
    """Where a mouse rests on it, without a script."""
    money = opened(1200, days=2).get_by_role("img", name="Money by day in EUR")
    hints = money.locator("g.day title")

    assert hints.first.text_content() == (
        "22 Nov 2026: purchases 2,469,134.00, refunds 99,999.00, net 2,369,135.00 EUR"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("media", ["screen", "print"])
def test_letters_and_bars_stand_out(
    opened: Opened, scheme: Literal["light", "dark"], media: Literal["screen", "print"]
) -> None:
    """Contrast as WCAG asks of letters, 4.5; bars have a key and a table beside their colour."""
    page = opened(1200, scheme=scheme)
    page.emulate_media(media=media, color_scheme=scheme)
    card = page.locator("section").first.evaluate("each => getComputedStyle(each).backgroundColor")

    def contrast(selector: str, style: str) -> float:
        colour = page.locator(selector).first.evaluate(
            "(each, style) => getComputedStyle(each)[style]", style
        )
        light, dark = sorted((luminance(colour), luminance(card)), reverse=True)
        return (light + 0.05) / (dark + 0.05)

    assert contrast("section p", "color") > 10
    assert contrast(".meaning", "color") > 4.5
    assert contrast("svg.chart.wide text", "fill") > 4.5
    for colour in ("blue", "orange", "red", "purple", "green"):
        assert contrast(f"section .{colour}", "fill") > 2.7, colour
    assert contrast("section .grey", "fill") > 2


def luminance(colour: str) -> float:
    """Return how light a colour is, by WCAG 2."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
