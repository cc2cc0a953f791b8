"""The types of messages that can be published, each as its function reads it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.attribution.attribute import attribute
from shared.attribution.policy import Policy
from shared.domain.attributed import Withheld
from shared.domain.context import Context
from shared.domain.conversion import Conversion, Ignored, Kind, Source
from shared.domain.refund import Refund
from shared.enrichment.customer import Customer
from shared.enrichment.enrich import enrich
from shared.errors import UnusableError
from shared.ga4.check import InvalidRequest, check
from shared.ga4.event import to_request
from shared.messages import billing_event, order_enrichment, server_event
from shared.messages.billing_mapping import map_billing_event as to_billing
from shared.messages.billing_mapping import source_of as source_of_billing
from shared.messages.order_enrichment import currency_of, fees_of, to_order
from shared.messages.outgoing import Message
from shared.messages.server_mapping import map_server_event as to_server
from shared.messages.server_mapping import source_of as source_of_server

# The stream is the functions' own business; an id made up for it is like any other.
_POLICY: Final = Policy()
_STREAM: Final = "G-PUBLISH"


@dataclass(frozen=True, slots=True)
class RowCheck:
    """What is asked of a row beside its type.

    Attributes:
        now: The current time, UTC.
        exempt: Names under which what looks like personal data may stand.
        ordered: Whether messages carry an ordering key.
    """

    now: datetime
    exempt: frozenset[str] = frozenset()
    ordered: bool = False

    def check(self, conversion: Conversion, *, mp_source: str) -> None:
        """Hold a conversion against GA4's rules, as the function will.

        Args:
            conversion: What the row tells.
            mp_source: Which function will send it.

        Raises:
            UnusableError: The function would reject it; every rule that it breaks is named.
        """
        attributed = attribute(conversion, _POLICY, self.now, stream_id=_STREAM)
        if isinstance(attributed, Withheld):
            return
        request = check(
            to_request(attributed, mp_source=mp_source, user_data=True),
            self.now,
            exempt=self.exempt,
        )
        if isinstance(request, InvalidRequest):
            raise UnusableError.of([(error.path, error.code) for error in request.errors])


# It stands for whatever the CRM will say: with it the order's event is never empty.
_CUSTOMER = Customer(segment="any")


def billing_message(body: bytes, row_check: RowCheck) -> Message:
    """Return the message of a billing event.

    Args:
        body: The row's JSON.
        row_check: What it is held against.

    Raises:
        UnusableError: `subscription_renewal` would reject it.
    """
    event = billing_event.read_billing_event(body)
    source = source_of_billing(event)
    _hold(to_billing(event, source), source, row_check, "subscription_renewal")
    attributes = {"schema": billing_event.SCHEMA, "type": event.type}
    return _message(body, attributes, event, event.subscription_id, row_check)


def server_message(body: bytes, row_check: RowCheck) -> Message:
    """Return the message of a server event. As `billing_message`, for `offline_event`."""
    event = server_event.read_server_event(body)
    source = source_of_server(event)
    _hold(to_server(event, source), source, row_check, "offline_event")
    attributes = {"schema": server_event.SCHEMA, "name": event.name}
    return _message(body, attributes, event, event.customer_ref, row_check)


def enrichment_message(body: bytes, row_check: RowCheck) -> Message:
    """Return the message of an order. As `billing_message`, for `data_enrichment`."""
    request = order_enrichment.read_order_enrichment(body)
    order = to_order(request, "purchase_enriched")
    event = enrich(order, currency_of(request), {}, _CUSTOMER, fees=fees_of(request))
    _hold(event, order.source, row_check, "data_enrichment")
    return _message(body, {"schema": order_enrichment.SCHEMA}, request, None, row_check)


def _hold(
    domain_event: Conversion | Refund | Ignored, source: Source, row_check: RowCheck, function: str
) -> None:
    """Check what a row says against the rules; what is ignored has none to break."""
    if isinstance(domain_event, Refund):
        domain_event = _without_order(domain_event, source)
    if isinstance(domain_event, Conversion):
        row_check.check(domain_event, mp_source=function)


def _message(
    body: bytes,
    attributes: Mapping[str, str],
    event: billing_event.BillingEvent | server_event.ServerEvent | order_enrichment.OrderEnrichment,
    key: str | None,
    row_check: RowCheck,
) -> Message:
    """Return a row as a message, its key where order is asked for."""
    named = {**attributes, "provider": event.provider, "event_id": event.event_id}
    return Message(body, named, (key or "") if row_check.ordered else "")


def _without_order(refund: Refund, source: Source) -> Conversion:
    """Return a refund as it is sent where its order is not known."""
    return Conversion(
        kind=Kind.REFUND,
        transaction_id=refund.fallback_transaction_id,
        business_key=refund.refund_id,
        money=refund.money,
        occurred_at=refund.occurred_at,
        context=Context(),
        source=source,
        items=refund.items,
    )


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
    read: Callable[[bytes, RowCheck], Message]


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
