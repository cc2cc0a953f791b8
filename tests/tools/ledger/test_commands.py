"""`connectors ledger` as an operator runs it, on a shop's own ledger."""

import asyncio
import json
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.conversion import Conversion
from shared.domain.replay_record import ReplayRecord, encode_replay
from shared.stores.entry import LedgerEvent, State
from shared.stores.firestore.database import firestore_stores
from shared.stores.lease import Lease
from shared.stores.sqlite.database import sqlite_stores
from shared.stores.stores import Stores
from tests.support.builders import MEASUREMENT_ID, NOBODY, purchase
from tests.support.firestore_emulator import DATABASE, address_and_project, tell_address
from tools.changed import replace
from tools.collector import Collector
from tools.errors import FailedError, UsageError
from tools.ledger.cli import list_, replay, show, stats

NOW = datetime.now(UTC)
SECRET = "sEcReT-api_value"
SEEN = Context("1170316824.1700000000", int(NOW.timestamp()) - 600)
Capture = pytest.CaptureFixture[str]


def waiting(order: str) -> Conversion:
    """Return a purchase of a minute ago whose client nobody knows."""
    found = purchase(transaction_id=order, context=NOBODY, occurred_at=NOW - timedelta(minutes=1))
    return replace(found, references=(f"cs_{order}",))


def fact(conversion: Conversion) -> LedgerEvent:
    """Return what the ledger keeps of a conversion."""
    return LedgerEvent(
        MEASUREMENT_ID,
        conversion.name,
        conversion.business_key,
        transaction_id=conversion.transaction_id,
        source=f"stripe invoice.paid evt_{conversion.business_key}",
    )


async def fill(stores: Stores) -> None:
    """Make a ledger with one entry of each kind."""
    ledger = stores.ledger
    for order in ("ORD-1", "ORD-2"):
        conversion = waiting(order)
        await ledger.record(
            fact(conversion),
            State.WITHHELD,
            now=NOW - timedelta(minutes=1),
            reason="no client is known",
            replay=encode_replay(ReplayRecord(conversion, "payment_webhook")),
            references=conversion.references,
        )
    denied = waiting("ORD-3")
    await ledger.record(
        replace(fact(denied), consent=Consent(Choice.DENIED)),
        State.WITHHELD,
        now=NOW - timedelta(hours=2),
        reason="analytics consent denied",
        replay=encode_replay(ReplayRecord(denied, "payment_webhook")),
    )
    unread = LedgerEvent(
        MEASUREMENT_ID, "unreadable", "stripe:evt_4", source="stripe invoice.paid evt_4"
    )
    await ledger.record(unread, State.REJECTED, now=NOW, reason="amount_total: not a number")
    sent = replace(fact(waiting("ORD-5")), attribution="session", context_source="event")
    lease = await ledger.claim(sent, now=NOW, resend=True)
    assert isinstance(lease, Lease)
    await ledger.settle(lease, State.DELIVERED, now=NOW)
    passed_over = "stripe payment_intent.created evt_6"
    ignored = LedgerEvent(MEASUREMENT_ID, "ignored", passed_over, source=passed_over)
    ignored = replace(ignored, mentions=("evt_6", "pi_6"))
    await ledger.ignore(ignored, now=NOW, reason="no money", retention=timedelta(days=7))
    await stores.contexts.put(["cs_ORD-1", "cs_ORD-3"], SEEN, now=NOW)
    await stores.close()


@pytest.fixture(params=["firestore", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A ledger with one entry of each kind, where `STORE` says."""
    (tmp_path / "secret").write_text(SECRET)
    if request.param == "sqlite":
        path = tmp_path / "store.sqlite"
        asyncio.run(fill(sqlite_stores(str(path))))
        return f"sqlite:{path}"
    tell_address(request.getfixturevalue("firestore_emulator"), tmp_path)
    emulator, project = address_and_project(tmp_path)
    asyncio.run(fill(firestore_stores(project, DATABASE, emulator)))
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", emulator)
    return f"firestore:{project}/{DATABASE}"


def settings(folder: Path, endpoint: str) -> dict[str, str]:
    """Return the settings of the functions."""
    return {
        "GA4_MEASUREMENT_ID": MEASUREMENT_ID,
        "GA4_API_SECRET": f"file:{folder}/secret",
        "GA4_ENDPOINT": endpoint,
        "UNATTRIBUTED_EVENTS": "withhold",
    }


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of the functions; at GA4's address nobody listens."""
    for name, value in settings(tmp_path, "http://127.0.0.1:9").items():
        monkeypatch.setenv(name, value)


def lines(capsys: Capture) -> list[dict[str, Any]]:
    """Return the lines of JSON that were printed."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("filters", "keys"),
    [
        ({}, ["stripe:evt_4", "ORD-5", "ORD-1", "ORD-2", "ORD-3"]),
        ({"state": (State.WITHHELD,)}, ["ORD-1", "ORD-2", "ORD-3"]),
        ({"since": "1h"}, ["stripe:evt_4", "ORD-5", "ORD-1", "ORD-2"]),
        ({"until": "1h"}, ["ORD-3"]),
        ({"name": "unreadable"}, ["stripe:evt_4"]),
        ({"source": "evt_ORD-5"}, ["ORD-5"]),
        ({"reason": "consent"}, ["ORD-3"]),
        ({"name": "refund"}, []),
    ],
)
def test_entries_are_listed_by_what_is_asked_for(
    store: str, capsys: Capture, filters: dict[str, Any], keys: list[str]
) -> None:
    """One line of JSON each."""
    assert list_(store=store, json=True, **filters) == 0

    assert sorted(line["business_key"] for line in lines(capsys)) == sorted(keys)


def test_people_get_a_line_for_each(store: str, capsys: Capture) -> None:
    """With state, key, source and reason; and whether there may be more."""
    assert list_(store=store, limit=2, state=(State.WITHHELD,)) == 0

    first, second, more = capsys.readouterr().out.splitlines()
    assert "withheld" in first
    assert "purchase ORD-" in second
    assert "(stripe invoice.paid evt_ORD-" in second
    assert "— no client is known" in second
    assert more == "the newest 2; --limit shows more"


def test_an_empty_list_says_so(store: str, capsys: Capture) -> None:
    """It is no failure."""
    assert list_(store=store, name="refund") == 0

    assert capsys.readouterr().out == "no entry\n"


def test_an_entry_is_shown_whole(store: str, capsys: Capture) -> None:
    """By its transaction id, or by its own key."""
    assert show("ORD-3", store=store, json=True) == 0
    (by_id,) = lines(capsys)
    assert show(by_id["key"], store=store, json=True) == 0
    (by_key,) = lines(capsys)

    assert by_id == by_key
    assert by_id["consent"] == {
        "analytics": "denied",
        "ad_user_data": None,
        "ad_personalization": None,
    }
    assert (by_id["state"], by_id["reason"], by_id["replayable"]) == (
        "withheld",
        "analytics consent denied",
        True,
    )


@pytest.mark.parametrize("key", ["evt_6", "pi_6"])
def test_what_was_ignored_is_shown(store: str, key: str, capsys: Capture) -> None:
    """By its event, and by what it was about."""
    assert show(key, store=store, json=True) == 0

    found = json.loads(capsys.readouterr().out)
    assert (found["state"], found["reason"]) == ("ignored", "no money")
    assert (found["value"], found["replayable"]) == (None, False)


def test_what_was_ignored_is_listed_where_it_is_asked_for(store: str, capsys: Capture) -> None:
    """And replayed by no name."""
    assert list_(state=(State.IGNORED,), store=store, json=True) == 0
    assert json.loads(capsys.readouterr().out)["source"].endswith("evt_6")


def test_people_see_an_entry_whole_too(store: str, capsys: Capture) -> None:
    """Consent in words."""
    assert show("ORD-3", store=store) == 0

    assert "analytics denied, ad_user_data unknown" in capsys.readouterr().out


def test_an_event_nobody_heard_of_is_not_shown(store: str, capsys: Capture) -> None:
    """Exit status 1, for scripts."""
    assert show("ORD-9", store=store) == 1

    assert "no entry" in capsys.readouterr().err


def test_stats_count_the_last_hour_and_the_last_day(store: str, capsys: Capture) -> None:
    """By state, by whose it is, by where that is known from, and by consent."""
    assert stats(store=store, json=True) == 0
    (printed,) = lines(capsys)

    hour, day = printed["last_hour"], printed["last_day"]
    assert (hour["events"], day["events"]) == (4, 5)
    assert day["state"] == {"delivered": 1, "rejected": 1, "withheld": 3}
    assert day["attribution"] == {"none": 1, "session": 1, "withheld": 3}
    assert day["context_source"] == {"event": 1, "none": 4}
    assert (day["consent"], day["late"]) == ({"denied": 1, "unknown": 4}, 0)


def test_people_see_shares(store: str, capsys: Capture) -> None:
    """A deployment at 0 % looks fine otherwise."""
    assert stats(store=store) == 0

    table = capsys.readouterr().out
    assert "session" in table
    assert "1 (25.0%)" in table


def test_stats_of_nothing_divide_by_nothing(store: str, capsys: Capture) -> None:
    """An hour without events."""
    assert stats(store=store, since="2020-01-01", until="2020-01-02") == 0

    assert "asked for" in capsys.readouterr().out


@pytest.mark.usefixtures("configured")
def test_a_replay_shows_what_would_be_sent(store: str, capsys: Capture) -> None:
    """GA4's very body for what has its context by now; why not for the rest; no secret."""
    assert replay(store=store, withheld=True, rejected=True, json=True) == 0
    output = capsys.readouterr().out
    printed = {line["business_key"]: line for line in map(json.loads, output.splitlines())}

    body = printed["ORD-1"]["body"]
    assert (printed["ORD-1"]["outcome"], body["client_id"]) == ("would be sent", SEEN.client_id)
    assert body["events"][0]["params"]["session_id"] == SEEN.session_id
    assert printed["ORD-2"]["outcome"] == "would be withheld"
    assert printed["ORD-3"]["reason"] == "analytics consent was denied when it happened"
    assert printed["stripe:evt_4"]["reason"].startswith("nothing was kept to send")
    assert SECRET not in output


@pytest.mark.usefixtures("configured")
def test_a_dry_run_changes_nothing(store: str, capsys: Capture) -> None:
    """Not a byte of what is listed; people are told how to send."""
    list_(store=store, json=True)
    before = capsys.readouterr().out
    assert replay("ORD-1", store=store) == 0
    assert "nothing was sent; --send sends" in capsys.readouterr().out
    list_(store=store, json=True)

    assert capsys.readouterr().out == before


@pytest.mark.usefixtures("configured")
def test_a_replay_names_the_keys_that_name_nothing(store: str, capsys: Capture) -> None:
    """With status 1: a key that was misspelt shall not look as if it had been sent."""
    assert replay("ORD-1", "ORD-99", "ORD-98", store=store, json=True) == 1

    out, error = capsys.readouterr()
    assert json.loads(out)["business_key"] == "ORD-1"
    assert error.splitlines() == [
        "connectors: the ledger has no entry of ORD-99",
        "connectors: the ledger has no entry of ORD-98",
    ]


@pytest.mark.usefixtures("configured")
def test_a_replay_out_of_reach_leaves_everything_as_it_was(store: str, capsys: Capture) -> None:
    """GA4 cannot be reached: nothing was sent, and the entry still waits."""
    with pytest.raises(FailedError, match="GA4 is out of reach"):
        replay("ORD-1", store=store, send=True)
    capsys.readouterr()
    show("ORD-1", store=store, json=True)

    (entry,) = lines(capsys)
    assert (entry["state"], entry["replayable"]) == ("withheld", True)


@pytest.mark.usefixtures("configured")
def test_an_entry_of_another_stream_is_left(
    store: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its key would be another, and so it would be sent twice."""
    monkeypatch.setenv("GA4_MEASUREMENT_ID", "G-OTHER")
    assert replay("ORD-1", store=store, json=True) == 0

    (line,) = lines(capsys)
    assert line["outcome"] == "left"


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (lambda store: replay(store=store), "--withheld or --rejected"),
        (lambda store: list_(store=store, since="1h", until="2h"), "is not before --until"),
        (lambda store: stats(store=store, since="1h", until="2h"), "is not before --until"),
        (lambda store: list_(store=store, since="yesterday"), "--since takes a day"),
        (lambda store: list_(store=store, since="2026-11-23T12:00:00"), "needs its zone"),
        (lambda store: stats(store=store, since="1h", until="2h"), "not before --until"),
        (lambda _: list_(store="redis:there"), "takes sqlite:PATH or firestore:"),
        (lambda _: list_(store="sqlite:/no/such/file"), "no such file"),
    ],
)
def test_what_cannot_be_is_wrong_usage(
    store: str, command: Callable[[str], int], problem: str
) -> None:
    """It is said which option, and nothing is made."""
    with pytest.raises(UsageError, match=problem):
        command(store)


def test_settings_that_are_missing_are_named(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A replay needs to know the stream and its secret."""
    for name in ("GA4_MEASUREMENT_ID", "GA4_API_SECRET"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UsageError, match=r"GA4_MEASUREMENT_ID.*GA4_API_SECRET"):
        replay("ORD-1", store=store)


@pytest.mark.usefixtures("configured")
def test_without_settings_nothing_is_said_of_entries(
    store: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry is there; what is missing are the settings, and where they were looked for."""
    monkeypatch.delenv("GA4_API_SECRET")
    with pytest.raises(UsageError, match=r"GA4_API_SECRET: missing.*settings: the environment"):
        replay("ORD-1", store=store)

    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("policy", [None, "send", "withhold"])
def test_what_waits_for_its_context_waits_on_whatever_the_shell_says(
    store: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch, policy: str | None
) -> None:
    """An operator's shell may lack the function's UNATTRIBUTED_EVENTS."""
    monkeypatch.delenv("UNATTRIBUTED_EVENTS")
    if policy is not None:
        monkeypatch.setenv("UNATTRIBUTED_EVENTS", policy)
    assert replay("ORD-2", store=store, send=True, json=True) == 0

    (printed,) = lines(capsys)
    assert (printed["outcome"], printed["reason"]) == ("withheld", "no client is known")


@pytest.mark.usefixtures("configured")
def test_a_made_up_client_needs_its_own_flag(store: str, capsys: Capture) -> None:
    """Even where the settings say withhold."""
    assert replay("ORD-2", store=store, without_context=True, json=True) == 0

    (printed,) = lines(capsys)
    assert printed["outcome"] == "would be sent"
    assert printed["body"]["events"][0]["params"]["mp_attribution"] == "generated"


@pytest.mark.usefixtures("configured")
def test_another_value_than_the_functions_is_not_sent(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """VALUE_BASIS of the shell is not that of the function."""
    stores = sqlite_stores(str(tmp_path / "values.sqlite"))
    conversion = replace(waiting("ORD-8"), context=SEEN)
    assert conversion.money is not None
    gross = replace(fact(conversion), value=conversion.money.total)
    record = encode_replay(ReplayRecord(conversion, "payment_webhook"))

    async def record_it() -> None:
        await stores.ledger.record(gross, State.REJECTED, now=NOW, reason="x", replay=record)
        await stores.close()

    asyncio.run(record_it())
    place = f"sqlite:{tmp_path}/values.sqlite"
    replay("ORD-8", store=place, json=True)
    monkeypatch.setenv("VALUE_BASIS", "gross")
    replay("ORD-8", store=place, json=True)

    net, same = lines(capsys)
    assert (net["outcome"], same["outcome"]) == ("left", "would be sent")
    assert "VALUE_BASIS" in net["reason"]


@pytest.mark.usefixtures("configured")
def test_what_a_function_rejected_as_too_late_needs_its_own_flag(
    tmp_path: Path, capsys: Capture
) -> None:
    """LATE_EVENTS of the shell is not that of the function."""
    stores = sqlite_stores(str(tmp_path / "late.sqlite"))
    old = replace(waiting("ORD-7"), context=SEEN, occurred_at=NOW - timedelta(hours=80))
    record = encode_replay(ReplayRecord(old, "payment_webhook"))
    reason = "occurred_at: more than 72 hours ago"

    async def record_it() -> None:
        await stores.ledger.record(fact(old), State.REJECTED, now=NOW, reason=reason, replay=record)
        await stores.close()

    asyncio.run(record_it())
    place = f"sqlite:{tmp_path}/late.sqlite"
    replay("ORD-7", store=place, json=True)
    replay("ORD-7", store=place, late=True, json=True)

    left, sent = lines(capsys)
    assert (left["outcome"], sent["outcome"]) == ("left", "would be sent")
    assert "--late" in left["reason"]


def test_what_is_sent_is_sent_once(
    store: str, tmp_path: Path, command: list[str], environ: dict[str, str]
) -> None:
    """As a process, to a GA4 that listens: delivered, and nothing left to send the second time."""

    async def run() -> tuple[list[dict[str, str]], int]:
        ended = []
        async with Collector(0) as collector:
            for _ in range(2):
                process = await asyncio.create_subprocess_exec(
                    *(*command, "ledger", "replay", "--withheld", "--send", "--json"),
                    env={**environ, **settings(tmp_path, collector.url), "STORE": store},
                    stdout=subprocess.PIPE,
                )
                output, _ = await process.communicate()
                assert process.returncode == 0
                printed = [json.loads(line) for line in output.splitlines()]
                ended.append({line["business_key"]: line["outcome"] for line in printed})
            return ended, len(collector.history.snapshot())

    (first, second), sent = asyncio.run(run())

    assert first == {"ORD-1": "delivered", "ORD-2": "withheld", "ORD-3": "left"}
    assert second == {"ORD-2": "withheld", "ORD-3": "left"}
    assert sent == 1


def test_an_id_does_nothing_to_the_terminal(tmp_path: Path, capsys: Capture) -> None:
    """Ids are others' words: whatever a terminal would obey is shown, as text and as JSON."""
    hostile = "ORD\x1b]0;t\x07\x9b2J\u202e9\nORD-8 delivered"
    stores = sqlite_stores(str(tmp_path / "hostile.sqlite"))

    async def remember() -> None:
        told = fact(waiting(hostile))
        await stores.ledger.record(told, State.REJECTED, now=NOW, reason=f"odd {hostile}")
        await stores.close()

    asyncio.run(remember())
    store = f"sqlite:{tmp_path / 'hostile.sqlite'}"
    for as_json in (False, True):
        list_(store=store, json=as_json)
        show(hostile, store=store, json=as_json)
    shown = capsys.readouterr().out

    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
    assert r"ORD\x1b]0;t\x07\x9b2J\u202e9\x0aORD-8 delivered" in shown
