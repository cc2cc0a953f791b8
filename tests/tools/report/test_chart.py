"""Charts of a report: their scale, and where bars stand in it."""

import re
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.report.chart import Chart, Series

FIRST = date(2026, 11, 1)
AMOUNTS = st.floats(0, 1e18, allow_nan=False, allow_infinity=False)


def chart(*days: tuple[float, float], finest: float = 1e-6, top: float | None = None) -> ET.Element:
    """Return the chart of days with purchases and refunds, as a wide page shows it."""
    series = (
        Series("blue", "purchases", [bought for bought, _ in days]),
        Series("orange", "refunds", [-back for _, back in days]),
        Series("ink", "net", [bought - back for bought, back in days], is_mark=True),
    )
    dates = [FIRST + timedelta(days=number) for number in range(len(days))]
    hints = ["a & b"] * len(days)
    drawn = Chart("c", "<t>", "d", dates, series, hints, top=top, finest=finest).draw()
    return ET.fromstring(f"<div>{drawn}</div>")[0]  # noqa: S314 - our own


def scale(picture: ET.Element) -> list[str]:
    """Return the labels of the scale, from below."""
    return [text.text or "" for text in picture.iter("text") if text.get("text-anchor") == "end"]


def bars(picture: ET.Element, style: str) -> list[tuple[float, float]]:
    """Return upper and lower end of each bar of a colour."""
    found = [rect for rect in picture.iter("rect") if rect.get("class") == style]
    ends = [(float(rect.get("y", "")), float(rect.get("height", ""))) for rect in found]
    return [(upper, upper + tall) for upper, tall in ends]


@pytest.mark.parametrize(
    ("days", "finest", "labels"),
    [
        ([(100.0, 0.0)], 1e-6, ["0", "25", "50", "75", "100"]),
        ([(12_500.0, 0.0)], 1e-6, ["0", "5k", "10k", "15k"]),
        ([(3e6, 1e6)], 1e-6, ["-1m", "0", "1m", "2m", "3m"]),
        ([(1.0, 0.0)], 1, ["0", "1"]),
        ([(3.0, 0.0)], 1, ["0", "1", "2", "3"]),
        ([(0.0, 0.0)], 1, ["0", "1"]),
        ([(0.005, 0.0)], 1e-6, ["0", "0.002", "0.004", "0.006"]),
        ([(2e9, 0.0)], 1e-6, ["0", "500m", "1bn", "1.5bn", "2bn"]),
    ],
)
def test_a_scale_has_round_numbers(
    days: list[tuple[float, float]], finest: float, labels: list[str]
) -> None:
    """And no halves of what has none."""
    assert scale(chart(*days, finest=finest)) == labels


def test_bars_are_as_long_as_their_values() -> None:
    """Purchases up, refunds down, from the same line."""
    picture = chart((100, 50), (50, 0))
    (whole, half), ((zero, below),) = bars(picture, "blue"), bars(picture, "orange")

    assert whole[1] == half[1] == zero
    assert half[1] - half[0] == pytest.approx((whole[1] - whole[0]) / 2, abs=0.02)
    assert below - zero == pytest.approx(half[1] - half[0], abs=0.02)


def test_few_refunds_take_little_room() -> None:
    """The scale ends below at the lowest bar, and not at the next round number."""
    picture = chart((10_000, 100))

    assert scale(picture) == ["0", "5k", "10k"]
    assert len(bars(picture, "orange")) == 1


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=40))
def test_everything_stands_inside(days: list[tuple[float, float]]) -> None:
    """Whatever the values are; the scale stays short, and its labels differ."""
    picture = chart(*days)
    labels = scale(picture)
    _, _, width, height = map(float, picture.get("viewBox", "").split())

    assert "0" in labels
    assert len(labels) == len(set(labels)) <= 7
    for style in ("blue", "orange"):
        for upper, lower in bars(picture, style):
            assert 0 <= upper <= lower <= height
    for text in picture.iter("text"):
        assert 0 <= float(text.get("x", "")) <= width


def test_names_and_hints_are_text() -> None:
    """For those who hear the chart, and where a mouse rests."""
    picture = chart((1, 0))

    assert [title.text for title in picture.iter("title")] == ["<t>", "a & b"]
    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby") == "c-wide-title"


def test_dates_do_not_run_into_one_another() -> None:
    """Of a year only some are written."""
    picture = chart(*[(1.0, 0.0)] * 366)
    dates = [text for text in picture.iter("text") if text.get("text-anchor") == "middle"]
    places = [float(text.get("x", "")) for text in dates]

    assert all(re.fullmatch(r"\d{1,2} [A-Z][a-z]{2}", text.text or "") for text in dates)
    assert min(later - earlier for earlier, later in pairwise(places)) > 40
