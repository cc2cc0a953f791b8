"""The sections of a report about money."""

from collections.abc import Iterator
from typing import Final

from shared.domain.conversion import Kind
from tools.report.amounts import NOTHING, amount
from tools.report.chart import Chart, Series
from tools.report.days import day_of
from tools.report.figures import Amount, Figures, Flow
from tools.report.html import details, escaped, legend, table
from tools.report.section import Section

_CHARTS: Final = 4
_HELD: Final = {
    "uncertain": "no clear answer: GA4 may have it",
    "claimed": "being sent",
    "withheld": "kept here, not sent",
    "rejected": "cannot be sent",
    "reversed": "the refund failed before it was sent",
}


def money_sections(figures: Figures) -> Iterator[Section]:
    """Yield a section for each of the currencies that most events are in, and one for the rest."""
    money = figures.money
    last = min(len(money), _CHARTS) - 1
    for number, (currency, total) in enumerate(list(money.items())[:_CHARTS]):
        # The first has the page's width; of the others two stand side by side.
        half = number > 0 and not (number == last and number % 2)
        yield _of_currency(figures, currency, total, number, half=half)
    if not money:
        yield Section(
            "Money by day",
            "<p>GA4 accepted no purchase and no refund on these days.</p>",
            "Other events are counted below.",
        )
    yield from _rest(figures, money)


def _of_currency(
    figures: Figures, currency: str, total: Flow, number: int, *, half: bool
) -> Section:
    flows = [day.money.get(currency, Flow()) for day in figures.by_day]
    hints = [
        f"{day_of(day)}: purchases {amount(flow.purchases.value, currency)}, refunds "
        f"{amount(flow.refunds.value, currency)}, net {amount(flow.net, currency)} {currency}"
        for day, flow in zip(figures.days, flows, strict=True)
    ]
    # Only where a bar ends on the page is a float; every number that is written is exact.
    series = (
        Series("blue", "purchases", [float(flow.purchases.value) for flow in flows]),
        Series("orange", "refunds", [-float(flow.refunds.value) for flow in flows]),
        Series("ink", "net", [float(flow.net) for flow in flows], is_mark=True),
    )
    summary = (
        f"Purchases {amount(total.purchases.value, currency)}, refunds "
        f"{amount(total.refunds.value, currency)}, net {amount(total.net, currency)} {currency}."
    )
    chart = Chart(
        f"money-{number}",
        f"Money by day in {currency}",
        summary,
        list(figures.days),
        series,
        hints,
    )
    rows = [
        (
            day_of(day),
            f"{flow.purchases.events:,}",
            amount(flow.purchases.value, currency),
            f"{flow.refunds.events:,}",
            amount(flow.refunds.value, currency),
            amount(flow.net, currency),
        )
        for day, flow in zip(figures.days, flows, strict=True)
    ]
    head = ("day", "purchases", "amount", "refunds", "amount", "net")
    return Section(
        f"Money by day, {currency}",
        f'<p class="sum">{escaped(summary)}</p>'
        + legend((each.style, each.name) for each in series)
        + chart.draw(half=half)
        + details("The numbers of each day", table(head, rows, numbers=range(1, 6))),
        _ABOUT if number == 0 else f"The same for {currency}. Currencies are never added up.",
        half=half,
    )


def _rest(figures: Figures, money: dict[str, Flow]) -> Iterator[Section]:
    """Yield what the charts do not show: further currencies, what is in no sum, other values."""
    if len(money) > _CHARTS:
        rows = [
            (
                escaped(currency),
                amount(total.purchases.value, currency),
                amount(total.refunds.value, currency),
                amount(total.net, currency),
            )
            for currency, total in list(money.items())[_CHARTS:]
        ]
        yield Section(
            "Other currencies",
            table(("currency", "purchases", "refunds", "net"), rows, numbers=(1, 2, 3)),
            "The same sums for the currencies with fewer events. Currencies are never added up.",
        )
    if figures.held or figures.taken_back or figures.without_amount:
        yield Section("Money that GA4 did not clearly accept", _held(figures), _ABOUT_HELD)
    if figures.other_values:
        rows = [
            (escaped(name), f"{value.events:,}", amount(value.value, currency), escaped(currency))
            for (name, currency), value in sorted(figures.other_values.items())
        ]
        yield Section(
            "Values of other events",
            table(("event", "events", "value", "currency"), rows, numbers=(1, 2)),
            "GA4 counts these values as event value, not as revenue: leads, disputes, or renewals "
            "that have a name of their own.",
        )


_ABOUT: Final = (
    "What GA4 accepted. Bars above the line are purchases, bars below are refunds, and the short "
    "line across a bar is what remains. A refund counts on the day it was heard of, whenever its "
    "purchase was. Amounts are those that were sent: without tax and shipping, unless "
    "`VALUE_BASIS` is gross."
)
_ABOUT_HELD: Final = (
    "These purchases and refunds are in no bar and no sum above. One kind is: a refund that failed "
    "after GA4 had it, because GA4 still counts it."
)


def _held(figures: Figures) -> str:
    kinds: dict[tuple[str, str], list[tuple[str, Amount]]] = {}
    for (currency, state, name), held in sorted(figures.held.items()):
        kinds.setdefault((name, _HELD[state]), []).append((currency, held))
    if figures.taken_back:
        after = (Kind.REFUND.value, "failed after GA4 had it: in the sums above")
        kinds[after] = sorted(figures.taken_back.items())
    rows = [
        (
            escaped(name),
            what,
            f"{sum(each.events for _, each in amounts):,}",
            "<br>".join(
                f"{amount(each.value, currency)} {escaped(currency)}" for currency, each in amounts
            ),
        )
        for (name, what), amounts in kinds.items()
    ]
    if figures.without_amount:
        none = "no usable amount is on record"
        rows.append(("purchase or refund", none, f"{figures.without_amount:,}", NOTHING))
    return table(
        ("event", "what became of it", "events", "amount"), rows, numbers=(2, 3), stacked=True
    )
