"""`connectors explain` as an operator runs it: on both stores, with odd ids and many entries."""

import asyncio
import json
import string
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.money import Money
from shared.domain.order import Order
from shared.stores.entry import REVERSED_AFTER_SENDING, LedgerEvent, State
from shared.stores.firestore.database import firestore_stores
from shared.stores.lease import Lease
from shared.stores.ledger import Ledger
from shared.stores.sqlite.database import sqlite_stores
from shared.stores.stores import Stores
from tests.support.builders import MEASUREMENT_ID
from tests.support.firestore_emulator import DATABASE, address_and_project, tell_address
from tests.support.local_stack import clean_environment
from tests.tools.explain.explaining import Told, explain
from tools.changed import replace

NOW: Final = datetime.now(UTC).replace(microsecond=0)
HOUR: Final = timedelta(hours=1)
CLIENT: Final = "1170316824.1700000000"
HOSTILE: Final = "ORD\n\x1b[31mred\u202e [bold]x[/bold]"
LONG: Final = "L" * 10_000
RENEWALS: Final = 300


def fact(key: str, *mentions: str, name: str = "purchase", **fields: Any) -> LedgerEvent:  # noqa: ANN401 - any
    """Return an event of 18.00 EUR of two hours ago."""
    return LedgerEvent(
        **{
            "measurement_id": MEASUREMENT_ID,
            "event_name": name,
            "business_key": key,
            "transaction_id": key,
            "currency": "EUR",
            "value": Decimal("18.00"),
            "occurred_at": NOW - 2 * HOUR,
            "source": f"stripe checkout.session.completed evt_{key[:9]}",
            "attribution": "session",
            "mentions": (key, *mentions),
            **fields,
        }
    )


async def delivered(
    ledger: Ledger, event: LedgerEvent, at: datetime = NOW, state: State = State.DELIVERED
) -> None:
    """Claim an event and settle it."""
    lease = await ledger.claim(event, now=at, resend=True)
    assert isinstance(lease, Lease)
    reason = None if state is State.DELIVERED else "no clear answer: 502"
    await ledger.settle(lease, state, now=at + timedelta(seconds=2), reason=reason)


async def recorded(ledger: Ledger, event: LedgerEvent, state: State, reason: str) -> None:
    """Record an event that is not sent, which a replay could send."""
    await ledger.record(event, state, now=NOW, reason=reason, replay=b"{}")


async def fill(stores: Stores) -> None:
    """Make a store with one of each, and three hundred of one."""
    ledger = stores.ledger
    await delivered(ledger, fact("ORD-9", "pi_9", "cus_9"))
    refund = fact("re_9", "ORD-9", "pi_9", name="refund", transaction_id="ORD-9")
    await delivered(ledger, replace(refund, value=Decimal("9.00"), attribution="client"))
    await delivered(ledger, fact("ORD-90", "pi_90"))
    await recorded(ledger, fact("W-1", "pi_w"), State.WITHHELD, "no client is known")
    late = fact("W-2", occurred_at=NOW - 80 * HOUR)
    await recorded(ledger, late, State.REJECTED, "occurred_at: more than 72 hours ago")
    await delivered(ledger, fact("U-1"), state=State.UNCERTAIN)
    reversed_refund = fact("re_r", "U-2", name="refund", transaction_id="U-2")
    await delivered(ledger, reversed_refund)
    await ledger.reverse(reversed_refund, now=NOW, reason=REVERSED_AFTER_SENDING)
    await ledger.claim(fact("C-1"), now=NOW, resend=True)
    for account in ("acct_1", "acct_2"):
        source = f"stripe {account} checkout.session.completed evt_{account}"
        key = f"{account}:TWO"
        await delivered(ledger, fact(key, "TWO", transaction_id="TWO", source=source))
    await delivered(ledger, fact("SAME"))
    await delivered(ledger, fact("pi_other", "SAME"))
    for odd in (HOSTILE, LONG, "a b*?%_", "größe-日本"):
        await delivered(ledger, fact(odd))
    ignored = "stripe charge.succeeded evt_i"
    event = LedgerEvent(
        MEASUREMENT_ID, "ignored", ignored, source=ignored, mentions=("evt_i", "ch_i")
    )
    for _ in range(2):
        await ledger.ignore(
            event, now=NOW, reason="charges are not taken as money", retention=24 * HOUR
        )
    order = Order("W-1", Money("EUR", Decimal("27.60"), Decimal("4.60")), (), Context(), NOW)
    await stores.orders.remember(order, ["stripe:\0pi_w", "stripe:\0W-1"], now=NOW)
    session = int((NOW - 3 * HOUR).timestamp())
    seen = Context(CLIENT, session, consent=Consent(Choice.GRANTED))
    await stores.contexts.put(["W-1", "cs_captured"], seen, now=NOW)
    await asyncio.gather(
        *(
            delivered(
                ledger,
                fact(f"in_{number}", "sub_300", attribution="client"),
                NOW - number * HOUR,
            )
            for number in range(RENEWALS)
        )
    )
    await stores.close()


@pytest.fixture(scope="module", params=["firestore", "sqlite"])
def environ(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, str]:
    """The environment of an operator whose store has one of each."""
    folder = tmp_path_factory.mktemp("store")
    if request.param == "sqlite":
        path = folder / "store.sqlite"
        asyncio.run(fill(sqlite_stores(str(path))))
        return clean_environment(STORE=f"sqlite:{path}")
    tell_address(request.getfixturevalue("firestore_emulator"), folder)
    emulator, project = address_and_project(folder)
    asyncio.run(fill(firestore_stores(project, DATABASE, emulator, patience_seconds=60)))
    where = {"STORE": f"firestore:{project}/{DATABASE}", "FIRESTORE_EMULATOR_HOST": emulator}
    return clean_environment(**where)


def told(environ: Mapping[str, str], each: str, *options: str) -> Told:
    """Explain an id that something is known of, as JSON."""
    found = explain(each, "--json", *options, environ=environ)
    assert found.status == 0, found
    return found


@pytest.mark.parametrize("each", ["ORD-9", "pi_9", "re_9", "cus_9", " ORD-9\n"])
def test_an_order_is_told_by_any_of_its_ids(environ: Mapping[str, str], each: str) -> None:
    """The purchase and its refund, with money, clients and times; and no other order."""
    found = told(environ, each)

    assert found.document.keys() >= {"id", "summary", "timeline", "entries"}
    assert found.document["id"] == each
    assert "The purchase ORD-9 of 18.00 EUR is delivered: GA4 took it, in the" in found.text
    assert "The refund ORD-9 (re_9) of 9.00 EUR is delivered" in found.text
    assert "Duplicates are answered and not recorded" in found.text
    assert [entry["event_name"] for entry in found.document["entries"]] in (
        ["purchase", "refund"],
        ["refund", "purchase"],
    )
    assert "ORD-90" not in found.text
    whens = [line["at"] for line in found.document["timeline"]]
    assert whens == sorted(whens, reverse=True)
    assert all(when.endswith("+00:00") for when in whens)
    assert any(line.endswith("evt_ORD-9 arrived") for line in found.lines)
    assert "purchase ORD-9 of 18.00 EUR happened" in found.lines


@pytest.mark.parametrize(
    ("each", "sentence", "advice"),
    [
        ("W-1", "is withheld and not sent: no client is known.", "ledger replay W-1 --without-"),
        ("W-2", "is rejected and not sent: occurred_at: more than 72", "ledger replay W-2 --late"),
        ("U-1", "is uncertain: it was sent, in the buyer's session, and", "reconcile export"),
        ("re_r", "is reversed: no money went back after all", '"reversals": "purchase"'),
        ("C-1", "is claimed: it is being sent, at try 1", "Wait a minute"),
        ("evt_i", "was ignored: charges are not taken as money.", '"charges": true'),
        ("ch_i", "was ignored: charges are not taken as money.", '"charges": true'),
    ],
)
def test_what_became_of_it_comes_with_what_to_do(
    environ: Mapping[str, str], each: str, sentence: str, advice: str
) -> None:
    """The outcome word, the reason as it was answered, and the fix."""
    found = told(environ, each)

    assert sentence in found.text
    assert any(advice in line for line in found.document["to_do"]), found.document["to_do"]


def test_what_waits_may_still_join_its_session(environ: Mapping[str, str]) -> None:
    """By what the store knows of the browser; nobody's ids are shown."""
    found = told(environ, "W-1")

    assert "The buyer paid 27.60 EUR for order W-1, with 4.60 tax in it." in found.text
    assert "Known of the buyer's browser: client and session." in found.text
    assert "GA4 takes it under its own time for another 69 hours." in found.text
    assert "Its session can be joined for another 20 hours." in found.text
    assert CLIENT not in json.dumps(found.document)
    assert "outside its session" in told(environ, "W-2").text


def test_a_delivery_that_came_again_says_so(environ: Mapping[str, str]) -> None:
    """One entry, counted."""
    assert any("arrived (2 times since); ignored" in line for line in told(environ, "ch_i").lines)


def test_a_capture_without_an_order_is_something(environ: Mapping[str, str]) -> None:
    """Its payment has not come."""
    found = told(environ, "cs_captured")

    assert found.document["entries"] == []
    assert "Known of the buyer's browser: client and session." in found.text


def test_two_accounts_may_have_the_same_order_id(environ: Mapping[str, str]) -> None:
    """Both are shown, and the text says that they are two."""
    found = told(environ, "TWO")

    assert len(found.document["entries"]) == 2
    assert "Several accounts have an order of this id: " in found.text
    assert "acct_1" in found.text
    assert "acct_2" in found.text


def test_two_payments_under_one_order_id_are_told(environ: Mapping[str, str]) -> None:
    """The second was sent under its own id."""
    found = told(environ, "SAME")

    assert "Another payment came under this order id, and was sent as pi_other." in found.text


def test_three_hundred_renewals_are_summed_up(environ: Mapping[str, str]) -> None:
    """All are counted, the newest are shown, and how many are not."""
    found = told(environ, "sub_300")
    whole = told(environ, "sub_300", "--limit", "1000")
    text = explain("sub_300", "--limit", "2", environ=environ).text

    assert f"{RENEWALS} events: {RENEWALS} delivered (5400.00 EUR)." in found.text
    assert [entry["business_key"] for entry in found.document["entries"]] == [
        f"in_{number}" for number in range(20)
    ]
    assert found.document["more"] == RENEWALS - 20
    assert (len(whole.document["entries"]), whole.document["more"]) == (RENEWALS, 0)
    assert f"and {RENEWALS - 2} older entries; --limit shows more" in text
    assert len(text.splitlines()) < 20


@pytest.mark.parametrize("each", [HOSTILE, LONG, "a b*?%_", "größe-日本"])
def test_an_odd_id_is_as_good_as_any(environ: Mapping[str, str], each: str) -> None:
    """It is found by the whole of itself, and does nothing to the terminal."""
    found = explain(each, environ=environ)

    assert found.status == 0
    assert "delivered" in found.text
    assert all(line.isprintable() for line in found.text.splitlines())
    assert len(found.text) < 5_000
    assert told(environ, each).document["id"] == each
    for other in (each[:-1], each.upper() + "x", each.replace("*", "x") + "*"):
        assert explain(other, environ=environ).status == 1


@pytest.mark.parametrize("each", ["ORD", "ORD-", "*", "%", "ORD-9*", "evt_nothing", "'; --"])
def test_of_what_nobody_heard_of_nothing_is_said(environ: Mapping[str, str], each: str) -> None:
    """Exit status 1, with why that may be."""
    found = explain(each, "--json", environ=environ)

    assert found.status == 1
    assert (found.document["timeline"], found.document["entries"]) == ([], [])
    assert found.document["summary"].startswith("Nothing is known of this id.")
    assert "IGNORED_RETENTION_DAYS" in explain(each, environ=environ).text


def test_an_entrys_own_key_is_an_id_too(environ: Mapping[str, str]) -> None:
    """As `ledger show` takes it."""
    (entry, *_) = told(environ, "U-1").document["entries"]

    assert "uncertain" in told(environ, entry["key"]).text


@pytest.mark.parametrize("each", ["", "  ", "\n"])
def test_no_id_is_wrong_usage(environ: Mapping[str, str], each: str) -> None:
    """It says what an id may be of."""
    found = explain(each, environ=environ)

    assert (found.status, found.text) == (2, "")
    assert "name an id" in found.error


def test_a_store_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    """Reading never makes one."""
    environ = clean_environment()
    missing = explain("x", "--store", f"sqlite:{tmp_path}/none", environ=environ)
    wrong = explain("x", "--store", "mysql:x", environ=environ)
    both = explain("x", "--limit", "0", environ=environ)

    assert [missing.status, wrong.status] == [2, 2]
    assert both.status != 0
    assert not list(tmp_path.iterdir())


def test_the_settings_name_the_store(environ: Mapping[str, str], tmp_path: Path) -> None:
    """A file, as every command takes it."""
    names = ("STORE", "FIRESTORE_EMULATOR_HOST")
    lines = [f"{name}={environ[name]}" for name in names if name in environ]
    (tmp_path / "my.env").write_text("\n".join(lines))
    without = {name: value for name, value in environ.items() if name not in names}

    found = explain("ORD-9", "--settings", f"{tmp_path}/my.env", environ=without)

    assert found.status == 0
    assert "ORD-9 of 18.00 EUR is delivered" in found.text


def test_people_read_sentences() -> None:
    """Of at most thirty words, so far as no id or reason makes them longer."""
    from tools.explain.advice import ADVICE  # noqa: PLC0415 - this test's own

    for advices in ADVICE.values():
        for _, advice in advices:
            for sentence in advice.replace(": ", ". ").split(". "):
                assert len(sentence.split()) <= 30, sentence
            assert advice[0] in string.ascii_uppercase + "`"
