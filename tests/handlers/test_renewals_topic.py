"""Renewals: handed to their topic, or sent under their own name; the same event either way."""

from pathlib import Path

import pytest

from shared.domain.conversion import Conversion
from shared.errors import UnavailableError
from shared.messages.billing_event import read_billing_event
from shared.messages.billing_mapping import map_billing_event, source_of
from shared.outcome import Result
from tests.providers.stripe.shapes import new_invoice
from tests.support.loop import in_a_loop
from tests.support.posting import post
from tests.support.pubsub_emulator import PubSubEmulator
from tests.support.shop import Shop
from tests.support.stripe_json import Json

RENEWAL = new_invoice(billing_reason="subscription_cycle")


def renewal(number: int) -> Json:
    """Return the event of a renewal's invoice."""
    return {
        "object": "event",
        "id": f"evt_{number}",
        "type": "invoice.paid",
        "created": RENEWAL["status_transitions"]["paid_at"],
        "livemode": True,
        "data": {"object": {**RENEWAL, "id": f"in_{number}"}},
    }


@in_a_loop
async def test_a_renewal_is_published_and_not_sent(
    tmp_path: Path, pubsub_emulator: PubSubEmulator
) -> None:
    """Whoever subscribes sends it: under the very key it would have had here."""
    topic = pubsub_emulator.topic("renewals")
    shop = Shop(tmp_path, RENEWALS_TOPIC=topic, PUBSUB_EMULATOR_HOST=pubsub_emulator.address)

    (outcome,) = await post(shop, "stripe", renewal(1))
    await shop.payments.topics.close()
    await shop.payments.sender.stores.ledger.close()
    (message,) = pubsub_emulator.messages(topic)

    assert outcome.result is Result.PUBLISHED
    assert shop.ga4.bodies == []
    event = read_billing_event(message.data)
    given = map_billing_event(event, source_of(event))
    assert isinstance(given, Conversion)
    assert (given.name, given.business_key) == ("purchase", "in_1")
    assert message.attributes["event_id"] == "evt_1"
    assert message.ordering_key == event.subscription_id


@in_a_loop
async def test_with_the_topic_out_of_reach_the_sender_retries(tmp_path: Path) -> None:
    """A publish that fails fails the delivery; nothing is claimed and nothing lost."""
    shop = Shop(
        tmp_path, RENEWALS_TOPIC="projects/shop/topics/renewals", PUBSUB_EMULATOR_HOST="localhost:1"
    )
    with pytest.raises(UnavailableError):
        await post(shop, "stripe", renewal(2))
    await shop.payments.topics.close()
    await shop.payments.sender.stores.ledger.close()

    assert shop.ga4.bodies == []


@in_a_loop
async def test_without_a_topic_a_renewal_is_sent_under_the_operators_name(tmp_path: Path) -> None:
    """Acquisition reports stay readable."""
    shop = Shop(tmp_path, RENEWAL_EVENT_NAME="subscription_renewal")

    (outcome,) = await post(shop, "stripe", renewal(3))
    await shop.payments.sender.stores.ledger.close()

    (body,) = shop.ga4.bodies
    assert outcome.result is Result.DELIVERED
    assert body["events"][0]["name"] == "subscription_renewal"
    assert "session_id" not in body["events"][0]["params"]
    assert body["events"][0]["params"]["transaction_id"] == "in_3"
