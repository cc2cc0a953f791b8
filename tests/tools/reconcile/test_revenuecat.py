"""`connectors reconcile revenuecat` as a person runs it, against RevenueCat's API on loopback."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.api_server import Json
from tests.support.loop import in_a_loop
from tests.support.revenuecat_server import CUSTOMERS, KEY, PROJECT, RevenueCatServer
from tests.tools.reconcile import running
from tests.tools.reconcile.records import happened
from tests.tools.reconcile.running import NOW, Ran, delivered, entry_of


async def reconcile(
    folder: Path,
    server: RevenueCatServer,
    *options: str,
    since: str = running.START,
    key: str = KEY,
    settings: dict[str, str] | None = None,
    **entry: object,
) -> Ran:
    """Run the command in a process of its own."""
    providers = entry_of(folder, "revenuecat", key, **{"project": PROJECT, **entry})
    where = {
        "PAYMENT_PROVIDERS": providers,
        "REVENUECAT_API": server.url,
        **(settings or {}),
    }
    return await running.reconcile(folder, "revenuecat", where, *options, since=since)


async def sent(folder: Path, event: Json, *, days_ago: float = 1, **fields: object) -> None:
    """Write into the ledger that an event of RevenueCat's was sent."""
    own: Json = {
        "transaction_id": event["transaction_id"],
        "source": f"revenuecat {event['type']} {event['id']}",
        "at": NOW - timedelta(days=days_ago),
        **fields,
    }
    await delivered(folder, own.pop("key", event["transaction_id"]), **own)


def customer(number: int = 1, *, started: float = 30) -> list[Json]:
    """Return a subscription that began some days ago, and its renewal of yesterday."""
    return [
        happened("revenuecat.start", number, days_ago=started),
        happened("revenuecat.renewal", number, transaction=number + 100),
    ]


@in_a_loop
async def test_a_lost_renewal_of_a_known_customer_is_found(tmp_path: Path) -> None:
    """Its start is in the ledger; the report says whom it cannot know."""
    events = customer()
    await sent(tmp_path, events[0], days_ago=30)
    async with RevenueCatServer(customers={"user_1": events}) as server:
        ran = await reconcile(tmp_path, server, "--json")
        plain = await reconcile(tmp_path, server)

    (finding,) = ran.printed["findings"]
    assert (ran.status, ran.words) == (1, {"missing": 1})
    assert (finding["word"], finding["transaction_id"]) == ("missing", events[1]["transaction_id"])
    assert (finding["value"], finding["source"]) == ("18.00 EUR", f"RENEWAL {events[1]['id']}")
    assert ran.ga4 == []
    assert "32 days" in ran.printed["note"]
    assert ran.printed["note"] in " ".join(plain.errors.split())


@in_a_loop
async def test_a_repair_sends_what_the_webhooks_would_have_sent_once(tmp_path: Path) -> None:
    """A renewal and the refund of it; a second run finds nothing to do."""
    refund = happened("revenuecat.refund", 1, days_ago=0.5, transaction=101)
    events = [*customer(), refund]
    await sent(tmp_path, events[0], days_ago=30)
    async with RevenueCatServer(customers={"user_1": events[::-1]}, page=1) as server:
        first = await reconcile(tmp_path, server, "--repair", "--json")
        second = await reconcile(tmp_path, server, "--repair", "--json")

    transaction = events[1]["transaction_id"]
    assert first.words == {"repaired": 2}
    assert first.sent == [("purchase", transaction, 18.0), ("refund", transaction, 18.0)]
    assert (second.words, second.ga4, second.status) == ({"delivered": 2}, [], 0)


@in_a_loop
async def test_a_refund_alone_is_missing(tmp_path: Path) -> None:
    """Its purchase is there."""
    bought = happened("revenuecat.purchase", 1, days_ago=2)
    refund = happened("revenuecat.refund", 1, days_ago=0.5)
    await sent(tmp_path, bought)
    async with RevenueCatServer(customers={"user_1": [bought, refund]}) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert ran.words == {"delivered": 1, "missing": 1}
    assert (finding["event_name"], finding["value"]) == ("refund", "21.60 EUR")


@in_a_loop
async def test_another_amount_than_was_sent_is_named(tmp_path: Path) -> None:
    """In the buyer's currency; gross would be right too."""
    for number, value in ((1, "1.80"), (2, "21.60")):
        bought = happened("revenuecat.purchase", number)
        await sent(tmp_path, bought, value=Decimal(value), currency="EUR")
    customers = {f"user_{n}": [happened("revenuecat.purchase", n)] for n in (1, 2)}
    async with RevenueCatServer(customers=customers) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert (ran.words, ran.status) == ({"delivered": 1, "different": 1}, 1)
    assert (finding["value"], finding["reason"]) == ("18.00 EUR", "sent as 1.80 EUR")


@in_a_loop
async def test_a_customer_that_the_ledger_does_not_know_is_not_found(tmp_path: Path) -> None:
    """RevenueCat lists no payments of a time: this is what it cannot say."""
    customers = {"user_1": [happened("revenuecat.purchase", 1)]}
    async with RevenueCatServer(customers=customers) as server:
        ran = await reconcile(tmp_path, server, "--json")
        asked = server.paths

    assert (ran.status, ran.words, asked) == (0, {}, [CUSTOMERS])
    assert "first payment was lost" in ran.printed["note"]


@in_a_loop
async def test_an_entry_that_no_transaction_stands_behind_is_named(tmp_path: Path) -> None:
    """A copy and a forged one; where RevenueCat finds no such transactions nothing is claimed."""
    bought, old = (
        happened("revenuecat.purchase", 1),
        happened("revenuecat.purchase", 2, days_ago=40),
    )
    roku = {**happened("revenuecat.purchase", 3), "transaction_id": "roku-a1b2"}
    forged = {**happened("revenuecat.purchase", 4), "id": "forged"}
    await sent(tmp_path, bought)
    await sent(tmp_path, bought, key="a-copy")
    for event in (old, roku, forged):
        await sent(tmp_path, event)
    customers = {"user_1": [bought], "user_2": [old]}
    async with RevenueCatServer(customers=customers) as server:
        ran = await reconcile(tmp_path, server, "--json")

    reasons = {f["source"].split(" ")[-1]: f["reason"] for f in ran.printed["findings"]}
    assert ran.words == {"delivered": 1, "unmatched": 2, "unverified": 1}
    assert reasons["forged"] == "RevenueCat has nothing of that id"
    assert reasons[bought["id"]].startswith("by the settings as they are now")
    assert "Apple, Google Play and Amazon alone" in reasons[roku["id"]]


@in_a_loop
async def test_a_history_without_the_event_is_no_proof(tmp_path: Path) -> None:
    """RevenueCat knows the transaction."""
    start = happened("revenuecat.start", 1, days_ago=40)
    await sent(tmp_path, start)
    later = {**start, "type": "EXPIRATION", "id": "later"}
    async with RevenueCatServer(customers={"user_1": [later]}) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert (ran.status, ran.words) == (0, {"unverified": 1})
    assert finding["reason"] == "RevenueCat knows the transaction, and shows no such event of it"


@pytest.mark.parametrize(
    "odd",
    [
        {"type": "SUBSCRIBER_ALIAS", "id": "x"},
        {"aliases": ["a"]},
        "text",
        None,
        {"type": 7, "id": "x"},
    ],
)
@in_a_loop
async def test_what_no_webhook_brings_is_passed_over(tmp_path: Path, odd: object) -> None:
    """A history has more than payments."""
    bought = happened("revenuecat.purchase", 1)
    await sent(tmp_path, bought)
    async with RevenueCatServer(customers={"user_1": [bought]}, odd=[odd]) as server:
        ran = await reconcile(tmp_path, server, "--json")

    assert (ran.status, ran.words) == (0, {"delivered": 1})


@pytest.mark.parametrize(
    ("seconds", "words"), [(-1, {}), (0, {"missing": 1}), (59, {"missing": 1}), (60, {})]
)
@in_a_loop
async def test_the_beginning_is_included_and_the_end_is_not(
    tmp_path: Path, seconds: int, words: dict[str, int]
) -> None:
    """To the second."""
    begin = (NOW - timedelta(days=1)).replace(microsecond=0)
    events = customer()
    millis = (int(begin.timestamp()) + seconds) * 1000
    events[1] |= {"event_timestamp_ms": millis, "purchased_at_ms": millis}
    await sent(tmp_path, events[0], days_ago=30)
    until = (begin + timedelta(minutes=1)).isoformat()
    async with RevenueCatServer(customers={"user_1": events}) as server:
        ran = await reconcile(tmp_path, server, "--json", "--to", until, since=begin.isoformat())

    assert ran.words == words


@pytest.mark.parametrize(
    ("settings", "words"), [({}, {}), ({"ACCEPT_TEST_EVENTS": "true"}, {"missing": 1})]
)
@in_a_loop
async def test_the_sandbox_counts_where_test_events_are_taken(
    tmp_path: Path, settings: dict[str, str], words: dict[str, int]
) -> None:
    """It is asked for by itself."""
    events = customer()
    events[1]["environment"] = "SANDBOX"
    await sent(tmp_path, events[0], days_ago=30)
    async with RevenueCatServer(customers={"user_1": events}) as server:
        ran = await reconcile(tmp_path, server, "--json", settings=settings)

    assert ran.words == words


@in_a_loop
async def test_each_customer_is_asked_about_once(tmp_path: Path) -> None:
    """However many of its payments are in the ledger, and whatever its name is."""
    name = "$RCAnonymousID:ab/c?d"
    events = [
        happened("revenuecat.purchase", number, days_ago=number / 2) for number in range(1, 5)
    ]
    for event in events:
        await sent(tmp_path, event)
    async with RevenueCatServer(customers={name: events}, page=3) as server:
        ran = await reconcile(tmp_path, server, "--json")
        asked = server.paths

    assert ran.words == {"delivered": 4}
    assert asked.count(f"{CUSTOMERS}/{name}/events") == 2  # pages
    assert asked.count(CUSTOMERS) == 2  # whether the key may ask, and the first of the four


@in_a_loop
async def test_a_page_elsewhere_is_not_asked_for(tmp_path: Path) -> None:
    """The key goes nowhere else."""
    events = customer()
    await sent(tmp_path, events[0], days_ago=30)
    customers = {"user_1": events}
    async with (
        RevenueCatServer() as other,
        RevenueCatServer(customers=customers, page=1, elsewhere=other.url) as server,
    ):
        ran = await reconcile(tmp_path, server, "--json")

    assert (ran.status, other.questions) == (1, [])
    assert "a next page that is none of its list" in ran.errors


@pytest.mark.parametrize(
    ("entry", "key", "printed"),
    [
        ({"project": None}, KEY, "revenuecat.project: missing; api_key is of one project"),
        ({"project": "../x"}, KEY, "revenuecat: project takes the project's id"),
        ({}, "a key", "PAYMENT_PROVIDERS revenuecat.api_key: not a key of RevenueCat's"),
    ],
)
@in_a_loop
async def test_a_key_is_of_one_project(tmp_path: Path, entry: Json, key: str, printed: str) -> None:
    """And nothing is asked where the settings do not fit."""
    async with RevenueCatServer() as server:
        ran = await reconcile(tmp_path, server, "--json", key=key, **entry)
        asked = list(server.questions)

    assert (ran.status, asked) == (2, [])
    assert printed in ran.errors
