"""A denial beside what is not sent: money that cannot be read, or an event of no meaning here.

The same buyer's next event says nothing of consent, and is not sent.
"""

from pathlib import Path
from typing import Final

import pytest

from shared.delivery.denials import keep_denial_of_event
from shared.delivery.payment_identity import own_first
from shared.domain.consent import Choice
from shared.domain.conversion import Conversion
from shared.providers.object_ids import object_ids
from shared.providers.registry import PROVIDERS
from shared.providers.transaction_ids import DEFAULT_KEYS
from shared.webhooks.delivery import VerifiedDelivery
from tests.consent.play import play, shop_in
from tests.consent.said import Said
from tests.support.builders import NOW, SECONDS
from tests.support.loop import in_a_fast_loop
from tools.changed import replace
from tools.traffic.kinds import make
from tools.traffic.sales import plain_visit

DENIED: Final = "denied"
_CUSTOMER: Final = {"customer": "cus_1"}
_NEXT_SESSION: Final = {"id": "cs_2", "payment_intent": "pi_2", "metadata": {}, **_CUSTOMER}

# What denies and is not sent, and what the same buyer does next.
ROWS: Final[dict[str, tuple[Said, Said]]] = {
    "stripe: an amount that is none": (
        Said("session", DENIED, fields={"amount_total": "many", **_CUSTOMER}),
        Said("session", fields=_NEXT_SESSION),
    ),
    "stripe: a currency that nobody knows": (
        Said("session", DENIED, fields={"currency": "zzz", **_CUSTOMER}),
        Said("session", fields=_NEXT_SESSION),
    ),
    "stripe: a cart that nobody paid for": (
        Said("session", DENIED, fields={"payment_status": "unpaid", **_CUSTOMER}),
        Said("session", fields=_NEXT_SESSION),
    ),
    "stripe: a subscription that changed": (
        Said("subscription", DENIED, fields=_CUSTOMER),
        Said("renewal", fields=_CUSTOMER),
    ),
    "paddle: a total that is none": (
        Said("paddle", DENIED, fields={"details": {}}),
        Said("paddle", fields={"id": "txn_2", "invoice_id": "inv_2"}),
    ),
    "shopify: a total that is none": (
        Said("shopify", DENIED, fields={"total_price": "many"}),
        Said("shopify", fields={"id": 2, "name": "#1002", "order_number": 1002}),
    ),
    "standard: no amount": (
        Said("standard", DENIED, fields={"money": "many"}),
        Said("standard", fields={"event_id": "2", "transaction_id": "2"}),
    ),
    "standard: another type": (
        Said("standard", DENIED, fields={"type": "trial_ending"}),
        Said("standard", fields={"event_id": "2", "transaction_id": "2"}),
    ),
    "an offline event: a value that is none": (
        Said("offline", DENIED, fields={"money": "many", "customer_ref": "c-1"}),
        Said("offline", fields={"event_id": "2", "transaction_id": "2", "customer_ref": "c-1"}),
    ),
    "an enrichment: items that are none": (
        Said("enrichment", DENIED, fields={"items": "many", "customer_ref": "c-1"}),
        Said("offline", fields={"event_id": "2", "customer_ref": "c-1"}),
    ),
}


@pytest.mark.parametrize("row", ROWS)
@in_a_fast_loop
async def test_a_denial_counts_though_its_event_is_not_sent(row: str, tmp_path: Path) -> None:
    """Under each id that the event names, so that the buyer's next event is not sent."""
    first, then = ROWS[row]

    assert await play(shop_in(tmp_path), [first, then]) == []


@pytest.mark.parametrize("row", ROWS)
@in_a_fast_loop
async def test_without_the_denial_the_next_event_is_sent(row: str, tmp_path: Path) -> None:
    """So that the rows above say something."""
    first, then = ROWS[row]
    silent = Said(first.by, fields=first.fields)

    assert len(await play(shop_in(tmp_path), [silent, then])) == 1


BUYERS: Final = (
    "adyen.subscription",
    "chargebee.subscription",
    "mollie.first",
    "paddle.transaction",
    "paypal.subscription",
    "polar.subscription",
    "revenuecat.start",
    "shopify.order",
    "standard.subscription",
    "stripe.checkout",
    "woocommerce.order",
)
"""A delivery of each provider whose events can carry an answer."""


@pytest.mark.parametrize("kind", BUYERS)
@in_a_fast_loop
async def test_it_stands_under_the_ids_that_the_sent_event_would_have(
    kind: str, tmp_path: Path
) -> None:
    """The buyer's, and the payment's: whichever provider it is, and whatever is wrong with it."""
    provider = PROVIDERS[kind.partition(".")[0]]
    visit = plain_visit("1234567890.1763900000", SECONDS - 60, SECONDS - 30, DENIED)
    denied = replace(visit, metadata={**visit.metadata, "ga_consent_analytics": DENIED})
    request = make(kind, "N7", visit=denied, now=SECONDS)
    headers = (*request.headers.items(), ("webhook-id", "msg_1"))
    (event, *_) = provider.parse(VerifiedDelivery(provider.name, request.body, headers))
    found = provider.map_event(event, provider.options())
    assert isinstance(found, Conversion)
    contexts = shop_in(tmp_path).history.stores.contexts
    ids = object_ids(event.object)

    await keep_denial_of_event(contexts, provider, event, ids, DEFAULT_KEYS, NOW)

    buyer = (found.customer_ref,) if found.customer_ref else ()
    for reference in (*buyer, own_first(found)[0]):
        known = await contexts.get([reference])
        assert known is not None, reference
        assert known.consent.analytics is Choice.DENIED
