"""What an open page is sent: the newest rows, what changes, and never more than it can show."""

import asyncio
import json
from typing import TYPE_CHECKING, Any

from tests.support.loop import in_a_loop
from tests.tools.page.lines import AT, delivered
from tools.page.journal import Journal
from tools.page.stream import MOST_SHOWN, Stream, Wanted

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


class Reader:
    """Reads a stream as a page does.

    Attributes:
        rows: The rows that the page shows, by id.
        totals: The newest sums.
        messages: What the page is sent.
    """

    def __init__(self, journal: Journal, **wanted: str) -> None:
        self.rows: dict[str, Any] = {}
        self.totals: dict[str, Any] = {}
        stream = Stream(journal, Wanted(**wanted), lambda: {"fault": None})
        self.messages: AsyncGenerator[bytes, None] = stream.messages()

    async def read(self, event: str = "rows") -> dict[str, Any]:
        """Read to the next message of a kind; apply it and return it."""
        while True:
            message = await asyncio.wait_for(anext(self.messages), 5)
            kind, _, data = message.decode().partition("\n")
            document: dict[str, Any] = json.loads(data.removeprefix("data: "))
            if kind == "event: totals":
                self.totals = document
            else:
                self._apply(document)
            if kind == f"event: {event}":
                return document

    def _apply(self, document: dict[str, Any]) -> None:
        if document["all"]:
            self.rows = {}
        for name in document["gone"]:
            self.rows.pop(name, None)
        self.rows |= {row["id"]: row for row in document["rows"]}


@in_a_loop
async def test_a_page_is_sent_the_newest_rows_and_then_what_changes() -> None:
    """Oldest first, so that each new one goes on top."""
    journal = Journal(follows=True)
    for number in range(MOST_SHOWN + 10):
        journal.heard(delivered(f"ORD-{number}"), AT)
    page = Reader(journal)

    first = await page.read()
    assert first["all"]
    assert [row["order"] for row in first["rows"]][::499] == ["ORD-10", "ORD-509"]
    await page.read("totals")
    assert (page.totals["kept"], page.totals["matching"]) == (510, 510)
    journal.heard(delivered("ORD-new"), AT)

    second = await page.read()
    assert [row["order"] for row in second["rows"]] == ["ORD-new"]
    assert not second["all"]


@in_a_loop
async def test_a_page_that_looks_for_something_is_sent_nothing_else() -> None:
    """It covers all that is kept, and shows how many match; a row that matches no more goes."""
    journal = Journal(follows=True)
    waiting = delivered("ORD-1", delivery="d", outcome="")
    journal.heard(waiting[:1], AT)
    for number in range(2 * MOST_SHOWN):
        journal.heard(delivered(f"ORD-{number}-b"), AT)
    page = Reader(journal, outcome="", order="ord-1", provider="stripe")
    only_open = Reader(journal, outcome="withheld")
    await page.read()
    await only_open.read("totals")
    assert all(row["order"].startswith("ORD-1") for row in page.rows.values())
    await page.read("totals")
    assert page.totals["matching"] == len(page.rows) == 1 + 1 + 10 + 100
    journal.heard(delivered("ORD-2", delivery="w", outcome="withheld"), AT)
    await only_open.read()
    assert list(only_open.rows) == ["w"]

    journal.heard(delivered("ORD-2", delivery="w", outcome="delivered"), AT)

    assert (await only_open.read())["gone"] == ["w"]
    assert only_open.rows == {}


@in_a_loop
async def test_a_storm_is_a_few_messages() -> None:
    """Of ten thousand deliveries a page is sent what it can show."""
    journal = Journal(follows=True)
    page = Reader(journal)
    await page.read()
    for number in range(10_000):
        journal.heard(delivered(f"ORD-{number}"), AT)

    message = await page.read()

    assert len(message["rows"]) == MOST_SHOWN
    assert message["rows"][-1]["order"] == "ORD-9999"


@in_a_loop
async def test_a_page_too_slow_for_what_comes_begins_again() -> None:
    """Nothing piles up for it."""
    journal = Journal(follows=True, most=50)
    page = Reader(journal)
    await page.read()
    for number in range(120):
        journal.heard(delivered(f"ORD-{number}"), AT)

    message = await page.read()

    assert (message["all"], len(message["rows"])) == (True, 50)


@in_a_loop
async def test_a_page_hears_that_all_is_forgotten() -> None:
    """And a page that is closed hears nothing any more."""
    journal = Journal(follows=True)
    journal.heard(delivered("ORD-1"), AT)
    page = Reader(journal)
    await page.read()
    journal.clear()

    await page.read()
    assert page.rows == {}
    await page.messages.aclose()
    assert journal.watchers == set()
