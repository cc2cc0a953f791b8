"""What made a payment intent, put into the object of the event where Stripe does not say it there.

Between 2025-03-31.basil and 2025-09-30.clover an intent names neither its invoice nor its Checkout
session, before basil no session (docs/decisions/0042-one-payment-one-purchase.md). The API knows.
"""

from typing import Final

import msgspec

from shared.changed import replace
from shared.decoding import Reference, id_of, read
from shared.errors import UnavailableError, UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.stripe.fields import is_before
from shared.providers.stripe.intent import NAMES_ITS_INVOICE_NO_MORE, NAMES_ITS_OWNER
from shared.providers.stripe.objects import PaymentIntent
from shared.stripe_api.access import Access
from shared.stripe_api.client import StripeApi

SUCCEEDED: Final = "payment_intent.succeeded"
_SESSIONS: Final = "/v1/checkout/sessions"
_INVOICE_PAYMENTS: Final = "/v1/invoice_payments"
_CANCELED: Final = "canceled"


class _Session(msgspec.Struct, frozen=True):
    id: str


class _Sessions(msgspec.Struct, frozen=True):
    data: list[_Session]


class _InvoicePayment(msgspec.Struct, frozen=True):
    invoice: Reference = None
    status: str | None = None


class _InvoicePayments(msgspec.Struct, frozen=True):
    data: list[_InvoicePayment]


async def with_owner(event: ProviderEvent, api: StripeApi, access: Access) -> ProviderEvent:
    """Return the event of an intent as clover writes it: with its owner, or sure that it has none.

    Args:
        event: A notification of Stripe's that carries its object.
        api: Stripe's API.
        access: As whom, and until when.

    Returns:
        The event; the same where it says its owner, or where there is nothing to ask about.

    Raises:
        ConnectorError: As `StripeApi.get`.
    """
    intent = _nameless(event)
    if intent is None:
        return event
    owner = None
    if not is_before(event, NAMES_ITS_INVOICE_NO_MORE):
        owner = await _invoice(intent.id, api, access)
    owner = owner or await _session(intent.id, api, access)
    named = replace(event, api_version=NAMES_ITS_OWNER)
    if owner is None:
        return named
    fields = read(event.object, dict[str, msgspec.Raw])
    fields["payment_details"] = msgspec.Raw(msgspec.json.encode({"order_reference": owner}))
    return replace(named, object=msgspec.Raw(msgspec.json.encode(fields)))


def _nameless(event: ProviderEvent) -> PaymentIntent | None:
    """Return the intent of an event that may have an owner and names none."""
    if event.source.event_type != SUCCEEDED or not is_before(event, NAMES_ITS_OWNER):
        return None
    try:
        intent = read(event.object, PaymentIntent)
    except UnusableError:
        return None  # the mapping reads the object too, and names what is wrong with it
    return None if intent.order_reference or id_of(intent.invoice) else intent


async def _invoice(intent_id: str, api: StripeApi, access: Access) -> str | None:
    query = [("payment[type]", "payment_intent"), ("payment[payment_intent]", intent_id)]
    found = await api.get(_INVOICE_PAYMENTS, access, query)
    try:
        paid = read(found, _InvoicePayments).data
    except UnusableError as error:
        raise UnavailableError(f"Stripe's API gives a list with {error}") from None
    return next((id_of(p.invoice) for p in paid if p.invoice and p.status != _CANCELED), None)


async def _session(intent_id: str, api: StripeApi, access: Access) -> str | None:
    found = await api.get(_SESSIONS, access, [("payment_intent", intent_id)])
    try:
        sessions = read(found, _Sessions).data
    except UnusableError as error:
        raise UnavailableError(f"Stripe's API gives a list with {error}") from None
    return sessions[0].id if sessions else None
