"""Shopify's own record: its orders and their refunds, as its webhooks bring them."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Final, TypeVar

import msgspec

from shared.decoding import read
from shared.errors import MalformedError, UnavailableError, UnusableError
from shared.provider_api.shopify import ShopifyApi, ShopifyShop
from shared.providers.event import ProviderEvent
from shared.providers.shopify.events import parse
from shared.providers.shopify.objects import Id
from shared.reconciliation.provider.record import order_or_refund
from shared.reconciliation.span import Span
from shared.stores.entry import LedgerEvent
from shared.webhooks.delivery import VerifiedDelivery

T = TypeVar("T")

PAID: Final = "orders/paid"
REFUNDED: Final = "refunds/create"
_PAYMENTS: Final = ("sale", "capture")
# An order's purchase, and what it grew by (`ID-TOTAL`).
_NOTHING: Final = Decimal(0)

_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class _Refund(msgspec.Struct, frozen=True):
    id: Id
    created_at: _Moment


class _Order(msgspec.Struct, frozen=True):
    """What of an order says when something happened.

    Attributes:
        created_at: When it was placed.
        processed_at: The same, where it was placed elsewhere before.
        updated_at: When it changed last.
    """

    id: Id
    created_at: _Moment
    processed_at: _Moment | None = None
    updated_at: _Moment | None = None
    total_price: str | None = None
    refunds: tuple[msgspec.Raw, ...] | None = None


class _Transaction(msgspec.Struct, frozen=True):
    """What moved of an order."""

    kind: str
    status: str | None = None
    amount: str | None = None
    processed_at: _Moment | None = None
    created_at: _Moment | None = None


class ShopifyRecord(msgspec.Struct, frozen=True):
    """Reads with an access token that has the scope `read_orders`.

    Attributes:
        api: Shopify's.
        shop: Which shop is asked.
        now: The current time, UTC.
    """

    api: ShopifyApi
    shop: ShopifyShop
    now: datetime

    @property
    def name(self) -> str:
        """Shopify's name."""
        return "shopify"

    @property
    def account(self) -> None:
        """No account: the shop is the key's own."""
        return

    def parts(self, span: Span) -> Sequence[AsyncIterator[ProviderEvent]]:
        """Return orders by the day they changed last, each before its refunds.

        An order of the span may have changed since, when it was shipped for example, so all days
        up to now are read. What happened before the span is known by `confirm` only: an order
        does not say when it was paid.

        Args:
            span: When orders were placed, or paid, and refunds made.
        """
        return [self._orders(day, span) for day in Span(span.start, self.now).slices()]

    async def confirm(self, event: ProviderEvent, span: Span) -> ProviderEvent | None:
        """Return an order as it was paid, by its transactions; see `Record`.

        Args:
            event: An order; a refund is what it was.
            span: When it must have been paid.
        """
        if event.source.event_type != PAID:
            return event
        order = _read(event.object, _Order)
        paid = [
            each
            for raw in await self.api.transactions(self.shop, str(order.id))
            if (each := _read(raw, _Transaction)).kind in _PAYMENTS and each.status == "success"
        ]
        times = [at for each in paid if (at := each.processed_at or each.created_at) is not None]
        paid_at = max(times, default=event.created_at)
        if not span.start <= paid_at < span.end:
            return None
        collected = sum((_decimal(each.amount) or _NOTHING for each in paid), _NOTHING)
        whole = collected == _decimal(order.total_price)
        raw = _as_placed(event.object) if whole else event.object
        return _event(PAID, str(order.id), paid_at, raw)

    def reference(self, fact: LedgerEvent, payment_id: str | None) -> str | None:
        """Return an entry's order, and its refund behind a slash; see `Record`."""
        return order_or_refund(fact, payment_id, refunded=REFUNDED)

    async def known(self, reference: str) -> ProviderEvent | None:
        """Return an order or a refund that Shopify has; see `Record`."""
        order_id, _, refund_id = reference.partition("/")
        raw = await self.api.order(self.shop, order_id)
        if raw is None:
            return None
        order = _read(raw, _Order)
        if not refund_id:
            return _event(PAID, order_id, order.processed_at or order.created_at, raw)
        return next((e for e in _refunds(order) if e.source.event_id == refund_id), None)

    async def close(self) -> None:
        """Close the client."""
        await self.api.close()

    async def _orders(self, day: Span, span: Span) -> AsyncIterator[ProviderEvent]:
        async for raw in self.api.orders(self.shop, day.start, day.end):
            order = _read(raw, _Order)
            if order.updated_at is not None and order.updated_at >= day.end:
                continue  # the next day's: Shopify's end is included
            placed_at = order.processed_at or order.created_at
            if placed_at < span.end:
                yield _event(PAID, str(order.id), placed_at, raw)
            for event in _refunds(order):
                if span.start <= event.created_at < span.end:
                    yield event


def _refunds(order: _Order) -> Iterator[ProviderEvent]:
    """Return the refunds of an order, the oldest first."""
    found = [(_read(raw, _Refund), raw) for raw in order.refunds or ()]
    for refund, raw in sorted(found, key=lambda each: each[0].created_at):
        yield _event(REFUNDED, str(refund.id), refund.created_at, raw)


def _as_placed(raw: msgspec.Raw) -> msgspec.Raw:
    """Return an order without what edits and refunds made of it since: it was paid as placed."""
    fields = _read(raw, dict[str, msgspec.Raw])
    kept = {name: value for name, value in fields.items() if not name.startswith("current_")}
    return msgspec.Raw(msgspec.json.encode(kept))


def _decimal(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None


def _read(raw: msgspec.Raw, shape: type[T]) -> T:
    try:
        return read(raw, shape)
    except UnusableError as error:
        raise UnavailableError(f"Shopify's API gives an order with {error}") from None


def _event(topic: str, event_id: str, at: datetime, raw: msgspec.Raw) -> ProviderEvent:
    """Return an object as a signed webhook of it would be read: Shopify itself was asked."""
    headers = (
        ("x-shopify-topic", topic),
        ("x-shopify-event-id", event_id),
        ("x-shopify-triggered-at", at.astimezone(UTC).isoformat()),
    )
    try:
        (event,) = parse(VerifiedDelivery("shopify", bytes(raw), headers))
    except MalformedError as error:
        raise UnavailableError(f"Shopify's API gives an order with {error}") from None
    return event
