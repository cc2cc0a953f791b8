"""Messages that can never succeed, put where a person finds them and can bring them back."""

from collections.abc import Mapping
from typing import Final

import msgspec

from shared.google_cloud.topics import Topics
from shared.messages.envelope import Message

# Pub/Sub's limits, in bytes: https://cloud.google.com/pubsub/quotas
_MAX_ATTRIBUTES: Final = 100
_MAX_NAME_BYTES: Final = 256
_MAX_VALUE_BYTES: Final = 1024
_RESERVED: Final = "goog"
PREFIX: Final = "dead_letter_"
REASON: Final = PREFIX + "reason"
FUNCTION: Final = PREFIX + "function"


class DeadLetters(msgspec.Struct, frozen=True):
    """The dead-letter topic.

    Attributes:
        topics: Publishes messages.
        topic: `DEAD_LETTER_TOPIC`; None where only the ledger keeps what was rejected.
    """

    topics: Topics
    topic: str | None

    async def publish(self, message: Message, *, function: str, reason: str) -> None:
        """Publish a message once more, as it was, with why it was rejected beside it.

        The reason names fields and never their values; no attribute holds any of the data.

        Args:
            message: What was pushed.
            function: Which function rejected it.
            reason: Why.

        Raises:
            UnavailableError: The topic is out of reach: the message must come again.
            MisconfiguredError: There is no such topic.
        """
        if self.topic is None:
            return
        ours = {
            REASON: reason,
            FUNCTION: function,
            PREFIX + "message_id": message.message_id,
            PREFIX + "subscription": message.subscription,
            PREFIX + "published_at": (
                message.published_at.isoformat() if message.published_at else ""
            ),
        }
        our_attributes = {name: _cut(text) for name, text in ours.items() if text}
        await self.topics.publish(
            self.topic,
            message.data,
            attributes={
                **_kept(message.attributes, _MAX_ATTRIBUTES - len(our_attributes)),
                **our_attributes,
            },
            ordering_key="",
        )


def _kept(attributes: Mapping[str, str], most: int) -> dict[str, str]:
    """Return the publisher's attributes that can be published again."""
    fitting = {
        name: _cut(value)
        for name, value in attributes.items()
        if name
        and not name.startswith((_RESERVED, PREFIX))
        and len(name.encode("utf-8", "replace")) <= _MAX_NAME_BYTES
    }
    return dict(list(fitting.items())[:most])


def _cut(text: str) -> str:
    return text.encode("utf-8", "replace")[:_MAX_VALUE_BYTES].decode("utf-8", "ignore")
