"""The views of the monitoring guide, run as they stand and held against sums made by hand."""

import os
import re
import subprocess
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.ga4_export import DATASET, Exported, export
from tests.support.places import ROOT
from tests.support.warehouse import Warehouse

FOLDER: Final = ROOT / "docs/guides/monitoring/views"
GUIDE: Final = (ROOT / "docs/guides/monitoring/README.md").read_text(encoding="utf-8")
LOOKER: Final = (ROOT / "docs/guides/looker-studio.md").read_text(encoding="utf-8")
NAMES: Final = sorted(path.stem for path in FOLDER.glob("*.sql"))

SECOND: Final = datetime.combine(datetime.now(UTC).date() - timedelta(days=2), time(12), UTC)
FIRST: Final = SECOND - timedelta(days=1)
ONE, TWO = FIRST.date(), SECOND.date()


def text_of(name: str) -> str:
    """Return a view with its variables filled in."""
    text = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    return text.replace("${EXPORT}", DATASET).replace("${DAYS}", "28")


def answer(name: str, *rows: Exported, intraday: tuple[Exported, ...] = ()) -> list[dict[str, Any]]:
    """Return what a view shows of an export."""
    warehouse = Warehouse()
    export(warehouse, rows)
    export(warehouse, intraday, intraday=True)
    _, found = warehouse.answer(text_of(name), {})
    warehouse.close()
    return [dict(row) for row in found]


def tag(name: str = "purchase", at: datetime = FIRST, **more: Any) -> Exported:  # noqa: ANN401 - a row's
    """Return what the page's tag sends, in its visit."""
    params = {"ga_session_id": 170, **more.pop("params", {})}
    return Exported(name, at, more.pop("client", "1.2"), params, **more)


def server(name: str = "purchase", at: datetime = FIRST, **more: Any) -> Exported:  # noqa: ANN401 - a row's
    """Return what the server sends; GA4 leaves its channel empty."""
    params = {"mp_source": "payment_webhook", **more.pop("params", {})}
    return Exported(name, at, more.pop("client", "1.2"), params, **more)


def money(order: object, value: object, currency: str = "EUR", **more: object) -> dict[str, object]:
    """Return the parameters of an order."""
    return {"transaction_id": order, "value": value, "currency": currency, **more}


SHOP: Final = (
    tag("page_view", channel="Paid Search"),
    # Both sent it, the tag with its tax: one order.
    tag(params=money("T-1", 12), channel="Paid Search"),
    server(params=money("T-1", 10.1, ga_session_id="170")),
    # The tab was closed: its visit knows the channel, as a number or a text.
    server(params=money("T-2", 20.2, ga_session_id="170")),
    # Nobody knew the visit, and it is in dinar.
    server(params=money("T-3", 1.005, "KWD"), client="9.9"),
    # The tag alone sent it, twice.
    tag(params=money(1004, 7), channel="Paid Search"),
    tag(params=money("1004", 7), channel="Paid Search"),
    # Without an order each is one.
    tag(at=SECOND, params={"value": 1, "currency": "EUR"}, channel="Direct"),
    tag(
        at=SECOND + timedelta(seconds=1),
        params=money("(not set)", 2),
        channel="Direct",
        client=None,
    ),
    # What is older is not asked for.
    tag(at=FIRST - timedelta(days=60), params=money("T-0", 1000), channel="Direct"),
)


def test_revenue_is_each_order_once_with_and_without_the_server() -> None:
    """By channel; a currency is never added to another."""
    found = [tuple(row.values()) for row in answer("revenue_by_channel", *SHOP)]

    assert found == [
        (ONE, "(not set)", "KWD", 1, 0, Decimal("1.005"), 0, Decimal("1.005")),
        (ONE, "Paid Search", "EUR", 3, 2, Decimal("39.2"), 19, Decimal("20.2")),
        (TWO, "Direct", "EUR", 2, 2, 3, 3, 0),
    ]


def test_loss_tells_who_reported_each_order() -> None:
    """Orders without an id cannot be compared."""
    found = answer("loss", *SHOP)

    assert [tuple(row.values()) for row in found] == [
        (ONE, "EUR", 3, 1, 1, 1, Decimal("20.2"), 7, 0.3333, 0.3333),
        (ONE, "KWD", 1, 0, 1, 0, Decimal("1.005"), 0, 1.0, 0.0),
    ]


def test_an_order_counts_on_the_day_of_its_first_report() -> None:
    """The server's report of the next day makes no second order."""
    rows = (tag(params=money("T-1", 5)), server(at=SECOND, params=money("T-1", 5)))

    assert [(row["day"], row["both_sent"]) for row in answer("loss", *rows)] == [(ONE, 1)]


def test_a_refund_counts_on_its_own_day() -> None:
    """With its own value, in its own currency; two of one order are two."""
    found = answer(
        "refunds",
        server(params=money("T-1", 100)),
        server(params=money("T-1", 100), client="3.4"),
        server(params=money("T-2", 1200, "JPY")),
        server("refund", SECOND, params=money("T-1", 30.25)),
        server("refund", SECOND + timedelta(seconds=1), params=money("T-1", 9.75)),
        server("refund", SECOND, params=money("T-9", 1, "KWD")),
    )

    assert [tuple(row.values()) for row in found] == [
        (ONE, "EUR", 1, 100, 0, 0, 100, 0, None),
        (ONE, "JPY", 1, 1200, 0, 0, 1200, 0, None),
        (TWO, "EUR", 0, 0, 2, 40, -40, 0, 1.0),
        (TWO, "KWD", 0, 0, 1, 1, -1, 1, None),
    ]


def test_attribution_is_by_event_and_sender() -> None:
    """`joined` are those whose visit the tag saw as well."""
    found = answer(
        "attribution_share",
        tag("page_view"),
        server(params={"mp_attribution": "session", "ga_session_id": "170"}),
        server(params={"mp_attribution": "session", "ga_session_id": 171}),
        server(params={"mp_attribution": "client"}),
        server(params={"mp_attribution": "generated"}, client="8.8"),
        server("refund", params={"mp_attribution": "client"}),
        Exported("generate_lead", FIRST, "1.2", {"mp_source": "offline_event"}),
    )

    assert [tuple(row.values()) for row in found] == [
        (ONE, "generate_lead", "offline_event", 1, 0, 0, 0, 0, 0.0, 0.0),
        (ONE, "purchase", "payment_webhook", 4, 2, 1, 1, 1, 0.5, 0.25),
        (ONE, "refund", "payment_webhook", 1, 0, 1, 0, 0, 0.0, 0.0),
    ]


def test_duplicates_are_merged_or_counted_again() -> None:
    """Of one client GA4 merges purchases; of several, and of refunds, it may count each."""
    found = answer(
        "duplicates",
        server(params=money("T-1", 10)),
        server(params=money("T-1", 10)),
        tag(params=money("T-2", 20)),
        server(params=money("T-2", 20), client=None),
        server(at=SECOND, params=money("T-3", 30)),
        server("refund", params=money("T-1", 4)),
        server("refund", params=money("T-1", 4)),
        server("refund", params=money("T-1", 2)),
        server("refund", SECOND, params=money("T-1", 4)),
    )

    assert [tuple(row.values()) for row in found] == [
        (ONE, "purchase", "EUR", 2, 2, 2, 1, 1, 1, 20),
        (ONE, "refund", "EUR", 2, 1, 1, 0, 0, 1, 4),
        (TWO, "purchase", "EUR", 1, 0, 0, 0, 0, 0, 0),
        (TWO, "refund", "EUR", 1, 0, 0, 0, 0, 0, 0),
    ]


def test_latency_is_by_sender_with_what_was_late() -> None:
    """Nearest ranks, of those whose arrival GA4 exports; the event before is no arrival."""
    seconds = (1, 2, 3, 4, 100)
    timed = [server(offset=second * 1_000_000) for second in seconds]
    late = server(params={"late_hours": 80}, offset=None)
    found = answer("latency", *timed, late, tag(offset=9_000_000))

    assert [tuple(row.values()) for row in found] == [
        (ONE, "payment_webhook", 6, 1, 0.1667, 80, 5, 3.0, 100.0)
    ]


def test_latency_says_nothing_where_ga4_says_nothing() -> None:
    """Zero would be a claim."""
    (found,) = answer("latency", server())

    assert (found["timed"], found["median_seconds"], found["p95_seconds"]) == (0, None, None)


@pytest.mark.parametrize("name", NAMES)
def test_a_day_that_is_not_over_is_left_out(name: str) -> None:
    """Its intraday table stands beside the daily one for a while, with the same events."""
    rows = (server(params=money("T-1", 10)), server("refund", params=money("T-1", 1)))

    assert answer(name, *rows, intraday=rows) == answer(name, *rows)
    assert answer(name, *rows) != []


@pytest.mark.parametrize("name", NAMES)
def test_the_day_is_the_propertys(name: str) -> None:
    """And not UTC's of the stamp."""
    row = server(params=money("T-1", 10), date=f"{TWO:%Y%m%d}")

    assert {found["day"] for found in answer(name, row)} == {TWO}


@pytest.mark.parametrize("name", NAMES)
def test_an_export_without_such_events_shows_nothing(name: str) -> None:
    """And breaks nothing."""
    assert answer(name, tag("page_view")) == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ["ten", 1e300, None])
def test_what_somebody_else_typed_breaks_nothing(name: str, value: object) -> None:
    """A view that fails shows nothing of anything."""
    wild = server(params=money("T-1", value, late_hours="many"))

    (found,) = answer(name, wild)
    assert [amount for amount in found.values() if isinstance(amount, Decimal) and amount] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_view_is_explained(name: str) -> None:
    """In the guide, and each of its columns in the dashboard's."""
    text = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")

    assert set(re.findall(r"\$\{(\w+)\}", text)) == {"EXPORT", "DAYS"}
    assert f"[{name}](views/{name}.sql)" in GUIDE
    columns = answer(name, server(params=money("T-1", 1)))[0].keys()
    assert [column for column in columns if f"`{column}`" not in LOOKER] == []


def test_the_guides_commands_make_each_view(tmp_path: Path) -> None:
    """What they hand to `bq` is the view with its variables filled in."""
    (commands,) = re.findall(r"```sh\n(EXPORT=.*?)```", GUIDE, re.DOTALL)
    bq = tmp_path / "bq"
    bq.write_text('#!/bin/sh\nfor word; do printf "%s\\0" "$word"; done >> "$CALLS"\n')
    bq.chmod(0o755)
    calls = tmp_path / "calls"
    subprocess.run(  # noqa: S603 - the guide's own commands
        ["/bin/bash", "-eu", "-c", commands.replace("my-analytics.analytics_123456", DATASET)],
        cwd=FOLDER,
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "CALLS": str(calls)},
        check=True,
        capture_output=True,
    )
    words = calls.read_text(encoding="utf-8").split("\0")

    for name in NAMES:
        query = text_of(name).rstrip("\n")
        assert query in words
        assert not query.startswith("-"), "bq would take it for an option"
        assert f"--destination_table=my-analytics:ga4_views.{name}" in words


def test_a_date_is_a_date() -> None:
    """So that a dashboard knows it is one."""
    (found,) = answer("loss", tag(params=money("T-1", 1)))

    assert isinstance(found["day"], date)
