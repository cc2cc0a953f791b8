"""The report as one page of HTML: no script, no other file, no other host."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tools.report.amounts import amount, share
from tools.report.comparisons import Comparison
from tools.report.days import span_of
from tools.report.event_sections import event_sections
from tools.report.figures import Figures
from tools.report.finding_sections import comparison_sections, fix_section, reason_section
from tools.report.html import escaped
from tools.report.money_sections import money_sections
from tools.report.problems import Problem

_STYLE: Final = Path(__file__).with_name("page.css")
_TILES: Final = 3


def page(figures: Figures, comparisons: Sequence[Comparison], found: Sequence[Problem]) -> str:
    """Return the report as a document.

    Args:
        figures: What the ledger says.
        comparisons: What others say.
        found: What needs fixing.
    """
    reasons = reason_section(figures)
    sections = (
        *money_sections(figures),
        *event_sections(figures),
        *comparison_sections(comparisons),
        fix_section(found),
        *([reasons] if reasons else []),
    )
    return "".join(
        (
            _head(figures),
            _header(figures),
            _tiles(figures, found),
            '<div class="sections">',
            *(section.html() for section in sections),
            "</div>",
            _footer(figures),
            "</main></body></html>\n",
        )
    )


def _head(figures: Figures) -> str:
    title = f"Payments in Google Analytics, {span_of(figures.days)}"
    # Whatever stood in the ledger: nothing is loaded, and nothing runs.
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        '<meta name="robots" content="noindex">'
        f'<title>{escaped(title)}</title><link rel="icon" href="data:,">'
        f"<style>{_STYLE.read_text(encoding='utf-8')}</style></head><body><main>"
    )


def _header(figures: Figures) -> str:
    return (
        f"<header><h1>Payments in Google Analytics</h1><p>{escaped(span_of(figures.days))}. Days "
        "begin at midnight UTC. An event counts on the day these connectors first heard of "
        "it.</p></header>"
    )


def _tiles(figures: Figures, found: Sequence[Problem]) -> str:
    tiles = [
        _tile(
            f"Net revenue, {currency}",
            amount(total.net, currency),
            f"purchases {amount(total.purchases.value, currency)}, refunds "
            f"{amount(total.refunds.value, currency)}",
        )
        for currency, total in list(figures.money.items())[:_TILES]
    ]
    attribution, consent = figures.attribution, figures.consent
    wrong = sum(each.events for each in found if each.fix.is_problem)
    tiles += [
        _tile(
            "Delivered",
            share(figures.states["delivered"], figures.events),
            f"{figures.states['delivered']:,} of {figures.events:,} events",
        ),
        _tile(
            "In the buyer's visit",
            share(attribution["session"], attribution.total()),
            f"{attribution['session']:,} of {attribution.total():,} events that were sent",
        ),
        _tile(
            "Consent granted",
            share(consent["granted"], consent.total()),
            f"{consent['denied']:,} denied, and not sent",
        ),
        _tile("To look at", f"{wrong:,}", '<a href="#fix">findings, each with its fix</a>'),
    ]
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _tile(title: str, number: str, more: str) -> str:
    """Return a tile: title and number are texts, what stands below is HTML."""
    return (
        f'<div class="tile"><h2>{escaped(title)}</h2><p class="big">{escaped(number)}</p>'
        f"<p>{more}</p></div>"
    )


def _footer(figures: Figures) -> str:
    streams = ", ".join(
        f"{name} ({count:,} events)" for name, count in figures.streams.most_common(10)
    )
    several = (
        " Several streams share this ledger, and all of them are added up here; --measurement-id "
        "reports one of them."
        if len(figures.streams) > 1
        else ""
    )
    old = (
        f"The ledger forgets an event {figures.remembered.days} days after its last change, so the "
        "earliest days are not complete."
        if figures.now - figures.days.since > figures.remembered
        else ""
    )
    return (
        f"<footer><p>Made {figures.now:%Y-%m-%d %H:%M} UTC by connectors report from the ledger of "
        f"{escaped(streams)}.{escaped(several)}{escaped(old)} The ledger has what these connectors "
        "sent, and what GA4 answered. It has no names, no addresses and no baskets.</p></footer>"
    )
