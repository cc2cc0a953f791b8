"""`connectors reconcile mollie` as a person runs it, against Mollie's API on loopback."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.api_server import Json
from tests.support.loop import in_a_loop
from tests.support.mollie_server import KEY, PAYMENTS, MollieServer
from tests.tools.reconcile import running
from tests.tools.reconcile.records import mollies
from tests.tools.reconcile.running import NOW, Ran, delivered, entry_of

SINCE = (NOW - timedelta(days=3)).isoformat()


async def reconcile(
    folder: Path,
    server: MollieServer,
    *options: str,
    since: str = running.START,
    key: str = KEY,
    **entry: object,
) -> Ran:
    """Run the command in a process of its own."""
    providers = entry_of(folder, "mollie", key, **entry)
    where = {"PAYMENT_PROVIDERS": providers, "MOLLIE_API": server.url}
    return await running.reconcile(folder, "mollie", where, *options, since=since)


def source_of(number: object, what: str = "payment.paid") -> str:
    """Return where the entry of a payment comes from: a signed event has an id of its own."""
    return f"mollie {what} event_{number}"


@in_a_loop
async def test_a_lost_webhook_is_found(tmp_path: Path) -> None:
    """Whichever of its kinds of webhooks brought the other one; nothing is sent."""
    paid = [mollies("payment", n) for n in (1, 2, 3)]
    await delivered(tmp_path, "tr_1", source=source_of(1))
    await delivered(tmp_path, "tr_3", source="mollie payment.paid tr_3:paid")
    async with MollieServer(lists={"payments": paid}) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert (ran.status, ran.words) == (1, {"delivered": 2, "missing": 1})
    assert (finding["word"], finding["transaction_id"]) == ("missing", "tr_2")
    assert (finding["value"], finding["source"]) == ("18.00 EUR", "payment.paid tr_2:paid")
    assert ran.ga4 == []


@in_a_loop
async def test_a_repair_sends_what_the_webhooks_would_have_sent_once(tmp_path: Path) -> None:
    """A first payment, a renewal, and a refund of the first; a second run finds nothing to do."""
    lists = {
        "payments": [
            mollies("recurring", 2, days_ago=1, customerId="cst_1"),
            mollies("first", 1, days_ago=2, customerId="cst_1"),
        ],
        "refunds": [mollies("refund", 1, days_ago=0.5)],
    }
    async with MollieServer(lists=lists, page=1) as server:
        first = await reconcile(tmp_path, server, "--repair", "--json")
        second = await reconcile(tmp_path, server, "--repair", "--json")

    assert first.words == {"repaired": 3}
    assert first.sent == [
        ("purchase", "tr_1", 18.0),
        ("purchase", "tr_2", 18.0),
        ("refund", "tr_1", 9.0),
    ]
    assert (second.words, second.ga4, second.status) == ({"delivered": 3}, [], 0)


@in_a_loop
async def test_a_refund_alone_is_missing(tmp_path: Path) -> None:
    """One that is still on its way, or was cancelled, is none."""
    refunds = [
        mollies("refund", 1, days_ago=0.5),
        mollies("refund", 2, days_ago=0.5, status="processing"),
        mollies("refund", 3, days_ago=0.5, status="canceled"),
    ]
    lists = {"payments": [mollies("payment", 1, days_ago=2)], "refunds": refunds}
    await delivered(tmp_path, "tr_1", source=source_of(1))
    async with MollieServer(lists=lists) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert ran.words == {"delivered": 1, "missing": 1}
    assert (finding["event_name"], finding["value"]) == ("refund", "13.80 EUR")


@in_a_loop
async def test_chargebacks_count_where_they_are_sent(tmp_path: Path) -> None:
    """Of one that was won the entry is reversed."""
    won = mollies("chargeback", 2, days_ago=30, reversedAt=(NOW - timedelta(days=1)).isoformat())
    lists = {
        "payments": [mollies("payment", 1, days_ago=2)],
        "chargebacks": [mollies("chargeback", 1, days_ago=0.5), won],
    }
    async with MollieServer(lists=lists) as server:
        without = await reconcile(tmp_path, server, "--json")
        ran = await reconcile(tmp_path, server, "--json", disputes=True)

    assert without.words == {"missing": 1}
    assert ran.words == {"missing": 3}
    sources = {each["source"] for each in ran.printed["findings"]}
    assert sources >= {"chargeback.received chb_1:received", "chargeback.reversed chb_2:reversed"}


@in_a_loop
async def test_another_amount_than_was_sent_is_named(tmp_path: Path) -> None:
    """With both; gross would be right too."""
    lists = {"payments": [mollies("payment", n) for n in (1, 2)]}
    for number, value in ((1, "1.80"), (2, "27.60")):
        money: dict[str, Any] = {"value": Decimal(value), "currency": "EUR"}
        await delivered(tmp_path, f"tr_{number}", source=source_of(number), **money)
    async with MollieServer(lists=lists) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert (ran.words, ran.status) == ({"delivered": 1, "different": 1}, 1)
    assert (finding["value"], finding["reason"]) == ("18.00 EUR", "sent as 1.80 EUR")


@in_a_loop
async def test_an_entry_that_no_payment_stands_behind_is_named(tmp_path: Path) -> None:
    """A copy under another id, and a forged delivery; one of a payment of last month is right."""
    paid, old = mollies("payment", 1), mollies("payment", 3, days_ago=40)
    await delivered(tmp_path, "tr_1", source=source_of(1))
    await delivered(tmp_path, "tr_copy", source=source_of(1), transaction_id="tr_copy")
    await delivered(tmp_path, "tr_3", source=source_of(3))
    async with MollieServer(lists={"payments": [paid, old]}) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert ran.words == {"delivered": 1, "unmatched": 1}
    assert (finding["transaction_id"], finding["reason"]) == (
        "tr_copy",
        "Mollie has nothing of that id",
    )


@in_a_loop
async def test_a_refund_that_mollie_does_not_have_is_named(tmp_path: Path) -> None:
    """It is asked for with its payment."""
    lists = {
        "payments": [mollies("payment", 1, days_ago=2)],
        "refunds": [mollies("refund", 1, days_ago=1)],
    }
    async with MollieServer(lists=lists) as server:
        await reconcile(tmp_path, server, "--repair", "--json")
        lists["refunds"].clear()
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert ran.words == {"delivered": 1, "unmatched": 1}
    assert finding["event_name"] == "refund"


@in_a_loop
async def test_a_span_is_of_when_it_was_paid(tmp_path: Path) -> None:
    """Its start is in it; a bank transfer may have been asked for weeks before."""
    start = NOW - timedelta(days=3)
    before = (start - timedelta(seconds=1)).isoformat()
    made = (start - timedelta(days=20)).isoformat()
    paid = [
        mollies("payment", "start", paidAt=start.isoformat(), createdAt=made),
        mollies("payment", "before", paidAt=before, createdAt=made),
        mollies("payment", "open", status="open", createdAt=made, paidAt=None),
    ]
    async with MollieServer(lists={"payments": paid}) as server:
        ran = await reconcile(tmp_path, server, "--json", since=start.isoformat())

    (finding,) = ran.printed["findings"]
    assert finding["transaction_id"] == "tr_start"


@in_a_loop
async def test_a_refund_that_took_a_week_is_not_lost(tmp_path: Path) -> None:
    """Mollie says when it was made only. One of a month ago is of another time."""
    lists = {
        "payments": [],
        "refunds": [mollies("refund", n, days_ago=days) for n, days in ((1, 10), (2, 30))],
    }
    async with MollieServer(lists=lists) as server:
        ran = await reconcile(tmp_path, server, "--json", since=SINCE)

    (finding,) = ran.printed["findings"]
    assert finding["source"] == "refund.refunded re_1:refunded"


@in_a_loop
async def test_what_is_made_meanwhile_moves_nothing(tmp_path: Path) -> None:
    """Pages go on from a payment, and not from a number; all are asked for as large as can be."""
    paid = [mollies("payment", n, days_ago=2 - n / 10) for n in range(1, 6)]
    arriving = [mollies("payment", f"new{n}", days_ago=0.001) for n in range(3)]
    async with MollieServer(lists={"payments": paid}, page=2, arriving=arriving) as server:
        ran = await reconcile(tmp_path, server, "--json")

    assert ran.words == {"missing": 5}
    asked = [each.query for each in server.questions if each.path == PAYMENTS]
    assert [each.get("limit") for each in asked] == ["250"] * 3
    assert [each.get("from") for each in asked] == [None, "tr_3", "tr_1"]


@in_a_loop
async def test_old_pages_are_not_read(tmp_path: Path) -> None:
    """A profile of ten years has many."""
    paid = [mollies("payment", n, days_ago=n) for n in (1, 2, 60, 61, 62, 63)]
    async with MollieServer(lists={"payments": paid}, page=2) as server:
        ran = await reconcile(tmp_path, server, "--json")

    assert ran.words == {"missing": 2}
    assert server.paths.count(PAYMENTS) == 2


@in_a_loop
async def test_a_list_that_goes_round_ends(tmp_path: Path) -> None:
    """It would be read for ever."""
    paid = [mollies("payment", n) for n in range(1, 4)]
    async with MollieServer(lists={"payments": paid}, page=1, endless=True) as server:
        ran = await reconcile(tmp_path, server, "--json")

    assert ran.status == 1
    assert "a next page that is none of its list" in ran.errors or "goes round" in ran.errors


@pytest.mark.parametrize("broken", [{"id": None}, {"createdAt": "yesterday"}])
@in_a_loop
async def test_what_is_no_payment_ends_it(tmp_path: Path, broken: Json) -> None:
    """The field is named, and nothing else of it."""
    async with MollieServer(lists={"payments": [mollies("payment", 1)]}) as server:
        server.objects = {}
        server.lists["payments"][0] |= {"description": "jane@example.com", **broken}
        server.lists["payments"][0].setdefault("id", "x")
        ran = await reconcile(tmp_path, server, "--json")

    assert ran.status == 1
    assert f"Mollie's API gives an answer with {next(iter(broken))}" in ran.errors
    assert "jane@example.com" not in ran.errors


@in_a_loop
async def test_a_key_of_an_organisation_is_not_sent(tmp_path: Path) -> None:
    """With it Mollie asks for a profile, which the settings do not name."""
    async with MollieServer() as server:
        ran = await reconcile(
            tmp_path, server, "--json", key="access_Wwvu7egPcJLLJ9Kb7J632x8wJ2zMeJ"
        )

    assert (ran.status, server.questions) == (2, [])
    assert "PAYMENT_PROVIDERS mollie.api_key: no API key of a profile" in ran.errors
