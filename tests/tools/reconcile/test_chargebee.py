"""`connectors reconcile chargebee` as a person runs it, against Chargebee's API on loopback."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.api_server import Json
from tests.support.chargebee_server import EVENTS, KEY, ChargebeeServer
from tests.support.loop import in_a_loop
from tests.tools.reconcile import running
from tests.tools.reconcile.records import delivery
from tests.tools.reconcile.running import NOW, Ran, delivered, entry_of


async def reconcile(
    folder: Path,
    server: ChargebeeServer,
    *options: str,
    since: str = running.START,
    key: str = KEY,
    **entry: object,
) -> Ran:
    """Run the command in a process of its own."""
    providers = entry_of(folder, "chargebee", key, **{"site": "my-shop", **entry})
    where = {"PAYMENT_PROVIDERS": providers, "CHARGEBEE_API": server.url}
    return await running.reconcile(folder, "chargebee", where, *options, since=since)


def source_of(event: Json) -> str:
    """Return where an entry of an event comes from."""
    return f"chargebee {event['event_type']} {event['id']}"


@in_a_loop
async def test_a_lost_webhook_is_found(tmp_path: Path) -> None:
    """With its invoice and its money; nothing is sent."""
    events = [delivery("chargebee.subscription", n) for n in (1, 2)]
    await delivered(tmp_path, "inv_1_1", source=source_of(events[0]))
    async with ChargebeeServer(events=events) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert (ran.status, ran.words) == (1, {"delivered": 1, "missing": 1})
    assert (finding["word"], finding["transaction_id"]) == ("missing", "inv_2_1")
    assert (finding["value"], finding["source"]) == (
        "18.00 EUR",
        f"payment_succeeded {events[1]['id']}",
    )
    assert ran.ga4 == []


@in_a_loop
async def test_a_repair_sends_what_the_webhooks_would_have_sent_once(tmp_path: Path) -> None:
    """The start, its renewal and a refund of the start; a second run finds nothing to do."""
    events = [
        delivery("chargebee.refund", 1, days_ago=0.5),
        delivery("chargebee.renewal", 1, days_ago=1),
        delivery("chargebee.subscription", 1, days_ago=2),
    ]
    async with ChargebeeServer(events=events, page=1) as server:
        first = await reconcile(tmp_path, server, "--repair", "--json")
        second = await reconcile(tmp_path, server, "--repair", "--json")

    assert first.words == {"repaired": 3}
    assert first.sent == [
        ("purchase", "inv_1_1", 18.0),
        ("purchase", "inv_1_2", 18.0),
        ("refund", "inv_1_1", 9.0),
    ]
    assert (second.words, second.ga4, second.status) == ({"delivered": 3}, [], 0)


@in_a_loop
async def test_a_refund_alone_is_missing(tmp_path: Path) -> None:
    """Its purchase is there."""
    paid = delivery("chargebee.subscription", 1, days_ago=2)
    refund = delivery("chargebee.refund", 1, days_ago=0.5)
    await delivered(tmp_path, "inv_1_1", source=source_of(paid))
    async with ChargebeeServer(events=[paid, refund]) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert ran.words == {"delivered": 1, "missing": 1}
    assert (finding["event_name"], finding["value"]) == ("refund", "10.80 EUR")


@in_a_loop
async def test_another_amount_than_was_sent_is_named(tmp_path: Path) -> None:
    """With both; gross would be right too."""
    events = [delivery("chargebee.subscription", n) for n in (1, 2)]
    for event, name, value in zip(events, ("inv_1_1", "inv_2_1"), ("1.80", "21.60"), strict=True):
        source = source_of(event)
        await delivered(tmp_path, name, source=source, value=Decimal(value), currency="EUR")
    async with ChargebeeServer(events=events) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert (ran.words, ran.status) == ({"delivered": 1, "different": 1}, 1)
    assert (finding["value"], finding["reason"]) == ("18.00 EUR", "sent as 1.80 EUR")


@in_a_loop
async def test_an_entry_that_no_event_stands_behind_is_named(tmp_path: Path) -> None:
    """A copy under another id, and a forged delivery; one of an event of last month is right."""
    paid = delivery("chargebee.subscription", 1)
    old = delivery("chargebee.subscription", 3, days_ago=40)
    await delivered(tmp_path, "inv_1_1", source=source_of(paid))
    await delivered(tmp_path, "inv_1_copy", source=source_of(paid))
    await delivered(tmp_path, "inv_2_1", source="chargebee payment_succeeded ev_forged")
    await delivered(tmp_path, "inv_3_1", source=source_of(old))
    async with ChargebeeServer(events=[paid, old]) as server:
        ran = await reconcile(tmp_path, server, "--json")

    assert ran.words == {"delivered": 1, "unmatched": 2}
    reasons = {f["transaction_id"] or f["source"]: f["reason"] for f in ran.printed["findings"]}
    assert sorted(reasons.values()) == [
        "Chargebee has nothing of that id",
        "by the settings as they are now, its event is not this entry",
    ]


@in_a_loop
async def test_an_entry_whose_event_chargebee_forgot_is_not_called_unmatched(
    tmp_path: Path,
) -> None:
    """It keeps events for ninety days."""
    old = {"source": "chargebee payment_succeeded ev_old", "occurred_at": NOW - timedelta(days=91)}
    await delivered(tmp_path, "inv_old", **old)
    async with ChargebeeServer() as server:
        ran = await reconcile(tmp_path, server, "--json")
        asked = server.paths

    assert (ran.words, ran.status) == ({}, 0)
    assert f"{EVENTS}/ev_old" not in asked


@pytest.mark.parametrize(
    ("seconds", "words"), [(-1, {}), (0, {"missing": 1}), (59, {"missing": 1}), (60, {})]
)
@in_a_loop
async def test_the_beginning_is_included_and_the_end_is_not(
    tmp_path: Path, seconds: int, words: dict[str, int]
) -> None:
    """To the second, whatever Chargebee includes."""
    begin = (NOW - timedelta(days=1)).replace(microsecond=0)
    event = delivery("chargebee.payment", 1)
    event["occurred_at"] = int(begin.timestamp()) + seconds
    until = (begin + timedelta(minutes=1)).isoformat()
    async with ChargebeeServer(events=[event]) as server:
        ran = await reconcile(tmp_path, server, "--json", "--to", until, since=begin.isoformat())

    assert ran.words == words


@in_a_loop
async def test_every_page_is_read(tmp_path: Path) -> None:
    """An offset names the next page."""
    events = [delivery("chargebee.payment", n, days_ago=0.001 * n) for n in range(1, 251)]
    async with ChargebeeServer(events=events) as server:
        ran = await reconcile(tmp_path, server, "--json")
        offsets = [q.query["offset"] for q in server.questions if "offset" in q.query]

    assert ran.words == {"missing": 250}
    assert len(offsets) >= 2


@in_a_loop
async def test_a_list_that_goes_round_ends(tmp_path: Path) -> None:
    """It would be read for ever."""
    events = [delivery("chargebee.payment", n) for n in (1, 2)]
    async with ChargebeeServer(events=events, page=1, endless=True) as server:
        ran = await reconcile(tmp_path, server, "--json")

    assert ran.status == 1
    assert "Chargebee's API gives a list that goes round" in ran.errors


@pytest.mark.parametrize(
    ("entry", "key", "printed"),
    [
        (
            {"site": None},
            KEY,
            "PAYMENT_PROVIDERS: chargebee.site: missing; api_key is for one site",
        ),
        ({"site": "evil.example/"}, KEY, "chargebee: site takes the site's name"),
        ({}, "live key", "PAYMENT_PROVIDERS chargebee.api_key: not a key of Chargebee's"),
    ],
)
@in_a_loop
async def test_a_key_goes_to_one_site_of_chargebees(
    tmp_path: Path, entry: Json, key: str, printed: str
) -> None:
    """And nothing is asked where the settings do not fit."""
    async with ChargebeeServer() as server:
        ran = await reconcile(tmp_path, server, "--json", key=key, **entry)
        asked = list(server.questions)

    assert (ran.status, asked) == (2, [])
    assert printed in ran.errors


@in_a_loop
async def test_what_chargebee_forgot_cannot_be_compared(tmp_path: Path) -> None:
    """It would be a record without payments."""
    since = (NOW - timedelta(days=92)).date().isoformat()
    async with ChargebeeServer() as server:
        ran = await reconcile(tmp_path, server, "--json", since=since)

    assert ran.status == 2
    assert "Chargebee keeps events for 90 days" in ran.errors
