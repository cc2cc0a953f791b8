"""The types of messages that can be published, each with the function's own way of reading it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from shared.messages import billing_event, order_enrichment, server_event
from shared.messages.outgoing import Message
from tools.publish.check import Judge
from tools.publish.messages import billing_message, enrichment_message, server_message


@dataclass(frozen=True, slots=True)
class MessageType:
    """A type of message.

    Attributes:
        schema: Its name.
        shape: Its type.
        topic_setting: The setting that names its topic, where there is one.
        read: Makes the message of a row's JSON; raises `UnusableError` for what the function
            would dead-letter.
    """

    schema: str
    shape: type
    topic_setting: str | None
    read: Callable[[bytes, Judge], Message]


TYPES: Final = {
    "billing-event": MessageType(
        billing_event.SCHEMA, billing_event.BillingEvent, "RENEWALS_TOPIC", billing_message
    ),
    "order-enrichment": MessageType(
        order_enrichment.SCHEMA,
        order_enrichment.OrderEnrichment,
        "ENRICHMENT_TOPIC",
        enrichment_message,
    ),
    # No function publishes these, so no setting names their topic.
    "server-event": MessageType(
        server_event.SCHEMA, server_event.ServerEvent, None, server_message
    ),
}
"""What `--type` may be."""
