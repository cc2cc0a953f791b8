"""What a dead letter says of itself, without its data."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.handlers.dead_letters import FUNCTION, PREFIX, REASON
from tools.pubsub.subscription import Pulled

# Pub/Sub adds its own when it gives up on retries ("Dead-letter topics", forwarded messages).
_SOURCE_SUBSCRIPTION: Final = "CloudPubSubDeadLetterSourceSubscription"
_SOURCE_ATTEMPTS: Final = "CloudPubSubDeadLetterSourceDeliveryCount"
_ADDED: Final = (PREFIX, "CloudPubSubDeadLetter")


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter.

    Attributes:
        pulled: The message.
    """

    pulled: Pulled

    @property
    def reason(self) -> str:
        """Why it was dead-lettered: by a function, or by Pub/Sub after so many tries."""
        attributes = self.pulled.attributes
        if said := attributes.get(REASON):
            return said
        tries = attributes.get(_SOURCE_ATTEMPTS)
        return f"given up after {tries} tries" if tries else "unknown"

    @property
    def origin(self) -> str:
        """Who laid it aside: a function's name, or the subscription that Pub/Sub tried."""
        attributes = self.pulled.attributes
        return attributes.get(FUNCTION) or attributes.get(_SOURCE_SUBSCRIPTION) or "unknown"

    @property
    def kind(self) -> str:
        """Schema and type, as the publisher says."""
        attributes = (self.pulled.attributes.get(name) for name in ("schema", "type"))
        return " ".join(filter(None, attributes)) or "unknown"

    def as_json(self, *, data: bool) -> dict[str, Any]:
        """Return the letter for a machine.

        Args:
            data: Whether what was published is shown as well; it may hold personal data.
        """
        shown: dict[str, Any] = {
            "message_id": self.pulled.message_id,
            "event_id": self.pulled.attributes.get("event_id"),
            "kind": self.kind,
            "origin": self.origin,
            "reason": self.reason,
            "laid_aside_at": self.pulled.published_at.isoformat().replace("+00:00", "Z"),
            "bytes": len(self.pulled.data),
        }
        if data:
            shown["data"] = readable(self.pulled.data)
        return shown


def readable(data: bytes) -> str:
    """Return data as text; where it is none, in base64."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(data).decode()


def undead(attributes: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes a message had before it was dead-lettered.

    Args:
        attributes: Those of the dead letter.
    """
    return {name: value for name, value in attributes.items() if not name.startswith(_ADDED)}
