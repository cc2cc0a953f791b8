"""The sections of a report about events: what became of them, whose they are, when they came."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from tools.report.amounts import share
from tools.report.chart import Chart, Series
from tools.report.days import day_of
from tools.report.figures import Day, Figures
from tools.report.html import details, escaped, legend, table
from tools.report.section import Section

Words = Mapping[str, tuple[str, str]]
"""The style and the name of each value, from the axis outwards."""

STATES: Final[Words] = {
    "delivered": ("blue", "delivered"),
    "accepted": ("cyan", "taken, and not settled yet"),
    "uncertain": ("orange", "no clear answer"),
    "withheld": ("grey", "withheld"),
    "rejected": ("red", "rejected"),
    "reversed": ("purple", "reversed"),
    "claimed": ("green", "being sent"),
}
ATTRIBUTION: Final[Words] = {
    "session": ("blue", "in the visit"),
    "client": ("green", "the browser only"),
    "generated": ("orange", "nobody known"),
    "none": ("grey", "not on record"),
}
CONSENT: Final[Words] = {
    "granted": ("blue", "granted"),
    "unknown": ("grey", "not asked or not known"),
    "denied": ("red", "denied"),
}


def event_sections(figures: Figures) -> Iterator[Section]:
    """Yield the sections about events."""
    yield Section(
        "What became of the events",
        _stacked(figures, "states", "Events by day", STATES, _states)
        + details("By event", _names(figures)),
        "Every purchase, refund, lead and the like that these connectors heard of. Delivered: GA4 "
        "accepted it. Taken: the Data Manager API has it, and Google has not said yet if GA4 "
        "counts it. No clear answer: it was sent, and nobody knows whether it arrived. Withheld: "
        "kept here, because consent is missing or something is still expected. Rejected: it cannot "
        "be sent as it is. Reversed: a refund that failed.",
    )
    yield Section(
        "How well events are tied to a visit",
        _shares(figures, "attribution", "Attribution by day", ATTRIBUTION, _attribution),
        "Of the events that were sent, without refunds. In the visit: GA4 shows the sale under "
        "the channel that brought the visit. The browser only: GA4 knows the user, not the "
        "visit; so it is for every renewal, since nobody was there. Nobody known: GA4 counts a "
        "new user without a channel. The share in the visit is the one to raise.",
        half=True,
    )
    yield Section(
        "Consent",
        _shares(figures, "consent", "Analytics consent by day", CONSENT, _consent),
        "What was known of the buyer's consent to analytics when each event was decided about. "
        "Denied events are never sent. Events whose consent is not known are sent.",
        half=True,
    )
    yield _late(figures)
    yield _duplicates(figures)


def _states(day: Day) -> Counter[str]:
    return day.states


def _attribution(day: Day) -> Counter[str]:
    return day.attribution


def _consent(day: Day) -> Counter[str]:
    return day.consent


def _stacked(
    figures: Figures, name: str, title: str, words: Words, of: Callable[[Day], Counter[str]]
) -> str:
    """Return a chart of counts with its legend and its numbers."""
    days = [of(day) for day in figures.by_day]
    there = _there(days, words)
    series = [
        Series(words[word][0], words[word][1], [float(day[word]) for day in days]) for word in there
    ]
    hints = [
        f"{day_of(date)}: {_listed(counts, words) or 'no event'}"
        for date, counts in zip(figures.days, days, strict=True)
    ]
    total = sum(days, Counter[str]())
    summary = f"{_listed(total, words) or 'No event'}."
    chart = Chart(name, title, summary, list(figures.days), series, hints, finest=1)
    return _shown(chart, summary, total, half=False) + _numbers(figures, days, there, words)


def _shares(
    figures: Figures, name: str, title: str, words: Words, of: Callable[[Day], Counter[str]]
) -> str:
    """Return a chart of shares with its legend and its numbers."""
    days = [of(day) for day in figures.by_day]
    there = _there(days, words)
    totals = [day.total() for day in days]
    series = [
        Series(
            words[word][0],
            words[word][1],
            [
                100 * day[word] / all_ if all_ else 0.0
                for day, all_ in zip(days, totals, strict=True)
            ],
        )
        for word in there
    ]
    hints = [
        f"{day_of(date)}: {_listed(counts, words, shares=True) or 'no event'}"
        for date, counts in zip(figures.days, days, strict=True)
    ]
    total = sum(days, Counter[str]())
    summary = f"{_listed(total, words, shares=True) or 'No event'}."
    chart = Chart(
        name, title, summary, list(figures.days), series, hints, top=100, unit="%", finest=25
    )
    return _shown(chart, summary, total, half=True) + _numbers(figures, days, there, words)


def _shown(chart: Chart, summary: str, total: Counter[str], *, half: bool) -> str:
    if not total:
        return "<p>There was no such event on these days.</p>"
    return (
        f'<p class="sum">{escaped(summary[:1].upper() + summary[1:])}</p>'
        + legend((each.style, each.name) for each in chart.series)
        + chart.draw(half=half)
    )


def _there(days: Sequence[Counter[str]], words: Words) -> list[str]:
    return [word for word in words if any(day[word] for day in days)]


def _listed(counts: Counter[str], words: Words, *, shares: bool = False) -> str:
    return ", ".join(
        f"{name} {share(counts[word], counts.total()) if shares else format(counts[word], ',')}"
        for word, (_, name) in words.items()
        if counts[word]
    )


def _numbers(
    figures: Figures, days: Sequence[Counter[str]], there: Sequence[str], words: Words
) -> str:
    if not there:
        return ""
    rows = [
        (day_of(date), *(f"{day[word]:,}" for word in there))
        for date, day in zip(figures.days, days, strict=True)
    ]
    head = ("day", *(words[word][1] for word in there))
    return details("The numbers of each day", table(head, rows, numbers=range(1, len(head))))


def _names(figures: Figures) -> str:
    there = [state for state in STATES if any(each[state] for each in figures.names.values())]
    rows = [
        (escaped(name), *(f"{counts[state]:,}" for state in there))
        for name, counts in sorted(
            figures.names.items(), key=lambda each: (-each[1].total(), each[0])
        )
    ]
    head = ("event", *(STATES[state][1] for state in there))
    return table(head, rows, numbers=range(1, len(head)))


def _late(figures: Figures) -> Section:
    summary = f"{figures.late:,} of {figures.sent:,} events that were sent were late"
    if figures.late:
        days, hours = divmod(figures.most_late, 24)
        summary += f". The longest delay was {days} days and {hours} hours"
    return Section(
        "Late and lost",
        _single(figures, "late", f"{summary}.", [day.late for day in figures.by_day]),
        "GA4 takes the time of an event for 72 hours. What comes later is shown on the day it "
        "arrived, outside its visit. What is lost the ledger cannot know: it only knows what "
        "reached it. What was sent without a clear answer may be lost. A comparison with the "
        "provider or with GA4's export finds losses.",
        half=True,
    )


def _duplicates(figures: Figures) -> Section:
    summary = (
        f"{figures.claimed_again:,} of {figures.events:,} events were begun more than once, "
        f"{figures.further_claims:,} further times in all. Each has one entry."
    )
    return Section(
        "Duplicates that were stopped",
        _single(figures, "begun again", summary, [day.further_claims for day in figures.by_day]),
        "A provider delivers the same payment several times, and a failed attempt is repeated. The "
        "ledger counts only attempts that began. It keeps no record of the deliveries that it "
        "answered as duplicates, so the real number is higher. It is in the logs: lines of events "
        "with the outcome duplicate.",
        half=True,
    )


def _single(figures: Figures, name: str, summary: str, counts: Sequence[int]) -> str:
    """Return a sum, and its chart where there is anything to see."""
    shown = f'<p class="sum">{escaped(summary)}</p>'
    if not any(counts):
        return shown
    chart = Chart(
        name.replace(" ", "-"),
        f"Events by day: {name}",
        summary,
        list(figures.days),
        (Series("orange", name, [float(count) for count in counts]),),
        [
            f"{day_of(date)}: {count:,} {name}"
            for date, count in zip(figures.days, counts, strict=True)
        ],
        finest=1,
    )
    rows = [(day_of(date), f"{count:,}") for date, count in zip(figures.days, counts, strict=True)]
    numbers = details("The numbers of each day", table(("day", name), rows, numbers=(1,)))
    return shown + chart.draw(half=True) + numbers
