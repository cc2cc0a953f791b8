"""Charts of days as inline SVG: stacked bars over an axis, with a mark where one is wanted.

A chart is drawn twice, for a wide page and for a phone, so that its letters are as large as the
page's own on both. Colours are classes of the page's style.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10
from typing import Final

from tools.report.amounts import short
from tools.report.html import escaped

_WHOLE: Final = ("wide", 1000, 250)
_HALF: Final = ("wide", 470, 220)
_PHONE: Final = ("narrow", 340, 210)
_LETTER: Final = 6.8
_TOP: Final = 14
_BOTTOM: Final = 26
_RIGHT: Final = 10
_TICKS: Final = 4


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a chart.

    Attributes:
        style: Its class.
        name: What it is, for the legend.
        values: One for each day; what is below zero goes down from the axis.
        is_mark: Whether it is a mark across the bars, and no part of them.
    """

    style: str
    name: str
    values: Sequence[float]
    is_mark: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Days, side by side.

    Attributes:
        name: A word for the document's ids; of letters, digits and hyphens.
        title: What it shows.
        description: What a person hears who does not see it.
        days: The days.
        series: What is drawn, from the axis outwards.
        hints: What is said of each day.
        top: The top of the scale; None where the values decide.
        unit: What stands behind the numbers of the scale.
        finest: The least that two lines of the scale are apart: 1 where there are no halves.
    """

    name: str
    title: str
    description: str
    days: Sequence[date]
    series: Sequence[Series]
    hints: Sequence[str]
    top: float | None = None
    unit: str = ""
    finest: float = 1e-6

    def draw(self, *, half: bool = False) -> str:
        """Return the chart for a wide page and for a phone; the style shows one of them.

        Args:
            half: Whether it has half of a wide page.
        """
        return "".join(self._drawn(*size) for size in (_HALF if half else _WHOLE, _PHONE))

    def _drawn(self, size: str, width: int, height: int) -> str:
        low, high = self._range()
        ticks = _ticks(low, high, self.finest)
        labels = [f"{short(tick)}{self.unit}" for tick in ticks]
        left = max(len(label) for label in labels) * _LETTER + 12
        area = _Area(left, width - _RIGHT, _TOP, height - _BOTTOM, min(low, ticks[0]), ticks[-1])
        lines = [self._head(size, width, height)]
        for tick, label in zip(ticks, labels, strict=True):
            y = area.y(tick)
            style = "zero" if tick == 0 else "grid"
            lines.append(
                f'<path class="{style}" d="M{left:.1f} {y:.1f}H{area.right}"/>'
                f'<text x="{left - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{label}</text>'
            )
        lines.extend(self._bars(area))
        lines.extend(self._dates(area, height))
        return "".join((*lines, "</svg>"))

    def _head(self, size: str, width: int, height: int) -> str:
        uid = f"{self.name}-{size}"
        return (
            f'<svg class="chart {size}" viewBox="0 0 {width} {height}" role="img" '
            f'aria-labelledby="{uid}-title" aria-describedby="{uid}-desc">'
            f'<title id="{uid}-title">{escaped(self.title)}</title>'
            f'<desc id="{uid}-desc">{escaped(self.description)}</desc>'
        )

    def _range(self) -> tuple[float, float]:
        highs, lows = [0.0], [0.0]
        for number in range(len(self.days)):
            parts = [each.values[number] for each in self.series if not each.is_mark]
            alone = [each.values[number] for each in self.series if each.is_mark]
            highs.extend((sum(part for part in parts if part > 0), *alone))
            lows.extend((sum(part for part in parts if part < 0), *alone))
        return min(lows), max(highs) if self.top is None else self.top

    def _bars(self, area: "_Area") -> Iterator[str]:
        step = area.step(len(self.days))
        gap = min(step * 0.24, 8)
        for number, hint in enumerate(self.hints):
            x = area.left + number * step
            yield (
                f'<g class="day"><title>{escaped(hint)}</title><rect class="hit" x="{x:.2f}" '
                f'y="{area.top}" width="{step:.2f}" height="{area.bottom - area.top}"/>'
            )
            yield from self._bar(area, number, x + gap / 2, step - gap)
            yield "</g>"

    def _bar(self, area: "_Area", number: int, x: float, width: float) -> Iterator[str]:
        up = down = 0.0
        for series in self.series:
            value = series.values[number]
            if not value:
                continue
            if series.is_mark:
                y = area.y(value)
                yield f'<path class="mark" d="M{x:.2f} {y:.2f}h{width:.2f}"/>'
                continue
            start = up if value > 0 else down
            upper, lower = sorted((area.y(start), area.y(start + value)))
            # A sale beside a day of thousands is still a sale: it is at least a hair.
            tall = max(lower - upper, 0.75)
            yield (
                f'<rect class="{series.style}" x="{x:.2f}" y="{upper:.2f}" width="{width:.2f}" '
                f'height="{tall:.2f}"/>'
            )
            if value > 0:
                up += value
            else:
                down += value

    def _dates(self, area: "_Area", height: int) -> Iterator[str]:
        step = area.step(len(self.days))
        every = max(ceil(9 * _LETTER / step), 1)
        for number in range(0, len(self.days), every):
            x = area.left + (number + 0.5) * step
            text = _short_day(self.days[number])
            # The first and the last stay inside the picture.
            half = len(text) * _LETTER / 2
            x = min(max(x, half), area.right + _RIGHT - half)
            yield f'<text x="{x:.1f}" y="{height - 8}" text-anchor="middle">{text}</text>'


@dataclass(frozen=True, slots=True)
class _Area:
    """Where the bars stand, in the picture's own units."""

    left: float
    right: float
    top: float
    bottom: float
    low: float
    high: float

    def y(self, value: float) -> float:
        """Return where a value is."""
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)

    def step(self, days: int) -> float:
        """Return how wide a day is."""
        return (self.right - self.left) / days


def _ticks(low: float, high: float, finest: float) -> list[float]:
    """Return round numbers from zero to above the highest value, and down towards the lowest."""
    spread = (high - low) or 1.0
    power: float = 10.0 ** floor(log10(spread / _TICKS))
    steps = (each * power for each in (1, 2, 2.5, 5, 10, 20))
    step = max(next(each for each in steps if each * _TICKS >= spread), finest)
    first, last = ceil(low / step - 1e-9), max(ceil(high / step - 1e-9), 1)
    return [round(number * step, 12) for number in range(first, last + 1)]


def _short_day(day: date) -> str:
    return f"{day.day} {day:%b}"
