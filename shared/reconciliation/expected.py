"""Which entry the ledger should have of a provider's event; nothing is changed by asking."""

from datetime import datetime

import msgspec

from shared.changed import replace
from shared.delivery.first_payments import known_kind
from shared.delivery.known_payments import find_order, first_reported_id, is_marked, under_free_id
from shared.delivery.ledger_events import fact_of, fact_of_refund, fact_of_unreadable
from shared.delivery.payment_identity import (
    grown_by,
    is_release,
    mark,
    named,
    paid_checkout,
    purchase_of_reversal,
    scoped,
    under_id,
)
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType, Source
from shared.domain.event import Link
from shared.domain.money import Money
from shared.domain.order import Order
from shared.domain.refund import Refund, Reversal
from shared.errors import NoAmountError, UnusableError
from shared.providers.event import ProviderEvent
from shared.settings.payment_webhook import PaymentSettings
from shared.settings.providers import Provider
from shared.stores.entry import LedgerEvent
from shared.stores.orders import Orders


class Expectation(msgspec.Struct, frozen=True):
    """What an event should have left behind.

    Attributes:
        fact: What its entry is about; its key is the entry's.
        occurred_at: When it happened, UTC.
        money: What was paid, where the entry's value follows from this event alone.
        also: Keys of further entries that it accounts for.
    """

    fact: LedgerEvent
    occurred_at: datetime
    money: Money | None = None
    also: frozenset[str] = frozenset()


class Expected(msgspec.Struct, frozen=True):
    """Says what events should have left behind, as `PaymentWebhook` would settle them.

    Attributes:
        settings: What the operator decided: an event that is not opted in leaves nothing.
        orders: Under which transaction id money is known already.
    """

    settings: PaymentSettings
    orders: Orders

    async def of(
        self, provider: Provider, event: ProviderEvent
    ) -> Expectation | Link | Ignored | None:
        """Return what an event should have left behind.

        Args:
            provider: Whose event it is.
            event: What its provider sent.

        Returns:
            The event itself where it only teaches which ids belong together, or are left out; None
            for one that is nothing to us.

        Raises:
            UnavailableError: The store is out of reach.
        """
        common = self.settings.common
        if not event.live and not common.accept_test_events:
            return None
        try:
            domain_event = provider.kind.map_event(event, provider.options)
        except (UnusableError, NoAmountError):
            return Expectation(fact_of_unreadable(event.source, common), event.created_at)
        match domain_event:
            case Ignored():
                teaches = domain_event.uncounted or domain_event.trial
                return domain_event if teaches else None
            case Link():
                return domain_event
            case Refund() | Reversal():
                return await self._of_refund(domain_event, event.source)
            case Conversion():
                return await self._of_conversion(domain_event)

    async def _of_refund(self, refund: Refund | Reversal, source: Source) -> Expectation | None:
        """Return the entry of a refund, and of the purchase that takes a reversed one back."""
        common = self.settings.common
        refund = replace(refund, refund_id=await first_reported_id(self.orders, refund, source))
        fact = fact_of_refund(refund, source, common)
        if isinstance(refund, Refund):
            if await self._is_uncounted(refund, source):
                return None
            return Expectation(fact, refund.occurred_at)
        again = fact_of(purchase_of_reversal(refund, fact, None, source), common)
        return Expectation(fact, refund.occurred_at, also=frozenset({again.key}))

    async def _is_uncounted(self, refund: Refund, source: Source) -> bool:
        """Return whether a refund's payment is not counted, so that it is not sent either."""
        known_by = scoped(source, refund.references) + named(source, refund.transaction_id)
        order = await self.orders.find(known_by)
        if order is not None:
            return refund.may_be_release and is_release(refund, order)
        return any(
            [
                await is_marked(self.orders, kind, refund.references, source)
                for kind in ("uncounted", "unowned")
            ]
        )

    async def _of_conversion(self, conversion: Conversion) -> Expectation | None:
        """Return what is expected under the ids and the name a conversion is sent under."""
        common = self.settings.common
        if conversion.kind is not Kind.PURCHASE or conversion.money is None:
            return Expectation(fact_of(self._named(conversion), common), conversion.occurred_at)
        order, is_other = await find_order(self.orders, conversion)
        placed = await self._placed(conversion)
        if placed is not None:
            conversion = paid_checkout(conversion, placed)
        elif order is None and await self._is_left_out(conversion):
            return None
        sizes: tuple[Conversion, ...] = (conversion,)
        if is_other:
            sizes = ((await under_free_id(self.orders, conversion))[0],)
        elif order is not None:
            sizes = await self._sizes(under_id(conversion, order.transaction_id), order)
        sent = [self._named(await known_kind(self.orders, each)) for each in sizes]
        facts = [fact_of(each, common) for each in sent]
        return Expectation(
            facts[-1],
            conversion.occurred_at,
            money=sizes[-1].money,
            also=frozenset(fact.key for fact in facts[:-1]),
        )

    def _named(self, conversion: Conversion) -> Conversion:
        """Return a renewal under the name that renewals have."""
        name = self.settings.common.renewal_event_name
        if conversion.purchase_type is not PurchaseType.RENEWAL or name == conversion.name:
            return conversion
        return replace(conversion, renamed=name)

    async def _is_left_out(self, conversion: Conversion) -> bool:
        """Return whether a payment that no order is known of is no money of its own."""
        if conversion.not_alone is not None:
            return True
        references, source = conversion.references, conversion.source
        return conversion.may_be_owned and await is_marked(
            self.orders, "uncounted", references, source
        )

    async def _placed(self, conversion: Conversion) -> Order | None:
        """Return the checkout whose money this is, where one was placed and not paid then."""
        if not conversion.checkout:
            return None
        marks = tuple(mark("checkout", each) for each in conversion.checkout)
        return await self.orders.find(scoped(conversion.source, marks))

    async def _sizes(self, purchase: Conversion, order: Order) -> tuple[Conversion, ...]:
        """Return an order as it was counted first, and what it grew by since, the last one last."""
        money, sizes = purchase.money, [purchase]
        if not purchase.may_grow or money is None:
            return (purchase,)
        before: Order | None = order
        while before is not None and before.money.total < money.total:
            size = mark("grown", f"{order.transaction_id}:{before.money.total}")
            after = await self.orders.find(scoped(purchase.source, (size,)))
            now = money if after is None else after.money
            sizes.append(grown_by(replace(purchase, money=now), now, before.money))
            before = after
        return tuple(sizes)
