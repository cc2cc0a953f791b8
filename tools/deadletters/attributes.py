"""The attributes of a dead letter that say why it is one, and those it had before."""

from collections.abc import Mapping
from typing import Final

from shared.handlers.dead_letters import FUNCTION, PREFIX, REASON

__all__ = ["FUNCTION", "REASON", "SOURCE_ATTEMPTS", "SOURCE_SUBSCRIPTION", "undead"]

# Pub/Sub adds its own when it gives up on retries ("Dead-letter topics", forwarded messages).
SOURCE_SUBSCRIPTION: Final = "CloudPubSubDeadLetterSourceSubscription"
SOURCE_ATTEMPTS: Final = "CloudPubSubDeadLetterSourceDeliveryCount"
_ADDED: Final = (PREFIX, "CloudPubSubDeadLetter")


def undead(attributes: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes a message had before it was dead-lettered.

    Args:
        attributes: Those of the dead letter.
    """
    return {name: value for name, value in attributes.items() if not name.startswith(_ADDED)}
