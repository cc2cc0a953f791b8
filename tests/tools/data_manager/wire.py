"""What the tests of the Data Manager API share: a collector on the wire, a clock, a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.support import loopback
from tests.tools.collecting import collecting
from tools.collector import Collector

INGEST = "/v1/events:ingest"
STATUS = "/v1/requestStatus:retrieve"
TOKEN = "/computeMetadata/v1/instance/service-accounts/default/token"
PROPERTY = "123456789"
STREAM = "G-AB12CD34EF"
HASH = "0c7e6a405862e402eb76a70f8a26fc732d07c32931e9fae9ab1582911d2e8a3b"


class Clock:
    """A clock that goes only when a test moves it."""

    def __init__(self) -> None:
        """Begin now, so that Google's own client may be asked too."""
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        """Return the present moment."""
        return self.now

    def go(self, **amount: float) -> None:
        """Move on."""
        self.now += timedelta(**amount)


@contextmanager
def running(clock: Clock | None = None) -> Iterator[httpx.Client]:
    """Run a collector; yield a client of it."""
    with (
        collecting(Collector(clock=clock)) as url,
        loopback.Client(base_url=url, timeout=10, trust_env=False) as client,
    ):
        yield client


def analytics(reference: str = "ga4", stream: str = STREAM) -> dict[str, Any]:
    """A property as a destination."""
    account = {"accountType": "GOOGLE_ANALYTICS_PROPERTY", "accountId": PROPERTY}
    return {
        "operatingAccount": account,
        "loginAccount": account,
        "productDestinationId": stream,
        "reference": reference,
    }


def ads(reference: str = "ads") -> dict[str, Any]:
    """A conversion action as a destination."""
    return {
        "operatingAccount": {"accountType": "GOOGLE_ADS", "accountId": "1234567890"},
        "productDestinationId": "987654321",
        "reference": reference,
    }


def stamp(moment: datetime) -> str:
    """A time in RFC 3339."""
    return moment.isoformat().replace("+00:00", "Z")


def event(order: str = "T-1", **more: object) -> dict[str, Any]:
    """A purchase of a minute ago; what is None is left out."""
    whole = {
        "eventName": "purchase",
        "eventSource": "WEB",
        "clientId": "1170316824.1700000000",
        "transactionId": order,
        "eventTimestamp": stamp(datetime.now(UTC) - timedelta(minutes=1)),
        "currency": "EUR",
        "conversionValue": 19.99,
        "cartData": {"items": [{"itemId": "mug", "quantity": "2", "unitPrice": 9.995}]},
        "additionalEventParameters": [{"parameterName": "session_id", "value": "1700000001"}],
        **more,
    }
    return {name: value for name, value in whole.items() if value is not None}


def request(*events: dict[str, Any], **more: object) -> dict[str, Any]:
    """A request with events, of which one is there if none is given."""
    return {"destinations": [analytics()], "events": list(events or [event()]), **more}


def ingest(client: httpx.Client, *events: dict[str, Any], **more: object) -> httpx.Response:
    """Send events."""
    return client.post(INGEST, json=request(*events, **more))


def status(client: httpx.Client, request_id: str) -> dict[str, Any]:
    """The status at the first destination of a request."""
    answer = client.get(STATUS, params={"requestId": request_id})
    assert answer.status_code == 200, answer.text
    first: dict[str, Any] = answer.json()["requestStatusPerDestination"][0]
    return first


def violations(answer: httpx.Response) -> list[tuple[str, str]]:
    """Field and reason of everything that a request was refused for."""
    assert answer.status_code == 400, answer.text
    return [
        (violation["field"], violation.get("reason", ""))
        for detail in answer.json()["error"]["details"]
        for violation in detail.get("fieldViolations", ())
    ]


def shown(client: httpx.Client) -> list[dict[str, Any]]:
    """What the collector shows."""
    events: list[dict[str, Any]] = client.get("/events").json()
    return events
