"""The whole at a glance: each thing is counted once, whatever comes again."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from shared.domain.sink import Receipt
from shared.stores.entry import REVERSED_AFTER_SENDING, Entry, LedgerEvent, State
from tests.support import loopback
from tests.tools.collecting import collecting
from tests.tools.data_manager.wire import event, ingest
from tests.tools.page.lines import AT, collected, delivered, purchase, refused
from tools.changed import replace
from tools.collector import Collector
from tools.page.journal import Journal


def entry(
    key: str,
    value: str,
    state: State = State.DELIVERED,
    name: str = "purchase",
    reason: str | None = None,
) -> Entry:
    """Return an entry over so many euros."""
    now = datetime.fromtimestamp(AT, UTC)
    fact = LedgerEvent("G-1", name, key, key, "EUR", Decimal(value))
    return Entry(
        fact=fact,
        state=state,
        reason=reason,
        attempt=1,
        sending=True,
        lease_until=None,
        created_at=now,
        updated_at=now,
        expires_at=now,
    )


def totals(journal: Journal) -> dict[str, Any]:
    """Return the sums."""
    return journal.totals.shown(AT)


def test_money_is_what_was_paid_less_what_went_back() -> None:
    """By currency, as the shop has it and as GA4 will: the same where all was sent."""
    journal = Journal(follows=True)
    for _ in range(2):
        journal.settle(entry("ORD-1", "18"))
        journal.settle(entry("re_1", "5.5", name="refund"))
    journal.collected(collected(purchase("ORD-1", 18)))
    refund = {
        "name": "refund",
        "params": {"transaction_id": "ORD-1", "value": 5.5, "currency": "EUR"},
    }
    journal.collected(collected(refund))

    (money,) = totals(journal)["money"]
    same = {"net": "12.50", "purchases": "18.00", "refunds": "5.50", "bought": 1, "returned": 1}
    assert money == {"currency": "EUR", "shop": same, "ga4": same, "difference": "", "why": ""}


def test_ga4_merges_the_copies_of_a_purchase_and_of_nothing_else() -> None:
    """A refund that is sent twice is counted twice, and shows as a difference."""
    journal = Journal(follows=True)
    journal.settle(entry("ORD-1", "18"))
    refund = {
        "name": "refund",
        "params": {"transaction_id": "ORD-1", "value": 2, "currency": "EUR"},
    }
    for _ in range(3):
        journal.collected(collected(purchase("ORD-1", 18)))
        journal.collected(collected(refund))

    (money,) = totals(journal)["money"]
    assert (money["ga4"]["purchases"], money["ga4"]["refunds"]) == ("18.00", "6.00")
    assert (money["difference"], money["why"]) == ("-6.00", "")
    assert totals(journal)["duplicates"] == 2


def test_what_is_not_sent_explains_the_difference() -> None:
    """Withheld and rejected money is the shop's; what is sent later is GA4's as well."""
    journal = Journal(follows=True)
    journal.settle(entry("ORD-1", "18", State.WITHHELD))
    journal.settle(entry("ORD-2", "7", State.REJECTED))
    (money,) = totals(journal)["money"]
    assert (money["shop"]["net"], money["difference"]) == ("25.00", "-25.00")
    assert money["why"] == "25.00 not sent"

    journal.settle(entry("ORD-1", "18"))
    journal.collected(collected(purchase("ORD-1", 18)))

    (money,) = totals(journal)["money"]
    assert (money["shop"]["net"], money["difference"]) == ("25.00", "-7.00")
    assert money["why"] == "7.00 not sent"


def test_a_refund_that_failed_is_taken_back() -> None:
    """From the shop's side; GA4 has it, where it was sent, and the difference says so."""
    journal = Journal(follows=True)
    journal.settle(entry("ORD-1", "18"))
    journal.settle(entry("re_1", "18", name="refund"))
    journal.settle(entry("re_1", "18", State.REVERSED, "refund", REVERSED_AFTER_SENDING))

    journal.settle(entry("re_2", "4", name="refund"))
    journal.settle(entry("re_2", "4", State.REVERSED, "refund"))

    (money,) = totals(journal)["money"]
    assert money["shop"]["net"] == "18.00"
    assert money["why"] == "18.00 reversed after it was sent"


def test_what_ga4_would_refuse_is_no_money() -> None:
    """It is a verdict."""
    journal = Journal()
    journal.collected(collected(purchase("ORD-1", items="none")))

    assert totals(journal)["verdicts"] == {"error": 1}
    assert totals(journal)["money"] == []


def test_leads_are_no_money() -> None:
    """Their value is what somebody hopes for."""
    journal = Journal(follows=True)
    journal.settle(entry("L-1", "500", name="generate_lead"))

    assert totals(journal)["money"] == []


def test_each_event_is_attributed_once() -> None:
    """A duplicate's line says nothing of it."""
    journal = Journal(follows=True)
    journal.heard(delivered("ORD-1"), AT)
    journal.heard(delivered("ORD-1", outcome="duplicate", attribution="", consent=""), AT)
    journal.heard(
        delivered("ORD-2", outcome="withheld", attribution="withheld", consent="denied"), AT
    )

    found = totals(journal)
    assert found["attribution"] == {"session": 1, "withheld": 1}
    assert found["consent"] == {"granted": 1, "denied": 1}
    assert found["outcomes"] == {"delivered": 1, "duplicate": 1, "withheld": 1}


def test_the_last_minute_is_counted_by_second() -> None:
    """What is older is gone."""
    journal = Journal(follows=True)
    journal.heard([refused("malformed", 400)], AT - 61)
    journal.heard([refused("malformed", 400, suppressed=4)], AT - 1)
    for _ in range(3):
        journal.heard(delivered("ORD-1"), AT)

    found = totals(journal)
    assert (len(found["rate"]), found["rate"][-2:], sum(found["rate"])) == (60, [5, 3], 8)
    assert found["deliveries"] == 9


def test_a_collector_alone_counts_requests() -> None:
    """By verdict; what the shop has nobody knows there."""
    journal = Journal()
    journal.collected(collected(purchase("ORD-1", mp_attribution="client")))
    journal.collected(collected(purchase("ORD-2", items="none")))

    found = totals(journal)
    assert found["deliveries"] == 2
    assert found["outcomes"] == found["verdicts"] == {"advice": 1, "error": 1}
    assert found["attribution"] == {"client": 1}
    assert journal.choices() == {"providers": ["GA4"], "results": ["advice", "error"]}


def test_what_google_failed_later_is_not_in_its_books() -> None:
    """The page asks the ledger again once Google was asked; a replay counts as any other."""
    collector = Collector(follows=True)
    journal = collector.page.journal
    with collecting(collector) as url, loopback.Client(base_url=url) as client:
        answer = ingest(client, event("T-1", conversionValue=18), event("T-2", conversionValue=2))
        client.get("/events")
        receipts = [Receipt(answer.json()["requestId"], place, 2) for place in range(2)]
        taken = [
            replace(entry(order, value, State.ACCEPTED), request=receipt)
            for order, value, receipt in zip(("T-1", "T-2"), ("18", "2"), receipts, strict=True)
        ]
        for each in taken:
            journal.settle(each)
        assert money(journal) == ("20.00", "20.00", "")

        journal.wanted.clear()
        journal.heard([refused("settled", 200, function="event_status")], AT)
        assert set(journal.wanted) == {each.fact.key for each in taken}
        journal.settle(replace(taken[0], state=State.REJECTED))
        journal.settle(replace(taken[1], state=State.DELIVERED))
        assert money(journal) == ("20.00", "2.00", "-18.00")

        ingest(client, event("T-1", conversionValue=18))
        client.get("/events")
    assert money(journal) == ("20.00", "20.00", "")


def money(journal: Journal) -> tuple[str, str, str]:
    """The shop's money, GA4's, and the difference."""
    (euros,) = journal.totals.shown(AT)["money"]
    return euros["shop"]["net"], euros["ga4"]["net"], euros["difference"]
