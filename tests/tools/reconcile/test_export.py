"""`connectors reconcile export` as a person runs it, against GA4's export on loopback."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from shared.stores.entry import LedgerEvent, State
from shared.stores.lease import Lease
from shared.stores.sqlite.database import sqlite_stores
from tests.functions import stripe_events as stripe
from tests.functions.running import GA4, Webhook
from tests.functions.running import MEASUREMENT_ID as STREAM_OF_THE_WEBHOOK
from tests.support.bigquery_server import BigQueryServer
from tests.support.builders import MEASUREMENT_ID
from tests.support.exporting import SENT, sent, there
from tests.support.forks import connectors
from tests.support.ga4_export import DATASET, Exported, export, received
from tests.support.loop import in_a_loop

NOW: Final = datetime.now(UTC)
BEGUN: Final = there("T-0", at=NOW - timedelta(days=30))
"""The export is older than what is asked about."""
START: Final = (NOW - timedelta(days=8)).date().isoformat()


@dataclass
class Ran:
    """How the command ended.

    Attributes:
        status: Its exit status.
        printed: What it printed as JSON; None where that is none.
        said: Everything it said.
    """

    status: int
    printed: Any
    said: str

    @property
    def words(self) -> dict[str, int]:
        """How many events stand how, without the noughts."""
        return {word: count for word, count in self.printed["counts"].items() if count}


async def reconcile(
    folder: Path,
    rows: Iterable[Exported],
    *options: str,
    server: BigQueryServer | None = None,
    settings: Mapping[str, str] | None = None,
) -> Ran:
    """Run the command in a process of its own."""
    async with server or BigQueryServer() as bigquery:
        export(bigquery.warehouse, rows)
        environment = {
            "BIGQUERY_EMULATOR_HOST": bigquery.url,
            "GOOGLE_APPLICATION_CREDENTIALS": str(bigquery.credentials(folder)),
            "GA4_MEASUREMENT_ID": MEASUREMENT_ID,
            "GA4_EXPORT": DATASET,
            "STORE": f"sqlite:{folder}/ledger.sqlite",
            **(settings or {}),
        }
        command = ("reconcile", "export", "--from", START, *options)
        done = await connectors(*command, environ=environment)
    printed = done.report if done.out.startswith("{") else None
    return Ran(done.status, printed, done.error + done.out)


@in_a_loop
async def test_a_ledger_and_an_export_that_agree_balance(tmp_path: Path) -> None:
    """Exit status 0, and every event is found."""
    store = tmp_path / "ledger.sqlite"
    await sent(store, "T-1")
    await sent(store, "re_1", "refund", order="T-1")
    rows = [BEGUN, there("T-1"), there("T-1", "refund")]
    ran = await reconcile(tmp_path, rows, "--json")

    assert ran.status == 0, ran.said
    assert ran.words == {"found": 2}
    assert (ran.printed["events"], ran.printed["findings"]) == (2, [])


@in_a_loop
async def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    """Lost, doubled, changed and forged money, each with its order."""
    store = tmp_path / "ledger.sqlite"
    for key in ("T-1", "T-2", "T-3"):
        await sent(store, key)
    await sent(store, "re_3", "refund", order="T-3")
    rows = [
        BEGUN,
        there("T-2", value=1250),
        there("T-3"),
        there("T-3", "refund"),
        there("T-3", "refund"),
        there("T-666"),
    ]
    ran = await reconcile(tmp_path, rows)

    assert ran.status == 1
    lines = [" ".join(line.split()) for line in ran.said.splitlines()]
    assert "missing purchase T-1" in lines
    assert "doubled refund T-3 — sent 1 times, there 2 times" in lines
    assert "different purchase T-2 — the ledger says 12.5, the export 1250" in lines
    assert "unmatched purchase T-666 — the ledger has no such event" in lines


@in_a_loop
async def test_what_the_webhook_sends_is_found_in_what_ga4_exports(tmp_path: Path) -> None:
    """Deliveries into a real process, its requests into tables of today: the keys agree."""
    with (
        GA4(tmp_path / "ga4") as ga4,
        Webhook(tmp_path / "webhook", ga4.url) as webhook,
    ):
        for order in ("A-1", "A-2", "A-3"):
            assert webhook.post(stripe.paid(order)).json()["outcome"] == "delivered"
        rows = [row for request in ga4.events for row in received(request)]
        kept, duplicate = rows[:2], rows[:1]
        ran = await reconcile(
            tmp_path,
            [BEGUN, *kept, *duplicate],
            "--json",
            settings={
                "STORE": f"sqlite:{webhook.ledger.path}",
                "GA4_MEASUREMENT_ID": STREAM_OF_THE_WEBHOOK,
            },
        )

    assert ran.status == 0, ran.said
    assert ran.words == {"found": 2, "awaited": 1, "merged_duplicate": 1}
    assert {finding["transaction_id"] for finding in ran.printed["findings"]} == {"A-1", "A-3"}


@in_a_loop
async def test_an_entry_of_another_stream_is_not_asked_about(tmp_path: Path) -> None:
    """One store may serve several."""
    await sent(tmp_path / "ledger.sqlite", "T-1", stream="G-OTHER")
    ran = await reconcile(tmp_path, [BEGUN], "--json")

    assert (ran.status, ran.printed["events"]) == (0, 0)


@in_a_loop
async def test_only_what_was_sent_is_asked_about(tmp_path: Path) -> None:
    """What was withheld is rightly not there."""
    store = sqlite_stores(str(tmp_path / "ledger.sqlite"))
    fact = LedgerEvent(MEASUREMENT_ID, "purchase", "T-1", transaction_id="T-1")
    await store.ledger.record(fact, State.WITHHELD, now=SENT, reason="consent")
    await store.close()
    ran = await reconcile(tmp_path, [BEGUN], "--json")

    assert (ran.status, ran.printed["events"]) == (0, 0)


@in_a_loop
async def test_a_refund_of_an_order_refunded_before_is_no_copy(tmp_path: Path) -> None:
    """The ledger of the days beside is asked as well."""
    store = tmp_path / "ledger.sqlite"
    before = datetime.fromisoformat(START).replace(tzinfo=UTC) - timedelta(days=1)
    await sent(store, "re_0", "refund", order="T-1", at=before)
    await sent(store, "re_1", "refund", order="T-1")
    rows = [there("T-1", "refund"), there("T-1", "refund", at=before)]
    ran = await reconcile(tmp_path, rows, "--json")

    assert (ran.status, ran.words) == (0, {"found": 1}), ran.said


@pytest.mark.parametrize(
    ("settings", "printed"),
    [
        ({"GA4_EXPORT": ""}, "GA4_EXPORT: missing; it is PROJECT.analytics_N"),
        ({"GA4_EXPORT": "shop.costs"}, "GA4_EXPORT: GA4's dataset is"),
        ({"GA4_EXPORT_STREAM": "web"}, "GA4_EXPORT_STREAM: takes the stream's number"),
        ({"GA4_EXPORT_MAX_GIB": "0"}, "GA4_EXPORT_MAX_GIB: takes a whole number"),
        ({"GA4_EXPORT": "shop-1.analytics_7"}, "BigQuery says NotFound (notFound)"),
    ],
)
@in_a_loop
async def test_a_place_that_is_none_is_named(
    tmp_path: Path, settings: dict[str, str], printed: str
) -> None:
    """Exit status 2: a person has to set it right."""
    ran = await reconcile(tmp_path, [there("T-1")], settings=settings)

    assert ran.status == 2
    assert printed in ran.said


@in_a_loop
async def test_a_day_before_the_export_began_is_not_missing(tmp_path: Path) -> None:
    """A property that was linked yesterday knows nothing of last week."""
    await sent(tmp_path / "ledger.sqlite", "T-1")
    ran = await reconcile(tmp_path, [there("T-9", at=NOW - timedelta(days=1))], "--json")

    assert ran.words == {"unexported": 1, "unmatched": 1}


@in_a_loop
async def test_an_order_that_is_as_old_as_the_ledger_is_not_unmatched(tmp_path: Path) -> None:
    """It was withheld for weeks, and sent when its context came."""
    await sent(tmp_path / "ledger.sqlite", "T-1", at=NOW - timedelta(days=40))
    ran = await reconcile(tmp_path, [BEGUN, there("T-1")], "--json")

    assert (ran.status, ran.words) == (0, {})


@in_a_loop
async def test_what_the_ledger_says_was_not_sent_is_unexpected(tmp_path: Path) -> None:
    """A process that died after sending leaves a claim that nobody settled."""
    ledger = sqlite_stores(str(tmp_path / "ledger.sqlite")).ledger
    await ledger.claim(LedgerEvent(MEASUREMENT_ID, "purchase", "T-1", "T-1"), now=SENT, resend=True)
    await ledger.close()
    ran = await reconcile(tmp_path, [BEGUN, there("T-1")])

    assert ran.status == 1
    assert "unexpected purchase T-1" in ran.said


@in_a_loop
async def test_a_lead_is_found_by_its_time(tmp_path: Path) -> None:
    """It is about no order, and another of the same day is another."""
    store = sqlite_stores(str(tmp_path / "ledger.sqlite"))
    for number, at in enumerate((SENT, SENT + timedelta(microseconds=1))):
        lead = LedgerEvent(MEASUREMENT_ID, "generate_lead", f"lead_{number}", occurred_at=at)
        lease = await store.ledger.claim(lead, now=SENT + timedelta(hours=1), resend=False)
        assert isinstance(lease, Lease)
        await store.ledger.settle(lease, State.DELIVERED, now=SENT + timedelta(hours=1))
    await store.close()
    there_is = Exported("generate_lead", SENT, "1.2", {"mp_source": "offline_event"})
    ran = await reconcile(tmp_path, [BEGUN, there_is], "--json")

    assert ran.words == {"found": 1, "missing": 1}


@in_a_loop
async def test_an_export_without_a_table_balances_nothing(tmp_path: Path) -> None:
    """Exit status 2, and the setting's name."""
    server = BigQueryServer()
    server.warehouse.table(f"{DATASET}.flat", ["x VARCHAR"], [])
    ran = await reconcile(tmp_path, [], server=server)

    assert ran.status == 2
    assert "GA4_EXPORT: GA4 has exported nothing to this dataset yet" in ran.said


@in_a_loop
async def test_an_export_that_cannot_be_asked_ends_it(tmp_path: Path) -> None:
    """Nothing is said to balance that nobody looked at, and nothing of Google's text is told."""
    ran = await reconcile(tmp_path, [there("T-1")], server=BigQueryServer((403, "accessDenied")))

    assert ran.status == 2
    assert "BigQuery says Forbidden (accessDenied)" in ran.said
    assert "jane@example.com" not in ran.said
