"""The queries of the monitoring guide, run as they stand on an export of known events."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from tests.support.ga4_export import DATASET, Exported, export
from tests.support.places import ROOT
from tests.support.warehouse import Warehouse

FOLDER: Final = ROOT / "docs" / "guides" / "monitoring"
YESTERDAY: Final = datetime.now(UTC) - timedelta(days=1)
DATE: Final = f"{YESTERDAY:%Y%m%d}"


def purchase(order: object, client: str = "1.2", **params: object) -> Exported:
    """Return a purchase of yesterday's."""
    return Exported("purchase", YESTERDAY, client, {"transaction_id": order, **params})


def ours(order: str, attribution: str, client: str = "1.2", **params: object) -> Exported:
    """Return one that the webhook sent."""
    marks = {"mp_source": "payment_webhook", "mp_attribution": attribution}
    return purchase(order, client, **marks, **params)


ROWS: Final = (
    Exported("page_view", YESTERDAY, "1.2", {"ga_session_id": 170}),
    ours("T-1", "session", ga_session_id="170"),
    ours("T-2", "session", ga_session_id=171),
    ours("T-3", "client"),
    ours("T-4", "generated", "9.9"),
    ours("T-4", "generated", "8.8"),
    purchase("T-1", ga_session_id=170),
    ours("1005", "client"),
    purchase(1005),
    Exported("page_view", YESTERDAY - timedelta(days=30), "1.2", {"mp_source": "old"}),
)


def answer(name: str) -> list[dict[str, Any]]:
    """Return the rows that a query finds."""
    warehouse = Warehouse()
    export(warehouse, ROWS)
    query = (FOLDER / name).read_text(encoding="utf-8").replace("PROJECT.analytics_N", DATASET)
    _, found = warehouse.answer(query, {})
    warehouse.close()
    return [dict(row) for row in found]


def test_attribution_tells_the_shares_of_each_sender() -> None:
    """The tag's own purchase has no part in them."""
    assert answer("attribution.sql") == [
        {
            "event_date": DATE,
            "sender": "payment_webhook",
            "events": 6,
            "in_session": 0.333,
            "of_nobody": 0.333,
        }
    ]


def test_copies_tells_of_two_clients_and_of_the_tag() -> None:
    """The worse one first; a number that was a number is the same order."""
    found = [tuple(row.values()) for row in answer("copies.sql")]

    assert found == [
        ("purchase", "T-4", 2, 0, 2),
        ("purchase", "1005", 1, 1, 1),
        ("purchase", "T-1", 1, 1, 1),
    ]


def test_orphans_tells_of_sessions_no_tag_saw() -> None:
    """A session that was sent as a text is the tag's number."""
    assert answer("orphans.sql") == [
        {"event_date": DATE, "purchases": 6, "without_session": 4, "orphans": 1}
    ]


@pytest.mark.parametrize("query", sorted(path.name for path in FOLDER.glob("*.sql")))
def test_every_query_is_told_of_and_names_the_placeholder(query: str) -> None:
    """Once, in its table's name and its heading."""
    text = (FOLDER / query).read_text(encoding="utf-8")

    assert f"[{query}]({query})" in (FOLDER / "README.md").read_text(encoding="utf-8")
    assert text.count("PROJECT.analytics_N") == 2
