"""An event reads the same, whichever of Google's APIs it came by."""

from decimal import Decimal

import pytest

from shared.stores.entry import LedgerEvent
from tests.support import loopback
from tests.tools.collecting import collecting
from tests.tools.data_manager.wire import STREAM, event, ingest
from tools.arrivals import Arrival, arrivals_in, arrivals_of
from tools.changed import replace
from tools.collector import Collector
from tools.data_manager.ingested import INGEST_PATH

AT = "2026-11-25T20:00:00.000005Z"
PROTOCOL = {
    "client_id": "1.2",
    "user_id": "u-1",
    "events": [
        {
            "name": "purchase",
            "timestamp_micros": 1_795_636_800_000_005,
            "params": {
                "transaction_id": "T-1",
                "value": Decimal("0.10"),
                "currency": "EUR",
                "tax": "0.02",
                "coupon": "X",
                "customer_type": "new",
                "session_id": "17",
                "items": [
                    {"item_id": "a", "quantity": "2", "price": Decimal("0.05"), "item_name": "A"}
                ],
            },
        }
    ],
}
MANAGER = {
    "eventName": "purchase",
    "clientId": "1.2",
    "userId": "u-1",
    "eventTimestamp": AT,
    "transactionId": "T-1",
    "currency": "EUR",
    "conversionValue": Decimal("0.10"),
    "userProperties": {"customerType": "NEW"},
    "cartData": {
        "couponCodes": ["X"],
        "items": [
            {
                "itemId": "a",
                "quantity": "2",
                "unitPrice": Decimal("0.05"),
                "additionalItemParameters": [{"parameterName": "item_name", "value": "A"}],
            }
        ],
    },
    "additionalEventParameters": [
        {"parameterName": "tax", "value": "0.02"},
        {"parameterName": "session_id", "value": "17"},
    ],
}


def test_both_are_the_same() -> None:
    """Names, money, person and time."""
    (protocol,) = arrivals_in(PROTOCOL)
    (manager,) = arrivals_in(MANAGER, INGEST_PATH)

    assert protocol == replace(manager, has_texts_only=False)
    assert manager.amount("value") == Decimal("0.10")
    assert (manager.has("tax", 0.02), manager.has("tax", 0.03)) == (True, False)
    assert (protocol.has("tax", 0.02), protocol.has("tax", "0.02")) == (False, True)
    assert manager.amount("tax") == Decimal("0.02")


@pytest.mark.parametrize("value", [Decimal("0.10"), "0.10"])
def test_money_may_be_text(value: object) -> None:
    """Protobuf takes a number as text; no digit is lost either way."""
    (found,) = arrivals_in({**MANAGER, "conversionValue": value}, INGEST_PATH)
    assert str(found.params["value"]) == "0.10"


@pytest.mark.parametrize("body", [None, [], "x", {"events": "x"}, {"events": [1, {"name": 2}]}])
def test_anything_else_has_no_events(body: object) -> None:
    """A collector takes any body of the Measurement Protocol."""
    assert list(arrivals_in(body, "/mp/collect")) == []


def test_an_empty_event_is_one_too() -> None:
    """Google Ads takes events without a name."""
    assert list(arrivals_in({}, INGEST_PATH)) == [Arrival("", "", "", {}, has_texts_only=True)]


def test_the_books_count_both_and_each_purchase_once() -> None:
    """Of a purchase that came by both, the first counts; of refunds each."""
    collector = Collector()
    query = f"?measurement_id={STREAM}&api_secret=s3cr3t-s3cr3t"
    bought = {"transaction_id": "T-1", "currency": "EUR", "value": 99}
    with collecting(collector) as url, loopback.Client(base_url=url) as client:
        refund = event("T-1", eventName="refund", conversionValue=0.1, cartData=None)
        ingest(client, event("T-1", conversionValue=20.3), event("T-2", conversionValue=0.1))
        ingest(client, event("T-2", conversionValue=7), refund, refund)
        body = {"client_id": "1.2", "events": [{"name": "purchase", "params": bought}]}
        client.post(f"/mp/collect{query}", json=body)
        arrived = list(arrivals_of(client.get("/events").json()))

    totals = collector.page.journal.totals.shown(0)
    (money,) = totals["money"]
    assert len(arrived) == 6
    assert money["ga4"] == {
        "net": "20.20",
        "purchases": "20.40",
        "refunds": "0.20",
        "bought": 2,
        "returned": 2,
    }
    assert totals["duplicates"] == 2


def test_the_page_finds_the_request_of_an_entry() -> None:
    """By name, order and money; it reads client, session and value."""
    collector = Collector()
    with collecting(collector) as url, loopback.Client(base_url=url) as client:
        request_id = ingest(client, event("T-1", conversionValue=20.3)).json()["requestId"]
        client.get("/events")

    fact = LedgerEvent(STREAM, "purchase", "T-1", "T-1", "EUR", Decimal("20.30"))
    (sent,) = collector.page.journal.sent.about(fact)
    assert (sent.request_id, sent.measurement_id) == (request_id, STREAM)
    assert str(sent.first.amount) == "20.30 EUR"
    assert sent.first.client_id == "1170316824.1700000000"
    assert sent.first.session_id == "1700000001"
