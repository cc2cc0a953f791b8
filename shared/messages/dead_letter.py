"""A message that can never succeed, as it is laid aside; and as it was before that."""

from collections.abc import Mapping
from typing import Final

from shared.messages.handing_on import Message

REASON: Final = "dead_letter_reason"
FUNCTION: Final = "dead_letter_function"
# Pub/Sub adds its own when it gives up on retries ("Dead-letter topics", forwarded messages).
SOURCE_SUBSCRIPTION: Final = "CloudPubSubDeadLetterSourceSubscription"
SOURCE_ATTEMPTS: Final = "CloudPubSubDeadLetterSourceDeliveryCount"
_ADDED: Final = ("dead_letter_", "CloudPubSubDeadLetter")
# Pub/Sub's limits: an attribute's value has at most so many bytes, a message so many attributes.
_VALUE_BYTES: Final = 1024
_MAX_ATTRIBUTES: Final = 100


def dead_letter(
    data: bytes, attributes: Mapping[str, str], ordering_key: str, *, function: str, reason: str
) -> Message:
    """Return a message as it goes to the dead-letter topic: as it came, and why it is there.

    Args:
        data: What was published.
        attributes: The publisher's.
        ordering_key: The publisher's.
        function: Who gives up on it.
        reason: Why, without its data.
    """
    added = {REASON: _cut(reason), FUNCTION: function}
    kept = list(undead(attributes).items())[: _MAX_ATTRIBUTES - len(added)]
    return Message(data, {**dict(kept), **added}, ordering_key)


def undead(attributes: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes a message had before it was laid aside.

    Args:
        attributes: Those of the dead letter.
    """
    return {name: value for name, value in attributes.items() if not name.startswith(_ADDED)}


def _cut(text: str) -> str:
    return text.encode()[:_VALUE_BYTES].decode(errors="ignore")
