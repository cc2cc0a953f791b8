"""What earlier events taught, applied to this one: whose it is, and which order it belongs to."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from shared.conversions.context import Context
from shared.conversions.conversion import Conversion, Kind, Source
from shared.conversions.kept import kept
from shared.conversions.lasting import lasting
from shared.conversions.link import Link
from shared.conversions.order import Order
from shared.conversions.refund import Refund
from shared.conversions.refund_share import refund_share
from shared.errors import InProgressError
from shared.stores.orders import Contexts, Orders

# Providers keep no order, so a refund may overtake its purchase; their own retry brings it again.
WAIT_FOR_ORDER: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Memory:
    """The orders and contexts of the store.

    Attributes:
        orders: Orders by every reference.
        contexts: Contexts by every reference.
    """

    orders: Orders
    contexts: Contexts

    async def placed(self, conversion: Conversion, now: datetime) -> Conversion:
        """Return a conversion with the context others brought, and remember it as an order.

        A purchase whose money is known under another transaction id already takes that id: two
        events about the same money are one.

        Args:
            conversion: What happened.
            now: The current time, UTC.
        """
        references = conversion.references + conversion.subscribers
        context = await self._context(conversion.context, references)
        known = replace(
            conversion, context=context if conversion.joins_session else lasting(context)
        )
        if conversion.kind is not Kind.PURCHASE:
            return await self._about(known)
        if conversion.money is None or conversion.transaction_id is None:
            return known
        order = Order(
            conversion.transaction_id,
            conversion.money,
            conversion.items,
            kept(known.context),
            conversion.occurred_at,
            conversion.customer_ref,
        )
        counts = await self.orders.remember(
            order, scoped(conversion.source, conversion.references), now=now
        )
        if conversion.subscribers and known.context != Context():
            await self.contexts.put(conversion.subscribers, kept(known.context), now=now)
        if counts.transaction_id == conversion.transaction_id:
            return known
        return replace(
            known,
            transaction_id=counts.transaction_id,
            business_key=counts.transaction_id,
        )

    async def _about(self, known: Conversion) -> Conversion:
        """Return what is about an order, a dispute say, under the order's own id and context."""
        order = await self.orders.find(scoped(known.source, known.references))
        if order is None:
            return known
        return replace(
            known,
            transaction_id=order.transaction_id,
            context=lasting(order.context if known.context.client_id is None else known.context),
            customer_ref=known.customer_ref or order.customer_ref,
        )

    async def linked(self, link: Link, source: Source, now: datetime) -> None:
        """Remember which ids belong together, and whose they are."""
        if len(link.orders) > 1:
            await self.orders.link(scoped(source, link.orders), now=now)
        if link.subscribers and link.context != Context():
            await self.contexts.put(link.subscribers, kept(link.context), now=now)

    async def refunded(self, refund: Refund, source: Source, now: datetime) -> Conversion:
        """Return a refund as its order's buyer's, split as the order was.

        Without an order the refund is told gross, and says so.

        Args:
            refund: What went back.
            source: Where we learned it.
            now: The current time, UTC.

        Raises:
            InProgressError: Its order is not known yet and may still come.
        """
        amount = refund.money.total
        (refund_id,) = scoped(source, (refund.refund_id,))
        references = scoped(source, refund.references)
        known = await self.orders.find(references)
        if known is None and now - refund.occurred_at < WAIT_FOR_ORDER:
            raise InProgressError("the order of this refund is not known yet")
        if known is None or known.money.currency != refund.money.currency:
            # In another currency it takes no place among those of the order's own.
            return _gross(refund, source, known)
        allotted = await self.orders.allot(references, refund_id, amount, now=now)
        order, before = (allotted.order, allotted.before) if allotted else (known, Decimal(0))
        told = refund.money.tax is not None or refund.money.shipping is not None
        whole = before == 0 and amount == order.money.total
        return Conversion(
            kind=Kind.REFUND,
            transaction_id=order.transaction_id,
            business_key=refund.refund_id,
            money=refund.money if told else refund_share(order.money, before, amount),
            occurred_at=refund.occurred_at,
            context=lasting(await self._context(order.context, refund.references)),
            source=source,
            items=refund.items or (order.items if whole else ()),
            references=refund.references,
            customer_ref=order.customer_ref,
        )

    async def _context(self, own: Context, references: tuple[str, ...]) -> Context:
        """Return what came with the event, and what others brought where that says nothing."""
        if own.client_id is not None or not references:
            return own
        found = await self.contexts.get(references)
        if found is None:
            return own
        consent = replace(
            found.consent,
            analytics=own.consent.analytics or found.consent.analytics,
            ad_user_data=own.consent.ad_user_data or found.consent.ad_user_data,
            ad_personalization=own.consent.ad_personalization or found.consent.ad_personalization,
        )
        return replace(
            found,
            consent=consent,
            user_id=own.user_id or found.user_id,
            user_agent=own.user_agent or found.user_agent,
            page_location=own.page_location or found.page_location,
        )


def scoped(source: Source, references: tuple[str, ...]) -> tuple[str, ...]:
    """Return references as the order index knows them: two providers may use the same number.

    Args:
        source: Whose references they are.
        references: Ids as the provider writes them.
    """
    scope = f"{source.provider}:{source.account or ''}"
    return tuple(f"{scope}:{reference}" for reference in references)


def _gross(refund: Refund, source: Source, order: Order | None) -> Conversion:
    """Return a refund that cannot be split as its order was: nobody knows it, or its currency."""
    return Conversion(
        kind=Kind.REFUND,
        transaction_id=order.transaction_id if order else refund.fallback_transaction_id,
        business_key=refund.refund_id,
        money=refund.money,
        occurred_at=refund.occurred_at,
        context=lasting(order.context) if order else Context(),
        source=source,
        items=refund.items,
        references=refund.references,
        customer_ref=order.customer_ref if order else None,
        params={"value_basis": "gross"} if refund.money.tax is None else {},
    )
