"""Events of Stripe's as they are before anybody asked its API."""

import json
from datetime import timedelta
from typing import Any, Final

from msgspec import Raw

from shared.domain.conversion import Source
from shared.providers.event import ProviderEvent
from shared.secrets.secret import Secret
from shared.stripe_api import StripeApi, complete
from tests.support.api_server import Json
from tests.support.builders import NOW
from tests.support.stripe_json import checkout_session
from tests.support.stripe_server import KEY, StripeServer

SESSION: Final = "/v1/checkout/sessions/cs_test_1"
ITEMS: Final = f"{SESSION}/line_items"
INVOICE: Final = "/v1/invoices/in_1"
LINES: Final = f"{INVOICE}/lines"
COMPLETED: Final = "checkout.session.completed"
ASYNC: Final = "checkout.session.async_payment_succeeded"
WANTED: Final = frozenset({COMPLETED, ASYNC, "invoice.paid", "refund.created"})
MINUTE: Final = timedelta(minutes=1)


def lines(count: int, first: int = 0) -> list[Json]:
    """Return so many items."""
    numbers = range(first, first + count)
    return [{"id": f"li_{n}", "quantity": 1, "unit_amount_decimal": "12.50"} for n in numbers]


def invoice(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a paid invoice of twelve lines that carries ten of them."""
    carried = {"object": "list", "data": lines(10), "has_more": True, "total_count": 12}
    return {"id": "in_1", "object": "invoice", "status": "paid", "lines": carried, **fields}


def snapshot(subject: object, kind: str = COMPLETED, **fields: Any) -> ProviderEvent:  # noqa: ANN401
    """Return an event of a minute ago that carries its object."""
    raw = subject if isinstance(subject, bytes) else json.dumps(subject, indent=2).encode()
    source = Source("stripe", "evt_1", kind, fields.pop("account", None))
    arguments = {"created_at": NOW - MINUTE, "live": True, **fields}
    return ProviderEvent(source=source, object=Raw(raw), **arguments)


def thin(
    kind: str = COMPLETED,
    related: str | None = SESSION,
    **fields: Any,  # noqa: ANN401 - a notification's
) -> ProviderEvent:
    """Return an event of a minute ago that only names its object."""
    return snapshot(b"{}", f"v1.{kind}", related=related, **fields)


async def completed(
    event: ProviderEvent, stripe: StripeServer, key: str = KEY, *, owners: bool = False
) -> ProviderEvent:
    """Complete an event through a server."""
    api = StripeApi(stripe.url)
    try:
        return await complete(event, Secret(key), api=api, wanted=WANTED, now=NOW, owners=owners)
    finally:
        await api.close()


def shop(session: Json | None = None, count: int = 3) -> StripeServer:
    """Return Stripe with a session of so many items and an invoice of twelve lines."""
    return StripeServer(
        objects={SESSION: session or checkout_session(), INVOICE: invoice()},
        lists={ITEMS: lines(count), LINES: lines(12)},
    )


def object_of(event: ProviderEvent) -> Json:
    """Return the object of an event."""
    found: Json = json.loads(bytes(event.object))
    return found
