"""A webhook that comes before its context: what waits is sent by the capture, once.

Over either store, each function a process of its own.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest

from shared.stores.entry import State
from shared.stores.location import FirestoreName, SqliteFile, StoreLocation
from shared.stores.query import Query
from tests.functions import stripe_events as stripe
from tests.functions.capturing import SOURCE, Capturing
from tests.functions.running import GA4, Webhook
from tests.support.firestore_emulator import DATABASE

CLIENT_ID: Final = "1234567890.1764000000"


@dataclass(frozen=True)
class Connectors:
    """Both functions over one store.

    Attributes:
        ga4: Where they deliver.
        webhook: What Stripe posts to.
        capture: What the shop posts to.
        place: Where their store is.
        emulator: The address of Firestore's emulator, where it is there.
    """

    ga4: GA4
    webhook: Webhook
    capture: Capturing
    place: StoreLocation
    emulator: str | None

    def states(self, order: str) -> list[State]:
        """Return where each entry about an order stands, the store looked at from outside."""

        async def look() -> list[State]:
            stores = self.place.open(self.emulator)
            try:
                found = stores.ledger.entries(Query(business_key=order))
                return [entry.state async for entry in found]
            finally:
                await stores.close()

        return asyncio.run(look())


def unseen(order: str) -> bytes:
    """Return the event of an order paid by somebody new, with nothing of a browser in it."""
    return stripe.paid(order, metadata={"order_id": order}, customer=f"cus_{order}")


@pytest.fixture(scope="module", params=["firestore", "sqlite"])
def connectors(
    ga4: GA4, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connectors]:
    """Both, holding back what has no client."""
    folder = tmp_path_factory.mktemp("race")
    settings = {"UNATTRIBUTED_EVENTS": "withhold"}
    place: StoreLocation
    if request.param == "firestore":
        emulator: str | None = request.getfixturevalue("firestore_emulator")
        place = FirestoreName("shop-race", DATABASE)
        settings |= {
            "STORE": f"firestore:{place.project}/{place.database}",
            "FIRESTORE_EMULATOR_HOST": str(emulator),
        }
    else:
        emulator = None
        place = SqliteFile(str(folder / "store.sqlite"))
        settings |= {"STORE": f"sqlite:{place.path}"}
    ga4.forget()
    with (
        Webhook(folder / "webhook", ga4.url, settings=settings) as webhook,
        Capturing(folder / "capture", ga4.url, source=SOURCE, store=None, **settings) as capture,
    ):
        yield Connectors(ga4, webhook, capture, place, emulator)


def test_a_capture_sends_what_waited_for_it_once(connectors: Connectors) -> None:
    """Under the client it tells; told again, by the shop or by Stripe, it sends nothing more."""
    answer = connectors.webhook.post(unseen("EARLY"))
    assert answer.json()["outcome"] == "withheld"
    assert connectors.ga4.about("EARLY") == []

    for _ in range(2):
        stored = connectors.capture.sign({"references": ["EARLY"], "client_id": CLIENT_ID})
        assert (stored.status_code, stored.json()["outcome"]) == (200, "stored")
        assert stored.json()["events"] == []
    again = connectors.webhook.post(unseen("EARLY"))

    (sent,) = connectors.ga4.about("EARLY")
    assert sent["body"]["client_id"] == CLIENT_ID
    assert sent["body"]["events"][0]["params"]["mp_attribution"] == "client"
    assert sent["verdict"] != "error"
    assert again.json()["outcome"] == "duplicate"


def test_a_denied_capture_sends_nothing(connectors: Connectors) -> None:
    """Nor does a grant that is told after it without a time."""
    connectors.webhook.post(unseen("DENIED"))

    denied = {"references": ["DENIED"], "client_id": CLIENT_ID, "consent": {"analytics": "denied"}}
    granted = {**denied, "consent": {"analytics": "granted"}}
    statuses = [connectors.capture.sign(given).status_code for given in (denied, granted)]

    assert statuses == [200, 200]
    assert connectors.ga4.about("DENIED") == []
    assert connectors.states("DENIED") == [State.WITHHELD]


def test_a_capture_before_the_webhook_is_found_by_it(connectors: Connectors) -> None:
    """The usual order of things: nothing waits."""
    connectors.capture.sign({"references": ["LATE"], "client_id": CLIENT_ID})

    answer = connectors.webhook.post(unseen("LATE"))

    assert answer.json()["outcome"] == "delivered"
    (sent,) = connectors.ga4.about("LATE")
    assert sent["body"]["client_id"] == CLIENT_ID


def test_what_waits_still_waits_while_ga4_is_away(connectors: Connectors) -> None:
    """The capture is stored and asked for again; then it is sent."""
    connectors.webhook.post(unseen("AWAY"))
    given = {"references": ["AWAY"], "client_id": CLIENT_ID}

    connectors.ga4.misbehave(status=503)
    away = connectors.capture.sign(given)
    connectors.ga4.misbehave()
    found = connectors.capture.sign(given)

    assert (away.status_code, found.status_code) == (503, 200)
    assert connectors.states("AWAY") == [State.DELIVERED]
