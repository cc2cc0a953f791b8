"""Every recorded payload, played at real functions: the money is right, file by file.

`recorded.jsonl` holds what each file is worth; `recorded_rules` says how that was read. A file that
does not stand there is worth nothing.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.functions.running import GA4
from tests.money.playing import Played, play
from tests.money.recorded import FILES, Recording, recordings
from tests.money.recorded_rules import OPTIONS, TABLE, rows
from tests.money.test_reports import ORDERS

pytestmark = pytest.mark.money

ROWS: Final[list[dict[str, Any]]] = [
    json.loads(line) for line in TABLE.read_text(encoding="utf-8").splitlines()
]
PARTS: Final = ("value", "tax", "shipping")
COURSES: Final = {"as recorded": list, **ORDERS}
Books = dict[tuple[int, str, str], tuple[Decimal, ...]]
"""File, event name and currency → value, tax and shipping."""


@pytest.fixture(scope="module")
def ga4(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GA4]:
    """The local GA4."""
    with GA4(tmp_path_factory.mktemp("ga4")) as process:
        yield process


@pytest.fixture(scope="module")
def files() -> list[Recording]:
    """Every file."""
    found = recordings()
    assert len(found) == FILES
    return found


def test_the_table_is_what_the_rules_say() -> None:
    """It is read from the amounts of the payloads, and from nothing of ours."""
    assert list(rows()) == ROWS


@pytest.mark.parametrize("course", COURSES)
@pytest.mark.parametrize("options", OPTIONS)
def test_every_payload_is_worth_what_it_says(
    options: str, course: str, files: list[Recording], ga4: GA4, tmp_path: Path
) -> None:
    """In every order and with duplicates; no answer is an error, and no refund is lost."""
    requests = COURSES[course]([request for each in files for request in each.requests])

    played = play(
        tmp_path,
        requests,
        ga4,
        options={name: dict(found) for name, found in OPTIONS[options].items()},
        environment={"ACCEPT_TEST_EVENTS": "true"},
    )

    mine = [row for row in ROWS if row["options"] == options]
    twice = 2 if course == "each twice" else 1
    assert _books(played) == _expected(mine, files)
    assert played.waiting == twice * sum(row["waits"] for row in mine)
    assert {answer.status_code for answer in played.answers} <= {
        httpx.codes.OK,
        httpx.codes.CONFLICT,
    }


def _expected(table: list[dict[str, Any]], files: list[Recording]) -> Books:
    numbers = {each.name: each.number for each in files}
    books: Books = {}
    for row in table:
        for name, currency, *amounts in row["money"]:
            _add(books, (numbers[row["file"]], name, currency), [Decimal(a) for a in amounts])
    return books


def _books(played: Played) -> Books:
    books: Books = {}
    for event in played.events:
        if event["name"] in ("purchase", "refund"):
            amounts = [Decimal(event.get(part, 0)) for part in PARTS]
            number = _number_of(event["transaction_id"])
            _add(books, (number, event["name"], event["currency"]), amounts)
    return books


def _add(books: Books, key: tuple[int, str, str], amounts: list[Decimal]) -> None:
    before = books.get(key, (Decimal(0),) * len(amounts))
    books[key] = tuple(one + other for one, other in zip(before, amounts, strict=True))


def _number_of(transaction_id: str) -> int:
    """Return the file that an id has the number of."""
    own, _, number = transaction_id.rpartition("_")
    return int(number) if own else int(transaction_id) // 10**13
