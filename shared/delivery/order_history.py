"""What earlier events taught, applied to this one: whose it is, and which order it belongs to."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from shared.delivery.wait_for_context import wait_for_context
from shared.domain.context import Context
from shared.domain.context_source import source_of
from shared.domain.conversion import Conversion, Kind, Source
from shared.domain.fill_missing import fill_missing
from shared.domain.link import Link
from shared.domain.order import Order
from shared.domain.refund import Refund
from shared.domain.refund_share import refund_share
from shared.domain.resolve_consent import resolve_consent, with_answer_times
from shared.domain.without_personal_data import without_personal_data
from shared.domain.without_session import with_own_place, without_session
from shared.errors import InProgressError
from shared.stores.orders import Contexts, Orders

# Providers keep no order, so a refund may overtake its purchase; their own retry brings it again.
WAIT_FOR_ORDER: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class OrderHistory:
    """The orders and contexts of the store.

    Attributes:
        orders: Orders by every reference.
        contexts: Contexts by every reference.
        wait_seconds: How long a purchase without a client waits for one to be captured.
    """

    orders: Orders
    contexts: Contexts
    wait_seconds: float = 0.0

    async def resolve_purchase(self, conversion: Conversion, now: datetime) -> Conversion:
        """Return a conversion with the context others brought, and remember it as an order.

        A purchase whose money is known under another transaction id already takes that id: two
        events about the same money are one.

        Args:
            conversion: What happened.
            now: The current time, UTC.
        """
        known = await self._resolve_purchase(conversion, now)
        own = (
            conversion.context if conversion.joins_session else without_session(conversion.context)
        )
        return replace(known, context_source=source_of(own, known.context))

    async def _resolve_purchase(self, conversion: Conversion, now: datetime) -> Conversion:
        references = conversion.references + conversion.customer_references
        own = dated_context(conversion.context, now)
        context = await self._context(own, references)
        if conversion.joins_session and references:
            context = await wait_for_context(
                context,
                lambda known: self._context(known, references),
                seconds=self.wait_seconds,
            )
        lasts = context if conversion.joins_session else without_session(context)
        known = replace(conversion, context=with_own_place(conversion.context, lasts))
        if conversion.kind is not Kind.PURCHASE:
            return await self._resolve_related(known)
        if conversion.money is None or conversion.transaction_id is None:
            return known
        order = Order(
            conversion.transaction_id,
            conversion.money,
            conversion.items,
            without_personal_data(lasts),
            conversion.occurred_at,
            conversion.customer_ref,
            references,
        )
        counts = await self.orders.remember(
            order, scoped(conversion.source, conversion.references), now=now
        )
        if conversion.customer_references and lasts != Context():
            await self.contexts.put(
                conversion.customer_references, without_personal_data(lasts), now=now
            )
        if counts.transaction_id == conversion.transaction_id:
            return known
        return replace(
            known,
            transaction_id=counts.transaction_id,
            business_key=counts.transaction_id,
        )

    async def _resolve_related(self, known: Conversion) -> Conversion:
        """Return what is about an order, a dispute say, under the order's own id and context."""
        order = await self.orders.find(scoped(known.source, known.references))
        if order is None:
            return known
        whose = order.context if known.context.client_id is None else known.context
        consent = resolve_consent(order.context.consent, known.context.consent)
        own = replace(whose, consent=consent)
        return replace(
            known,
            transaction_id=order.transaction_id,
            context=without_session(await self._context(own, order.references)),
            customer_references=known.customer_references + order.references,
            customer_ref=known.customer_ref or order.customer_ref,
        )

    async def link(self, link: Link, source: Source, now: datetime) -> None:
        """Remember which ids belong together, and whose they are."""
        if len(link.orders) > 1:
            await self.orders.link(scoped(source, link.orders), now=now)
        if link.customer_references and link.context != Context():
            context = dated_context(without_personal_data(link.context), now)
            await self.contexts.put(link.customer_references, context, now=now)

    async def resolve_refund(self, refund: Refund, source: Source, now: datetime) -> Conversion:
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
        own, others = (known.context, known.references) if known else (Context(), ())
        context = without_session(await self._context(own, refund.references + others))
        if known is None or known.money.currency != refund.money.currency:
            # In another currency it takes no place among those of the order's own.
            return _gross(refund, source, known, context)
        allotted = await self.orders.assign_refund(references, refund_id, amount, now=now)
        order, before = (allotted.order, allotted.before) if allotted else (known, Decimal(0))
        told = refund.money.tax is not None or refund.money.shipping is not None
        whole = before == 0 and amount == order.money.total
        return Conversion(
            kind=Kind.REFUND,
            transaction_id=order.transaction_id,
            business_key=refund.refund_id,
            money=refund.money if told else refund_share(order.money, before, amount),
            occurred_at=refund.occurred_at,
            context=context,
            source=source,
            items=refund.items or (order.items if whole else ()),
            references=refund.references,
            customer_references=order.references,
            customer_ref=order.customer_ref,
            context_source=source_of(Context(), context),
        )

    async def _context(self, own: Context, references: tuple[str, ...]) -> Context:
        """Return what came with the event, and what others brought where that says nothing.

        Whoever brought it, the last word on consent counts, and in doubt a denial.

        Args:
            own: What came with the event, its answers dated, or what an order remembers.
            references: Ids that others may have brought a context for.
        """
        found = await self.contexts.get(references) if references else None
        if found is None:
            return own
        return fill_missing(own, found)


def dated_context(context: Context, now: datetime) -> Context:
    """Return a context that came with an event, its answers with the times they had at the event.

    Events repeat for years what their order's metadata says, so without a time of capture a grant
    may be of any age. That is for what comes with an event, and once: what is remembered may have
    its time of capture from one who may not date a grant, a browser.

    Args:
        context: What came with the event.
        now: The current time, UTC.
    """
    told_at = context.captured_at
    consent = with_answer_times(context.consent, granted_at=told_at, denied_at=told_at or now)
    return replace(context, consent=consent)


def scoped(source: Source, references: tuple[str, ...]) -> tuple[str, ...]:
    """Return references as the order index knows them: two providers may use the same number.

    Args:
        source: Whose references they are.
        references: Ids as the provider writes them.
    """
    scope = f"{source.provider}:{source.account or ''}"
    return tuple(f"{scope}:{reference}" for reference in references)


def _gross(refund: Refund, source: Source, order: Order | None, context: Context) -> Conversion:
    """Return a refund that cannot be split as its order was: nobody knows it, or its currency."""
    return Conversion(
        kind=Kind.REFUND,
        transaction_id=order.transaction_id if order else refund.fallback_transaction_id,
        business_key=refund.refund_id,
        money=refund.money,
        occurred_at=refund.occurred_at,
        context=context,
        source=source,
        items=refund.items,
        references=refund.references,
        customer_ref=order.customer_ref if order else None,
        params={"value_basis": "gross"} if refund.money.tax is None else {},
        context_source=source_of(Context(), context),
    )
