"""Pushing to a shop's functions as Pub/Sub does."""

import json
from collections.abc import Mapping
from typing import Any, Final

from shared.handlers.data_enrichment import DataEnrichment
from shared.handlers.offline_event import OfflineEvent
from shared.handlers.subscription_renewal import SubscriptionRenewal
from shared.outcome import Outcome
from shared.webhooks.delivery import Delivery
from tests.support.shop import Shop
from tools.traffic.request import push_body

PUBLISHED_AT: Final = "2026-11-23T12:00:00Z"

Pipeline = SubscriptionRenewal | DataEnrichment | OfflineEvent


def pipeline_of(shop: Shop, function: str) -> Pipeline | None:
    """Return what a shop's function runs; None of one that nothing is pushed to."""
    if function == "subscription_renewal":
        return shop.renewals()
    if function == "data_enrichment":
        return shop.enrichments()
    return shop.offline() if function == "offline_event" else None


async def push(
    pipeline: Pipeline,
    document: Any,  # noqa: ANN401 - JSON
    *,
    attributes: Mapping[str, str] | None = None,
    token: str = "",
) -> Outcome:
    """Push one message, JSON or bytes."""
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    delivery = Delivery((), push_body(data, published_at=PUBLISHED_AT, attributes=attributes))
    return await pipeline.push.take(delivery, token, pipeline.handle)
