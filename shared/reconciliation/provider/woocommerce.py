"""A WooCommerce shop's own record: its orders and their refunds, as its webhooks bring them."""

import re
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

import msgspec

from shared.changed import replace
from shared.decoding import read
from shared.errors import MalformedError, UnavailableError, UnusableError
from shared.provider_api.woocommerce import WooCommerceApi
from shared.providers.event import ProviderEvent
from shared.providers.woocommerce.events import REFUND, parse
from shared.providers.woocommerce.objects import moment
from shared.reconciliation.provider.record import order_or_refund
from shared.reconciliation.span import Span
from shared.stores.entry import LedgerEvent
from shared.webhooks.delivery import VerifiedDelivery

CHANGED: Final = "order.updated"
# An order's purchase, and what it grew by (`ID-TOTAL`).
_REFUND_ID: Final = re.compile(r"([0-9]{1,19})-refund-([0-9]{1,19})")


class _Times(msgspec.Struct, frozen=True):
    date_paid_gmt: Any = None


class WooCommerceRecord(msgspec.Struct, frozen=True):
    """Reads with a consumer key that may read.

    Attributes:
        api: The shop's.
        place: The shop's address without `https://`.
    """

    api: WooCommerceApi
    place: str

    @property
    def name(self) -> str:
        """WooCommerce's name."""
        return "woocommerce"

    @property
    def account(self) -> None:
        """No account: the shop is the key's own."""
        return

    def parts(self, span: Span) -> Sequence[AsyncIterator[ProviderEvent]]:
        """Return the orders that changed since the span began, each before its refunds.

        An order does not say when it was refunded. That is known by `confirm` only.

        Args:
            span: When orders were paid, and refunds made.
        """
        return [self._orders(span)]

    async def confirm(self, event: ProviderEvent, span: Span) -> ProviderEvent | None:
        """Return the event, a refund with the time at which it was made. See `Record`.

        Its webhook came then; what the order is now may be of much later.
        """
        found = _REFUND_ID.fullmatch(event.source.event_id)
        if event.source.event_type != REFUND or found is None:
            return event
        made_at = await self.api.refunded_at(found[1], found[2])
        if made_at is None or not span.start <= made_at < span.end:
            return None
        return replace(event, created_at=made_at, signed_at=made_at)

    def reference(self, fact: LedgerEvent, payment_id: str | None) -> str | None:
        """Return an entry's order, and its refund behind a slash; see `Record`."""
        return order_or_refund(fact, payment_id, refunded=REFUND)

    async def known(self, reference: str) -> ProviderEvent | None:
        """Return an order or a refund that the shop has; see `Record`."""
        order_id, _, refund_id = reference.partition("/")
        raw = await self.api.order(order_id)
        if raw is None:
            return None
        order, *refunds = self._events(raw)
        if not refund_id:
            return order
        name = f"{order_id}-refund-{refund_id}"
        return next((each for each in refunds if each.source.event_id == name), None)

    async def close(self) -> None:
        """Close the client."""
        await self.api.close()

    async def _orders(self, span: Span) -> AsyncIterator[ProviderEvent]:
        async for raw in self.api.orders(span.start):
            order, *refunds = self._events(raw)
            # One whose time of payment cannot be read was paid when it changed.
            paid_at = moment(_times(raw).date_paid_gmt) or order.created_at
            if span.start <= paid_at < span.end:
                yield order
            if paid_at < span.end:
                for refund in refunds:
                    yield refund

    def _events(self, raw: msgspec.Raw) -> tuple[ProviderEvent, ...]:
        """Return an order as a signed webhook of it would be read: the shop itself was asked."""
        headers = (
            ("x-wc-webhook-topic", CHANGED),
            ("x-wc-webhook-source", f"https://{self.place}/"),
        )
        try:
            return parse(VerifiedDelivery(self.name, bytes(raw), headers))
        except MalformedError as error:
            raise UnavailableError(f"WooCommerce's API gives an order with {error}") from None


def _times(raw: msgspec.Raw) -> _Times:
    try:
        return read(raw, _Times)
    except UnusableError as error:
        raise UnavailableError(f"WooCommerce's API gives an order with {error}") from None
