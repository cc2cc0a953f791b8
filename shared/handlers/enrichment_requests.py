"""Purchases that were sent, handed to the enrichment topic."""

from typing import Final

import msgspec

from shared.delivery.sender import Delivered
from shared.domain.conversion import Kind
from shared.google_cloud.topics import Topics
from shared.messages.outgoing import enrichment_message
from shared.outcome import Outcome, Result

# GA4 has the purchase: sent now, or before. A duplicate asks again, for the process that sent it
# may have ended before it asked; the order is enriched once all the same.
_TOLD: Final = frozenset({Result.DELIVERED, Result.DUPLICATE})


class EnrichmentRequests(msgspec.Struct, frozen=True):
    """Asks for what is known of an order beside its revenue.

    Attributes:
        topics: Publishes messages.
        topic: `ENRICHMENT_TOPIC`; None where nothing is enriched.
    """

    topics: Topics
    topic: str | None

    async def follow(self, delivered: Delivered) -> Outcome:
        """Ask for the enrichment of a purchase that was sent; return its outcome as it is.

        Args:
            delivered: What became of it.

        Raises:
            UnavailableError: The topic is out of reach; the provider sends the event again.
            MisconfiguredError: There is no such topic.
        """
        outcome, conversion = delivered.outcome, delivered.conversion
        if self.topic is None or conversion is None or outcome.result not in _TOLD:
            return outcome
        if conversion.kind is not Kind.PURCHASE:
            return outcome
        if not conversion.items and not conversion.customer_ref:
            return outcome
        message = enrichment_message(conversion)
        if message is not None:
            await self.topics.publish(self.topic, message.data, attributes=message.attributes)
        return outcome
