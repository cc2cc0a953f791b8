"""The items of a session and the lines of an invoice, put into the object of the event."""

from typing import Final

import msgspec

from shared.changed import replace
from shared.decoding import read
from shared.errors import UnusableError
from shared.providers.event import ProviderEvent
from shared.stripe_api.access import Access
from shared.stripe_api.client import StripeApi
from shared.stripe_api.listed import Listed, listed

_SESSION_PAID: Final = frozenset(
    {"checkout.session.completed", "checkout.session.async_payment_succeeded"}
)
_INVOICE_PAID: Final = "invoice.paid"


class _List(msgspec.Struct, frozen=True):
    has_more: bool = False


class _Session(msgspec.Struct, frozen=True):
    id: str
    mode: str
    payment_status: str
    line_items: _List | None = None


class _Invoice(msgspec.Struct, frozen=True):
    id: str
    lines: _List | None = None


async def with_items(event: ProviderEvent, api: StripeApi, access: Access) -> ProviderEvent:
    """Return the event with every item of its object; the same where none is missing.

    Args:
        event: A notification of Stripe's that carries its object.
        api: Stripe's API.
        access: As whom, and until when.

    Raises:
        ConnectorError: As `listed`.
    """
    missing = _missing(event)
    if missing is None:
        return event
    path, field = missing
    items = await listed(api, path, access)
    return replace(event, object=_put(event.object, field, items))


def _missing(event: ProviderEvent) -> tuple[str, str] | None:
    """Return where the missing items are and which field they belong in."""
    kind = event.source.event_type
    try:
        if kind in _SESSION_PAID:
            session = read(event.object, _Session)
            paid = session.mode == "payment" and session.payment_status == "paid"
            if paid and (session.line_items is None or session.line_items.has_more):
                return f"/v1/checkout/sessions/{session.id}/line_items", "line_items"
        elif kind == _INVOICE_PAID:
            invoice = read(event.object, _Invoice)
            if invoice.lines is not None and invoice.lines.has_more:
                return f"/v1/invoices/{invoice.id}/lines", "lines"
    except UnusableError:
        pass  # the mapping reads the object too, and names what is wrong with it
    return None


def _put(whole: msgspec.Raw, field: str, items: Listed) -> msgspec.Raw:
    """Return an object with a list in a field; every other byte of a value is as it was."""
    fields = read(whole, dict[str, msgspec.Raw])
    fields[field] = msgspec.Raw(msgspec.json.encode(items))
    return msgspec.Raw(msgspec.json.encode(fields))
