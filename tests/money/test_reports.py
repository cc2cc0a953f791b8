"""Reported faults, each a line of `reports.jsonl`, played at real functions: the money is right.

A line has `kind`, `options` (of `PAYMENT_PROVIDERS`), `environment`, `deliveries` in order,
`expected` (the events GA4 must hold afterwards; only the named fields count) and `why`. A line with
`"order": "counts"` is played in its own order only.
"""

import json
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.functions.running import GA4
from tests.money.playing import play, requests_of, unexplained
from tools.traffic.request import Request

pytestmark = pytest.mark.money

REPORTS: Final = [
    json.loads(line)
    for line in Path(__file__).with_name("reports.jsonl").read_text(encoding="utf-8").splitlines()
]


def _shuffled(requests: list[Request]) -> list[Request]:
    return random.Random(7).sample(requests, len(requests))  # noqa: S311 - a repeatable order


ORDERS: Final[dict[str, Callable[[list[Request]], list[Request]]]] = {
    "reversed": lambda requests: requests[::-1],
    "shuffled": _shuffled,
    "each twice": lambda requests: [request for request in requests for _ in range(2)],
}


@pytest.fixture(scope="module")
def ga4(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GA4]:
    """The local GA4."""
    with GA4(tmp_path_factory.mktemp("ga4")) as process:
        yield process


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report["kind"])
def test_a_report_comes_out_right(report: dict[str, Any], ga4: GA4, tmp_path: Path) -> None:
    """In the order in which it was reported: exactly the expected events."""
    requests = requests_of(report["deliveries"], now=int(time.time()))

    played = play(
        tmp_path, requests, ga4, options=report["options"], environment=report["environment"]
    )

    assert unexplained(played, report["expected"]) == [], report["why"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    "report",
    [report for report in REPORTS if report.get("order") != "counts"],
    ids=lambda report: report["kind"],
)
def test_no_order_of_arrival_changes_the_money(
    report: dict[str, Any], order: str, ga4: GA4, tmp_path: Path
) -> None:
    """The sums by event and currency, when what was answered 409 or 503 comes again."""
    requests = requests_of(report["deliveries"], now=int(time.time()))
    settings = {"options": report["options"], "environment": report["environment"]}

    played = play(tmp_path, ORDERS[order](requests), ga4, **settings)

    wanted: dict[tuple[str, str], int | float] = {}
    for event in report["expected"]:
        key = (event["name"], event["currency"])
        wanted[key] = wanted.get(key, 0) + event["value"]
    assert {key: float(of["value"]) for key, of in played.money.items()} == wanted, report["why"]
