"""Rows as messages, each read and held against the rules as its function will."""

from collections.abc import Mapping

from shared.domain.context import Context
from shared.domain.conversion import Conversion, Ignored, Kind, Source
from shared.domain.refund import Refund
from shared.enrichment.customer import Customer
from shared.enrichment.enrich import enrich
from shared.messages import billing_event, order_enrichment, server_event
from shared.messages.billing_mapping import map_billing_event as to_billing
from shared.messages.billing_mapping import source_of as source_of_billing
from shared.messages.order_enrichment import currency_of, fees_of, to_order
from shared.messages.outgoing import Message
from shared.messages.server_mapping import map_server_event as to_server
from shared.messages.server_mapping import source_of as source_of_server
from tools.publish.check import Judge

# It stands for whatever the CRM will say: with it the order's event is never empty.
_CUSTOMER = Customer(segment="any")


def billing_message(body: bytes, judge: Judge) -> Message:
    """Return the message of a billing event.

    Args:
        body: The row's JSON.
        judge: What it is held against.

    Raises:
        UnusableError: `subscription_renewal` would reject it.
    """
    event = billing_event.read_billing_event(body)
    source = source_of_billing(event)
    _hold(to_billing(event, source), source, judge, "subscription_renewal")
    attributes = {"schema": billing_event.SCHEMA, "type": event.type}
    return _message(body, attributes, event, event.subscription_id, judge)


def server_message(body: bytes, judge: Judge) -> Message:
    """Return the message of a server event. As `billing_message`, for `offline_event`."""
    event = server_event.read_server_event(body)
    source = source_of_server(event)
    _hold(to_server(event, source), source, judge, "offline_event")
    attributes = {"schema": server_event.SCHEMA, "name": event.name}
    return _message(body, attributes, event, event.customer_ref, judge)


def enrichment_message(body: bytes, judge: Judge) -> Message:
    """Return the message of an order. As `billing_message`, for `data_enrichment`."""
    request = order_enrichment.read_order_enrichment(body)
    order = to_order(request, "purchase_enriched")
    event = enrich(order, currency_of(request), {}, _CUSTOMER, fees=fees_of(request))
    _hold(event, order.source, judge, "data_enrichment")
    return _message(body, {"schema": order_enrichment.SCHEMA}, request, None, judge)


def _hold(
    domain_event: Conversion | Refund | Ignored, source: Source, judge: Judge, function: str
) -> None:
    """Hold what a row tells against the rules; what is ignored has none to break."""
    if isinstance(domain_event, Refund):
        domain_event = _told(domain_event, source)
    if isinstance(domain_event, Conversion):
        judge.check(domain_event, mp_source=function)


def _message(
    body: bytes,
    attributes: Mapping[str, str],
    told: billing_event.BillingEvent | server_event.ServerEvent | order_enrichment.OrderEnrichment,
    key: str | None,
    judge: Judge,
) -> Message:
    """Return a row as a message, its key where order is asked for."""
    named = {**attributes, "provider": told.provider, "event_id": told.event_id}
    return Message(body, named, (key or "") if judge.ordered else "")


def _told(refund: Refund, source: Source) -> Conversion:
    """Return a refund as it is told where its order is not known."""
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
