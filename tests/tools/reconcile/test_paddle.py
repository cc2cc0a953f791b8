"""`connectors reconcile paddle` as a person runs it, against Paddle's API on loopback."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.api_server import Json
from tests.support.loop import in_a_loop
from tests.support.paddle_json import adjustment, totals
from tests.support.paddle_server import KEY, PaddleServer
from tests.tools.reconcile import running
from tests.tools.reconcile.records import completed
from tests.tools.reconcile.running import NOW, Ran, delivered, entry_of


def at(days_ago: float) -> str:
    """Return a time as Paddle writes it."""
    return (NOW - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def given_back(number: int, of: int, *, days_ago: float = 0.5, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return an approved refund of 10.80 EUR of a transaction."""
    own = {"id": f"adj_{number:04}", "transaction_id": f"txn_{of:04}"}
    times = {"created_at": at(days_ago), "updated_at": at(days_ago)}
    return adjustment(**{**own, **times, **fields})


async def reconcile(
    folder: Path, server: PaddleServer, *options: str, since: str = running.START, **entry: object
) -> Ran:
    """Run the command in a process of its own."""
    providers = entry_of(folder, "paddle", server.key, **entry)
    where = {"PAYMENT_PROVIDERS": providers, "PADDLE_API": server.url}
    return await running.reconcile(folder, "paddle", where, *options, since=since)


@in_a_loop
async def test_a_lost_notification_is_found(tmp_path: Path) -> None:
    """With its transaction and its money; nothing is sent."""
    await delivered(tmp_path, "txn_0001", source="paddle transaction.completed evt_1")
    transactions = [completed(1), completed(2)]
    async with PaddleServer(transactions=transactions) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert (ran.status, ran.words) == (1, {"delivered": 1, "missing": 1})
    assert (finding["word"], finding["transaction_id"]) == ("missing", "txn_0002")
    assert (finding["value"], finding["source"]) == (
        "18.00 EUR",
        "transaction.completed txn_0002",
    )
    assert ran.ga4 == []


@in_a_loop
async def test_a_repair_sends_purchases_before_their_refunds_once(tmp_path: Path) -> None:
    """A second run finds nothing left to do."""
    transactions, adjustments = [completed(2), completed(1, days_ago=2)], [given_back(1, 1)]
    async with PaddleServer(transactions=transactions, adjustments=adjustments) as server:
        first = await reconcile(tmp_path, server, "--repair", "--json")
        second = await reconcile(tmp_path, server, "--repair", "--json")

    assert first.words == {"repaired": 3}
    assert first.sent == [
        ("purchase", "txn_0001", 18.0),
        ("purchase", "txn_0002", 18.0),
        ("refund", "txn_0001", 9.0),
    ]
    assert (second.words, second.ga4, second.status) == ({"delivered": 3}, [], 0)


@in_a_loop
async def test_yen_have_no_minor_units(tmp_path: Path) -> None:
    """The mapping is the webhook's."""
    yen: Json = {
        "currency_code": "JPY",
        "details": {"totals": totals(2000, 0, 200, grand_total="2200"), "line_items": []},
    }
    async with PaddleServer(transactions=[completed(1, **yen)]) as server:
        ran = await reconcile(tmp_path, server, "--json")

    assert ran.printed["findings"][0]["value"] == "2000 JPY"


@in_a_loop
async def test_an_invoice_that_is_paid_late_is_of_the_day_it_was_paid(tmp_path: Path) -> None:
    """It was billed a month before, and changed again since."""
    month = {"created_at": at(30), "billed_at": at(30), "updated_at": at(0.1)}
    invoice = completed(1, days_ago=2, collection_mode="manual", **month)
    old = completed(2, days_ago=20, updated_at=at(0.1))
    async with PaddleServer(transactions=[invoice, old]) as server:
        ran = await reconcile(tmp_path, server, "--json", "--to", at(1))

    assert ran.words == {"missing": 1}
    assert ran.printed["findings"][0]["transaction_id"] == "txn_0001"


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "billed"},
        {"details": {"totals": totals(0, 0, 0, grand_total="0"), "line_items": []}},
        {
            "details": {
                "totals": totals(2000, 200, 360, grand_total="0", credit="2160"),
                "line_items": [],
            }
        },
    ],
)
@in_a_loop
async def test_what_is_not_counted_is_not_missing(tmp_path: Path, fields: Json) -> None:
    """Not paid, over nothing, and what the customer's credit paid."""
    async with PaddleServer(transactions=[completed(1, **fields)]) as server:
        ran = await reconcile(tmp_path, server, "--repair", "--json")

    assert (ran.words, ran.status, ran.ga4) == ({}, 0, [])


@pytest.mark.parametrize(
    ("fields", "options", "words"),
    [
        ({"status": "pending_approval"}, {}, {}),
        ({"status": "rejected"}, {}, {}),
        ({"action": "credit"}, {}, {}),
        ({"action": "chargeback"}, {}, {}),
        ({"action": "chargeback"}, {"disputes": True}, {"missing": 1}),
        ({"created_at": at(9)}, {}, {"missing": 1}),
        ({"updated_at": at(9), "created_at": at(9)}, {}, {}),
    ],
)
@in_a_loop
async def test_an_adjustment_counts_as_the_options_say(
    tmp_path: Path, fields: Json, options: Json, words: Json
) -> None:
    """And on the day it was approved, which may be long after it was made."""
    async with PaddleServer(adjustments=[given_back(1, 1, **fields)]) as server:
        ran = await reconcile(tmp_path, server, "--json", **options)

    assert ran.words == words


@in_a_loop
async def test_another_amount_than_was_sent_is_named(tmp_path: Path) -> None:
    """With both."""
    await delivered(
        tmp_path,
        "txn_0001",
        source="paddle transaction.completed evt_1",
        value=Decimal(1800),
        currency="EUR",
    )
    async with PaddleServer(transactions=[completed(1)]) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert (ran.words, ran.status) == ({"different": 1}, 1)
    assert (finding["value"], finding["reason"]) == ("18.00 EUR", "sent as 1800 EUR")


@in_a_loop
async def test_an_entry_that_nothing_stands_behind_is_named(tmp_path: Path) -> None:
    """Others of last month are asked for by their ids, and are there."""
    for number in (1, 2):
        await delivered(
            tmp_path, f"txn_000{number}", source=f"paddle transaction.completed evt_{number}"
        )
        await delivered(
            tmp_path,
            f"adj_000{number}",
            event_name="refund",
            source=f"paddle adjustment.updated evt_1{number}",
        )
    transactions, adjustments = [completed(1, days_ago=30)], [given_back(1, 1, days_ago=30)]
    async with PaddleServer(transactions=transactions, adjustments=adjustments) as server:
        ran = await reconcile(tmp_path, server, "--json")

    assert ran.words == {"unmatched": 2}
    assert {finding["source"] for finding in ran.printed["findings"]} == {
        "paddle transaction.completed evt_2",
        "paddle adjustment.updated evt_12",
    }


@in_a_loop
async def test_every_page_is_read(tmp_path: Path) -> None:
    """A cursor names the next page. Whatever the hour, a day of the two has more than one."""
    transactions = [completed(n, days_ago=0.01 * n) for n in range(1, 101)]
    adjustments = [given_back(n, n, days_ago=0.01 * n) for n in range(1, 71)]
    async with PaddleServer(transactions=transactions, adjustments=adjustments) as server:
        ran = await reconcile(tmp_path, server, "--json")
        after = [q.query["after"] for q in server.questions if "after" in q.query]

    assert ran.words == {"missing": 170}
    assert {name[:4] for name in after} == {"txn_", "adj_"}
    assert len(after) >= 3


@pytest.mark.parametrize(
    ("key", "sandbox", "printed"),
    [
        (KEY, True, "PAYMENT_PROVIDERS paddle.sandbox: is false for a live key"),
        ("pdl_sdbx_apikey_1", False, "PAYMENT_PROVIDERS paddle.sandbox: is true for a key"),
        ("pdl key", False, "PAYMENT_PROVIDERS paddle.api_key: not a key of Paddle's"),
    ],
)
@in_a_loop
async def test_a_key_of_the_other_account_asks_nothing(
    tmp_path: Path, key: str, printed: str, *, sandbox: bool
) -> None:
    """Nothing that it asked for would be there."""
    async with PaddleServer(key=key) as server:
        ran = await reconcile(tmp_path, server, "--json", sandbox=sandbox)
        asked = list(server.questions)

    assert (ran.status, asked) == (2, [])
    assert printed in ran.errors
    assert key not in ran.errors
