"""What earlier events taught, applied to this one: which order it is, and whose.

Rules of money: docs/decisions/0042-one-payment-one-purchase.md.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Final

import msgspec

from shared.changed import replace
from shared.delivery.buyer import SESSION, learn, wait_for_context
from shared.delivery.denials import all_references, is_nobody, remember_denials
from shared.delivery.first_payments import start_or_renewal
from shared.delivery.foreign_references import lent
from shared.delivery.known_payments import (
    as_grown,
    find_order,
    forgotten,
    is_marked,
    say_conflict,
    under_free_id,
    with_impersonal_id,
)
from shared.delivery.payment_identity import (
    dated_context,
    mark,
    named,
    own_first,
    paid_checkout,
    payment_references,
    scoped,
    taken,
    under_id,
)
from shared.delivery.returned_items import returned_by_refund
from shared.delivery.route import in_stream, route
from shared.domain.consent import Choice, resolve_consent
from shared.domain.context import Context
from shared.domain.context_source import source_of
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType, Source
from shared.domain.event import Link
from shared.domain.merge_contexts import fill_missing, with_own_place, without_session
from shared.domain.money import Money
from shared.domain.order import Order
from shared.domain.without_personal_data import order_without_denied_identity, without_personal_data
from shared.errors import ComingError
from shared.observability.log import Severity, log
from shared.settings.common import Settings
from shared.stores.stores import Stores

NOT_COUNTED: Final = "refund of a payment that is not counted"


class OrderHistory(msgspec.Struct, frozen=True):
    """The orders and contexts of the store.

    Attributes:
        settings: Which stream, and what renewals are called.
        stores: Orders and contexts by every reference; which purchases were sent, and since when
            a refund waits.
        wait_seconds: How long a purchase without a client waits for one to be captured.
    """

    settings: Settings
    stores: Stores
    wait_seconds: float = 0.0

    def within(self, stores: Stores) -> "OrderHistory":
        """Return the same, as part of a unit of work."""
        return replace(self, stores=stores)

    async def resolve_purchase(self, conversion: Conversion, now: datetime) -> Conversion | Ignored:
        """Return a conversion with the context others brought, and remember it as an order.

        A purchase whose money is known under another transaction id already takes that id: two
        events about the same money are one. Another payment under a known transaction id is sent
        under the provider's own id.

        Args:
            conversion: What happened.
            now: The current time, UTC.

        Raises:
            PendingError: The event that owns its money, or knows its buyer, may still come.
        """
        conversion = await lent(self.stores.orders, conversion, conversion.source, now)
        purchase = conversion.kind is Kind.PURCHASE and conversion.money is not None
        known_order, is_other = None, False
        name = named(conversion.source, conversion.transaction_id)
        if purchase:
            conversion = with_impersonal_id(conversion, self.settings.personal_data_exemptions)
            known_order, is_other = await find_order(self.stores.orders, conversion)
        if conversion.checkout or conversion.may_be_owned:
            paid = await self._of_checkout(conversion, known_order, now)
            if isinstance(paid, Ignored):
                return paid
            conversion = paid
        of_another_account = is_other and conversion.source.scope is not None
        this_order = None if of_another_account else known_order
        resolved = await self._with_context(conversion, this_order, now)
        routed = await self._routed(resolved, None if is_other else known_order)
        if isinstance(routed, Ignored):
            if purchase:
                ignored = replace(routed, uncounted=conversion.references)
                await self.leave_out(ignored, conversion.source, now)
            return routed
        resolved = routed
        if purchase:
            if is_other:
                known_order, wanted = None, resolved.transaction_id
                resolved, name = await under_free_id(self.stores.orders, resolved)
                await self.stores.then(partial(say_conflict, resolved, wanted))
            resolved = await self._remembered(resolved, known_order, name, now)
            ledger = self.stores.ledger
            long_ago = await forgotten(resolved, known_order, ledger, self.settings, now)
            if long_ago is not None:
                return long_ago
        await remember_denials(self.stores.contexts, resolved, now)
        event_context = conversion.context
        if not conversion.joins_session:
            event_context = without_session(event_context)
        return replace(resolved, context_source=source_of(event_context, resolved.context))

    async def _routed(
        self, conversion: Conversion, known_order: Order | None
    ) -> Conversion | Ignored:
        """Return a conversion with its stream: its order's, its subscription's or the routes'."""
        streams = self.settings.streams
        if known_order is not None:
            conversion = replace(conversion, sink=conversion.sink or known_order.sink)
        if not streams.named:
            return conversion
        remembered = known_order
        if known_order is None and conversion.stream is None and len(streams.by_name) > 1:
            marks = scoped(conversion.source, _stream_marks(conversion))
            remembered = await self.stores.orders.find(marks) if marks else None
        return in_stream(conversion, self.settings, remembered.stream if remembered else None)

    def _is_young(self, conversion: Conversion, now: datetime) -> bool:
        """Return whether the event that owns a payment, or knows its buyer, may still come."""
        wait = timedelta(seconds=self.settings.owner_wait_seconds)
        return now - conversion.occurred_at < wait

    async def _of_checkout(
        self, conversion: Conversion, known_order: Order | None, now: datetime
    ) -> Conversion | Ignored:
        """Return a payment with what its checkout said, where one was placed and not paid then."""
        if conversion.checkout:
            marks = scoped(
                conversion.source, tuple(mark("checkout", each) for each in conversion.checkout)
            )
            placed = await self.stores.orders.find(marks)
            if placed is not None:
                exempt = self.settings.personal_data_exemptions
                return with_impersonal_id(paid_checkout(conversion, placed), exempt)
        young = self._is_young(conversion, now)
        if known_order is None and conversion.may_be_owned:
            references = conversion.references
            if await is_marked(self.stores.orders, "uncounted", references, conversion.source):
                return Ignored("owned by a payment that is not counted")
            if young:
                raise ComingError("the event that owns this payment may still come")
        if known_order is None and conversion.not_alone is not None:
            ignored = Ignored(conversion.not_alone, uncounted=conversion.references)
            await self.leave_out(ignored, conversion.source, now)
            return ignored
        return conversion

    async def _with_context(
        self, conversion: Conversion, known_order: Order | None, now: datetime
    ) -> Conversion:
        references = all_references(conversion)
        lasting = (conversion.customer_ref,) if conversion.customer_ref else ()
        event_context = dated_context(conversion.context, now, conversion.occurred_at)
        context = await self.known_context(event_context, references, lasting)
        if conversion.joins_session and references:
            context = await wait_for_context(
                context,
                # What is captured meanwhile is not in what this unit of work has read.
                lambda context: self.within(self.stores.alone).known_context(
                    context, references, lasting
                ),
                seconds=self.wait_seconds,
            )
        if known_order is not None:
            consent = resolve_consent(context.consent, known_order.context.consent)
            context = replace(context, consent=consent)
        elif conversion.buyer_may_come and is_nobody(context) and self._is_young(conversion, now):
            # The money often comes a second before the session that knows the buyer.
            own = tuple(each for each in references if each != conversion.customer_ref)
            if not await is_marked(self.stores.orders, SESSION, own, conversion.source):
                raise ComingError("the event that knows its buyer may still come")
        lasts = context if conversion.joins_session else without_session(context)
        resolved = replace(conversion, context=with_own_place(conversion.context, lasts))
        if conversion.kind is not Kind.PURCHASE:
            return await self._resolve_related(resolved)
        return resolved

    async def _remembered(
        self,
        resolved: Conversion,
        known_order: Order | None,
        name: tuple[str, ...],
        now: datetime,
    ) -> Conversion:
        """Remember a purchase as an order; return it under the ids that count."""
        money, transaction_id = resolved.money, resolved.transaction_id
        if money is None or transaction_id is None:
            return resolved
        if known_order is not None:
            transaction_id = known_order.transaction_id
            resolved = under_id(resolved, transaction_id)
        stream = self.settings.streams.of(resolved.stream)
        if resolved.sink is None and stream is not None:
            resolved = replace(resolved, sink=stream.sink)
        lasts = without_personal_data(resolved.context)
        denied = lasts.consent.analytics is Choice.DENIED
        order = Order(
            transaction_id,
            money,
            () if denied else resolved.items,
            lasts,
            resolved.occurred_at,
            resolved.customer_ref,
            resolved.references + resolved.customer_references,
            resolved.payment_id,
            resolved.released,
            resolved.charged,
            stream=resolved.stream,
            sink=resolved.sink,
            scope=resolved.source.scope,
        )
        # It is kept under the payment's own id, by which its refunds look for it.
        references = scoped(resolved.source, own_first(resolved))
        whole = scoped(resolved.source, (resolved.part_of,)) if resolved.part_of else ()
        first = await self.stores.orders.find(whole) if whole else None
        if first is not None:
            resolved = replace(resolved, guest_of=first.transaction_id)
        else:
            references += whole  # its first part: refunds of the whole are this order's
        counts = await self.stores.orders.remember(
            order, (*references, *name, taken(resolved.source, transaction_id)), now=now
        )
        # Client and consent stay valid; the customer's next order has its own session.
        whose = without_session(lasts)
        learned_by = resolved.customer_references
        if known_order is not None and whose.has_id and not known_order.context.has_id:
            # What is remembered first stays: its refunds find the buyer by its own id.
            learned_by += payment_references(resolved)
        if learned_by and whose != Context():
            await self.stores.contexts.put(learned_by, whose, now=now)
        await self._listed(references[0], resolved, order, now)
        marks = _stream_marks(resolved)
        if marks and len(self.settings.streams.by_name) > 1:
            nothing = Order("", Money("", Decimal(0)), (), Context(), now, stream=resolved.stream)
            await self.stores.orders.remember(nothing, scoped(resolved.source, marks), now=now)
        resolved = await start_or_renewal(self.stores.orders, resolved, order, now)
        if counts.transaction_id != resolved.transaction_id:
            return under_id(resolved, counts.transaction_id)
        if resolved.may_grow and counts.money.total != money.total:
            return await as_grown(self.stores.orders, resolved, counts, now)
        return resolved

    async def _listed(
        self, reference: str, resolved: Conversion, order: Order, now: datetime
    ) -> None:
        """Remember whose an order is, if it keeps anything that a denial takes from it."""
        nothing = order.context == Context(consent=order.context.consent) and not order.items
        if not nothing:
            sparingly = resolved.purchase_type is PurchaseType.RENEWAL
            await self.stores.orders.belong(
                reference, resolved.customer_references, now=now, sparingly=sparingly
            )

    async def _resolve_related(self, conversion: Conversion) -> Conversion:
        """Return what is about an order, a dispute say, under the order's own id and context."""
        source = conversion.source
        known_by = scoped(source, conversion.references) + named(source, conversion.transaction_id)
        order = await self.stores.orders.find(known_by)
        if order is None:
            return conversion
        whose = order.context if not conversion.context.has_id else conversion.context
        consent = resolve_consent(order.context.consent, conversion.context.consent)
        context = replace(whose, consent=consent)
        return replace(
            conversion,
            transaction_id=order.transaction_id,
            context=without_session(await self.known_context(context, order.references)),
            customer_references=conversion.customer_references + order.references,
            customer_ref=conversion.customer_ref or order.customer_ref,
            stream=conversion.stream or order.stream,
            sink=conversion.sink or order.sink,
        )

    async def link(self, link: Link, source: Source, now: datetime) -> None:
        """Remember which ids belong together, whose they are, and what was placed and not paid."""
        link = await lent(self.stores.orders, link, source, now)
        if len(link.orders) > 1:
            await self._joined(link, source, now)
        if link.customer_references:
            await learn(self.stores, link, source, now)
        if link.trial is not None:
            await self.leave_out(Ignored(link.reason, trial=link.trial), source, now)
        if link.checkout is not None:
            placed = link.checkout
            context = dated_context(placed.context, now, placed.occurred_at)
            references = placed.references + link.customer_references
            known = await self.known_context(Context(), references)
            order = replace(placed, context=without_personal_data(context))
            order = order_without_denied_identity(order, known.consent)
            order = replace(order, stream=self._stream_of_checkout(placed, source))
            marks = tuple(mark("checkout", each) for each in order.references)
            await self.stores.orders.remember(order, scoped(source, marks), now=now)

    def _stream_of_checkout(self, placed: Order, source: Source) -> str | None:
        """Return the stream of a checkout that is not paid yet: its payment may not name the shop.

        None where no rule matches it; the payment is asked then.
        """
        streams, accept = self.settings.streams, self.settings.accept_test_events
        if not streams.named:
            return None
        name = Kind.PURCHASE.value
        found = route(streams, source, name, placed.money.currency, accept_tests=accept)
        return None if isinstance(found, Ignored) else found.stream

    async def _joined(self, link: Link, source: Source, now: datetime) -> None:
        """Remember that ids are one order's; say so loudly where each was sent by itself."""
        orders = [
            order
            for each in link.orders
            if (order := await self.stores.orders.find(scoped(source, (each,)))) is not None
        ]
        returned = {} if link.returned is None else returned_by_refund(link.returned, source)
        await self.stores.orders.link(scoped(source, link.orders), now=now, returned=returned)
        for kind in ("checkout", "uncounted", "unowned"):
            marks = tuple(mark(kind, each) for each in link.orders)
            await self.stores.orders.link(scoped(source, marks), now=now)
        sent = {order.transaction_id for order in orders}
        if len(sent) > 1:
            say = partial(
                log,
                "counted_twice",
                Severity.ERROR,
                provider=source.provider,
                source_event=source.event_id,
                reason="two purchases were sent that turn out to be one payment",
                notes=sorted(sent),
            )
            await self.stores.then(say)

    async def leave_out(self, ignored: Ignored, source: Source, now: datetime) -> None:
        """Remember a payment that the options leave out, or a trial that begins."""
        kind = "unowned" if ignored.may_be_owned else "uncounted"
        marks = tuple(mark(kind, each) for each in ignored.uncounted)
        if ignored.trial is not None:
            marks += (mark("trial", ignored.trial),)
        if marks:
            nothing = Order("", Money("", Decimal(0)), (), Context(), now)
            await self.stores.orders.remember(nothing, scoped(source, marks), now=now)

    async def known_context(
        self, context: Context, references: tuple[str, ...], lasting: tuple[str, ...] = ()
    ) -> Context:
        """Return what came with the event, and what others brought where that says nothing.

        The latest answer on consent counts, from any source, and in doubt a denial.

        Args:
            context: What came with the event, its answers dated, or what an order remembers.
            references: Ids that others may have brought a context for.
            lasting: Those of them that stand for more than this order.
        """
        stored = await self.stores.contexts.get(references, lasting=lasting) if references else None
        if stored is None:
            return context
        return fill_missing(context, stored)


def _stream_marks(conversion: Conversion) -> tuple[str, ...]:
    """Return what a subscription's stream is remembered under: its renewals follow it."""
    if conversion.purchase_type in (PurchaseType.ONE_TIME, PurchaseType.OFFLINE):
        return ()
    return tuple(
        mark("stream", each)
        for each in conversion.customer_references
        if each != conversion.customer_ref
    )
