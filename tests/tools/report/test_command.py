"""`connectors report` as an operator runs it, on ledgers of both stores."""

import asyncio
import os
import re
import signal
import sqlite3
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from shared.domain.consent import Choice, Consent
from shared.stores.entry import REVERSED_AFTER_SENDING, LedgerEvent, State
from shared.stores.firestore.database import firestore_stores
from shared.stores.lease import Lease
from shared.stores.ledger import Ledger
from shared.stores.sqlite.database import sqlite_stores
from shared.stores.sqlite.rows import LEDGER_COLUMNS
from shared.stores.stores import Stores
from tests.support.builders import MEASUREMENT_ID
from tests.support.firestore_emulator import DATABASE, address_and_project, tell_address
from tests.support.forks import run_connectors
from tests.tools.done import Done
from tools.errors import StoppedError
from tools.report.command import Options, run
from tools.settings_source import SettingsSource

SECOND = datetime.combine(datetime.now(UTC).date() - timedelta(days=4), time(12), UTC)
FIRST = SECOND - timedelta(days=1)
SPAN = ("--from", f"{FIRST:%Y-%m-%d}", "--to", f"{SECOND + timedelta(days=1):%Y-%m-%d}")
HOSTILE = "</title><script>alert(1)</script>\x1b[31m\u202e\"'&"


def fact(key: str, money: str, name: str = "purchase", stream: str = MEASUREMENT_ID) -> LedgerEvent:
    """Return an event over some money, in its session."""
    value, currency = money.split()
    return LedgerEvent(
        stream,
        name,
        key,
        key,
        currency,
        Decimal(value),
        FIRST,
        "stripe invoice.paid evt_1",
        "session",
        Consent(Choice.GRANTED),
    )


async def send(
    ledger: Ledger, what: LedgerEvent, at: datetime, state: State = State.DELIVERED
) -> None:
    """Take an event to its end."""
    lease = await ledger.claim(what, now=at, resend=True)
    assert isinstance(lease, Lease)
    await ledger.settle(lease, state, now=at, reason=None if state is State.DELIVERED else "late")


async def fill(stores: Stores) -> None:
    """Make a ledger of two days, and of the days beside them."""
    ledger = stores.ledger
    await send(ledger, fact("T-1", "100.00 EUR"), FIRST)
    await send(ledger, fact("T-2", "7 JPY"), FIRST)
    await send(ledger, fact("re_1", "30.25 EUR", "refund"), SECOND)
    await send(ledger, fact("re_2", "1.00 EUR", "refund"), FIRST)
    await ledger.reverse(
        fact("re_2", "1.00 EUR", "refund"), now=SECOND, reason=REVERSED_AFTER_SENDING
    )
    await send(ledger, fact("T-3", "2.000 KWD"), SECOND, State.UNCERTAIN)
    await ledger.record(
        fact(HOSTILE, "5.00 EUR"), State.WITHHELD, now=SECOND, reason=f"odd {HOSTILE}"
    )
    await ledger.ignore(
        fact("evt_1", "3.00 EUR"), now=FIRST, reason="zero amount", retention=timedelta(days=30)
    )
    await send(ledger, fact("S-1", "9.00 EUR", stream="G-OTHER"), FIRST)
    for beside in (FIRST - timedelta(hours=12, microseconds=1), SECOND + timedelta(hours=12)):
        await send(ledger, fact(f"T-{beside}", "1000.00 EUR"), beside)
    await stores.close()


@dataclass
class Shop:
    """A ledger, and the environment to read it in."""

    store: str
    environ: dict[str, str]

    def report(self, *arguments: str) -> Done:
        """Run the command."""
        return run_connectors("report", "--store", self.store, *arguments, environ=self.environ)


@pytest.fixture(params=["firestore", "sqlite"])
def shop(request: pytest.FixtureRequest, tmp_path: Path, environ: dict[str, str]) -> Shop:
    """A ledger in each of the stores."""
    if request.param == "sqlite":
        path = tmp_path / "store.sqlite"
        asyncio.run(fill(sqlite_stores(str(path))))
        return Shop(f"sqlite:{path}", environ)
    tell_address(request.getfixturevalue("firestore_emulator"), tmp_path)
    emulator, project = address_and_project(tmp_path)
    asyncio.run(fill(firestore_stores(project, DATABASE, emulator)))
    return Shop(f"firestore:{project}/{DATABASE}", {**environ, "FIRESTORE_EMULATOR_HOST": emulator})


def test_the_days_asked_for_are_added_up(shop: Shop) -> None:
    """From the first one's midnight to before the last one's; a failed refund GA4 still has."""
    found = shop.report(*SPAN, "--measurement-id", MEASUREMENT_ID, "--json").report

    assert (found["from"], found["to"]) == (SPAN[1], SPAN[3])
    assert {each["currency"]: each["net"] for each in found["money"]} == {
        "EUR": "68.75",
        "JPY": "7",
    }
    assert [each["states"] for each in found["days"]] == [
        {"delivered": 2, "reversed": 1},
        {"delivered": 1, "uncertain": 1, "withheld": 1},
    ]
    assert found["not_in_money"] == [
        {
            "currency": "EUR",
            "state": "withheld",
            "event_name": "purchase",
            "events": 1,
            "value": "5.00",
        },
        {
            "currency": "KWD",
            "state": "uncertain",
            "event_name": "purchase",
            "events": 1,
            "value": "2.000",
        },
    ]
    assert found["measurement_ids"] == {MEASUREMENT_ID: 6}


def test_a_terminal_gets_a_summary_and_no_control_character(shop: Shop) -> None:
    """Sums, shares and what to do."""
    done = shop.report(*SPAN)

    assert done.status == 0
    assert re.search(r"EUR +109\.00 +31\.25 +77\.75 *\n", done.out)
    assert "not in these sums: purchase (withheld) 5.00 EUR\n" in done.out
    assert "GA4 gave no clear answer" in done.out
    assert not set(done.out) & {"\x1b", "\u202e"}


def test_a_page_is_written_and_says_where(shop: Shop, tmp_path: Path) -> None:
    """What stands in the ledger is text in it, whatever it is."""
    page = tmp_path / "report.html"
    done = shop.report(*SPAN, "--html", str(page))
    text = page.read_text(encoding="utf-8")

    assert (done.status, done.out) == (0, f"7 events; the page is in {page}\n")
    assert "<script" not in text.lower()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\x1b[31m\\u202e" in text
    assert "Net revenue, EUR" in text
    assert "Several streams share this ledger" in text


def test_a_ledger_without_these_days_is_status_1(shop: Shop, tmp_path: Path) -> None:
    """The span is said, and no page is written."""
    page = tmp_path / "report.html"
    done = shop.report("--from", "2026-01-01", "--to", "2026-02-01", "--html", str(page))

    assert (done.status, done.out) == (1, "")
    assert done.error == (
        "connectors: the ledger has nothing from 2026-01-01 to before 2026-02-01 (UTC)\n"
    )
    assert not page.exists()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--html", "nowhere/report.html"), "--html: there is no folder nowhere"),
        (("--html", "."), "--html: . is a folder; name a file, e.g. report.html"),
        (("--html", ""), "--html is not the name of a file"),
        (("--reconciliation", "none.json"), "--reconciliation: none.json cannot be read"),
        (("--store", "sqlite:none.sqlite"), "--store: there is no such file"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_read(
    environ: dict[str, str], tmp_path: Path, arguments: tuple[str, ...], problem: str
) -> None:
    """Exit status 2, one line."""
    path = tmp_path / "store.sqlite"
    asyncio.run(fill(sqlite_stores(str(path))))
    store = () if "--store" in arguments else ("--store", f"sqlite:{path}")
    done = run_connectors("report", *store, *arguments, environ=environ, working_folder=tmp_path)

    assert (done.status, done.out) == (2, "")
    assert done.error.startswith(f"connectors: {problem}")
    assert done.error.count("\n") == 1


def test_a_long_report_can_be_stopped(tmp_path: Path) -> None:
    """SQLite answers without a pause; Ctrl-C is heard all the same."""
    path = tmp_path / "store.sqlite"

    asyncio.run(fill(sqlite_stores(str(path))))
    columns = LEDGER_COLUMNS.removeprefix("key, ")
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
    database = sqlite3.connect(path)
    database.execute(
        f"{many} INSERT INTO ledger SELECT key || i, {columns} FROM ledger, n"  # noqa: S608 - ours
    )
    database.commit()
    database.close()
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    options = Options(store=f"sqlite:{path}", start=SPAN[1], end=SPAN[3])
    with pytest.raises(StoppedError, match="SIGINT"):
        run(options, SettingsSource().load())
