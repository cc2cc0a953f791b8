"""Server events: leads found by their own ids, kiosks as their own clients, each sent once."""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.attribution.attribute import generated_client_id
from shared.outcome import Result
from tests.support.builders import CLIENT_ID, MEASUREMENT_ID, SESSION_ID
from tests.support.loop import in_a_loop
from tests.support.pushing import push
from tests.support.server_json import kiosk_sale, server_event
from tests.support.shop import Shop

Opened = Callable[..., Shop]
STAGES = "generate_lead qualify_lead working_lead close_convert_lead".split()


def sent(shop: Shop) -> list[Any]:
    """Return every event GA4 got."""
    return [event for body in shop.ga4.bodies for event in body["events"]]


@in_a_loop
async def test_later_stages_of_a_lead_find_its_client_by_its_id(opened: Opened) -> None:
    """The form's stage joins its session; the CRM's stages know nothing but the lead's id."""
    shop = opened()
    for number, stage in enumerate(STAGES):
        changes = {} if number == 0 else {"analytics": None}
        await push(shop.offline(), server_event(name=stage, event_id=f"s{number}", **changes))

    assert [event["name"] for event in sent(shop)] == STAGES
    assert {body["client_id"] for body in shop.ga4.bodies} == {CLIENT_ID}
    first, *later = (event["params"] for event in sent(shop))
    assert (first["session_id"], first["mp_attribution"]) == (SESSION_ID, "session")
    assert all("session_id" not in params for params in later)
    assert first["value"] == 500
    assert first["mp_source"] == "offline_event"


@in_a_loop
async def test_a_kiosk_is_one_client_at_its_place(opened: Opened) -> None:
    """However many sales, and even where unknown clients are withheld."""
    shop = opened(UNATTRIBUTED_EVENTS="withhold")
    for number in range(2):
        name = f"KIOSK-{number}"
        await push(shop.offline(), kiosk_sale(event_id=name, transaction_id=name))

    client = generated_client_id(MEASUREMENT_ID, "device:kiosk-7")
    assert [body["client_id"] for body in shop.ga4.bodies] == [client, client]
    assert shop.ga4.bodies[0]["device"] == {"category": "smart tv", "brand": "Elo"}
    assert shop.ga4.bodies[0]["user_location"] == {
        "city": "Berlin",
        "region_id": "DE-BE",
        "country_id": "DE",
    }
    params = sent(shop)[0]["params"]
    assert (params["value"], params["tax"], params["purchase_type"]) == (10, 2, "offline")
    assert params["items"] == [{"item_id": "mug", "price": 10, "quantity": 1, "item_brand": "Clay"}]


@in_a_loop
async def test_a_known_customer_at_a_kiosk_keeps_the_kiosks_device(opened: Opened) -> None:
    """Whose browser it is, is remembered; what it was held on at home is not the kiosk."""
    shop = opened()
    await push(shop.offline(), server_event(customer_ref="c1", references=[]))
    await push(shop.offline(), kiosk_sale(customer_ref="c1"))

    assert shop.ga4.bodies[1]["client_id"] == CLIENT_ID
    assert shop.ga4.bodies[1]["device"]["category"] == "smart tv"


@in_a_loop
async def test_a_return_in_the_shop_is_split_as_its_sale_was(opened: Opened) -> None:
    """Half of the money is half of the value and the tax."""
    shop = opened()
    await push(shop.offline(), kiosk_sale())
    money = {"currency": "EUR", "total": "6.00"}
    await push(shop.offline(), kiosk_sale(name="refund", event_id="r1", money=money, items=None))

    params = sent(shop)[1]["params"]
    assert (params["transaction_id"], params["value"], params["tax"]) == ("KIOSK-1", 5, 1)


@in_a_loop
async def test_a_name_that_ga4_keeps_for_itself_is_rejected_and_buried(opened: Opened) -> None:
    """GA4 would drop it without a word."""
    shop = opened(DEAD_LETTER_TOPIC="projects/shop/topics/dead")
    outcome = await push(shop.offline(), server_event(name="session_start"))

    assert outcome.result is Result.REJECTED
    assert outcome.reason == "events[0].name: NAME_RESERVED"
    assert len(shop.topics.messages) == 1


@in_a_loop
async def test_every_bad_field_of_a_sale_is_on_record_and_on_its_dead_letter(
    opened: Opened,
) -> None:
    """Whoever corrects it needs one look."""
    shop = opened(DEAD_LETTER_TOPIC="projects/shop/topics/dead")
    outcome = await push(shop.offline(), kiosk_sale(transaction_id="n/a", money=None))
    ((_, _, attributes),) = shop.topics.messages

    assert outcome.reason == "transaction_id: blank or a placeholder; money: missing"
    assert attributes["dead_letter_reason"] == outcome.reason
    assert (await shop.settled("internal:sev_2", "unreadable")).reason == outcome.reason


@in_a_loop
async def test_a_denied_consent_withholds_a_lead(opened: Opened) -> None:
    """Whoever sends it."""
    shop = opened()
    analytics = {"client_id": CLIENT_ID, "consent": {"analytics": "denied"}}
    outcome = await push(shop.offline(), server_event(analytics=analytics))

    assert outcome.result is Result.WITHHELD
    assert sent(shop) == []


@in_a_loop
async def test_a_test_message_is_ignored(opened: Opened) -> None:
    """It is nothing real."""
    outcome = await push(opened().offline(), server_event(environment="test"))

    assert outcome.reason == "test mode"


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=12))
def test_any_number_of_copies_in_any_order_is_one_event_each(
    copies: list[int],
) -> None:
    """Pub/Sub delivers at least once and in no order."""

    async def play(folder: Path) -> list[Any]:
        shop = Shop(folder)
        for number in copies:
            event_id, transaction_id = f"e{number}", f"O{number}"
            await push(shop.offline(), kiosk_sale(event_id=event_id, transaction_id=transaction_id))
            await push(shop.offline(), server_event(event_id=event_id))
        await shop.payments.sender.stores.ledger.close()
        return sent(shop)

    with tempfile.TemporaryDirectory() as folder:
        events = asyncio.run(play(Path(folder)))
    assert len(events) == 2 * len(set(copies))
