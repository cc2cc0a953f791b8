"""Which payment an event is, decided from ids and money alone; nothing here asks a store."""

from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Final

from shared.changed import replace
from shared.domain.consent import with_answer_times
from shared.domain.context import Context
from shared.domain.context_source import source_of
from shared.domain.conversion import Conversion, Kind, Source
from shared.domain.item import items_share
from shared.domain.merge_contexts import fill_missing, without_session
from shared.domain.money import Money
from shared.domain.order import Order
from shared.domain.refund import Refund, Reversal
from shared.providers.line_items import share_of
from shared.stores.entry import LedgerEvent
from shared.stores.reference import scoped_reference

_RELEASED_WITHIN: Final = timedelta(hours=1)


def mark(kind: str, reference: str) -> str:
    """Return what something is remembered under beside the orders: no provider writes such ids."""
    return scoped_reference(kind, reference)


def named(source: Source, transaction_id: str | None) -> tuple[str, ...]:
    """Return how the order index knows an order by its transaction id, within one provider."""
    return scoped(source, (mark("named", transaction_id),)) if transaction_id else ()


def taken(source: Source, transaction_id: str) -> str:
    """Return what a transaction id is remembered under: GA4 has it only once, in whichever account.

    Args:
        source: Where it was learned: a test mode apart has its own ids.
        transaction_id: What GA4 knows the order by.
    """
    return mark("transaction" if not source.apart else "test transaction", transaction_id)


def payment_references(conversion: Conversion) -> tuple[str, ...]:
    """Return the references of a payment without the transaction id that the shop chose."""
    own = (conversion.payment_id or "").partition(":")[2]
    chosen = conversion.transaction_id
    if conversion.payment_id is None or chosen == own or chosen not in conversion.references:
        return conversion.references
    return tuple([each for each in conversion.references if each != chosen])


def own_first(conversion: Conversion) -> tuple[str, ...]:
    """Return the references of a payment, the provider's own id of it before the others."""
    own = (conversion.payment_id or "").partition(":")[2]
    references = payment_references(conversion)
    if own not in references or references[0] == own:
        return references
    return (own, *[each for each in references if each != own])


def is_other_payment(order: Order, conversion: Conversion) -> bool:
    """Return whether an order with the same transaction id is another payment.

    Ids of two kinds cannot be compared: an invoice and its payment intent are one payment, and a
    message of the shop may be about a payment of its provider. Then money and customer decide.
    """
    theirs, ours = order.payment_id, conversion.payment_id
    if theirs is not None and ours is not None:
        if theirs == ours:
            return False
        if kind_of(theirs) == kind_of(ours) or theirs.partition(":")[0] != ours.partition(":")[0]:
            return True
    money = conversion.money
    if money is None or (order.money.currency, order.money.total) != (money.currency, money.total):
        return True
    customers = {order.customer_ref, conversion.customer_ref} - {None}
    return len(customers) > 1


def kind_of(payment_id: str) -> str:
    """Return a payment id's provider and, where its ids have one, its prefix."""
    provider, _, own = payment_id.partition(":")
    return f"{provider}:{own.partition('_')[0] if '_' in own else ''}"


def own_ids(conversion: Conversion) -> tuple[str, ...]:
    """Return ids a payment may be sent under whose transaction id another one has, the best first.

    Somebody may have given their order the provider's id of this one. A message has no payment's
    id, but its own.
    """
    source = conversion.source
    own = (conversion.payment_id or "").partition(":")[2]
    by_event = f"{source.provider}:{source.event_id}"
    return (own, f"{source.provider}:{own}", by_event) if own else (source.event_id, by_event)


def own_name(conversion: Conversion) -> str:
    """Return what the first of `own_ids` is, in words."""
    return "the provider's own id" if conversion.payment_id else "its event_id"


def under_own_id(conversion: Conversion, own: str, why: str) -> Conversion:
    """Return a purchase under an id that is its own and no other payment's; the note says why."""
    references = payment_references(conversion) if conversion.payment_id else (own,)
    return replace(
        under_id(conversion, own),
        references=references,
        notes=(*conversion.notes, why),
    )


def under_id(conversion: Conversion, transaction_id: str) -> Conversion:
    """Return a purchase under a transaction id, which is its business key too."""
    return replace(conversion, transaction_id=transaction_id, business_key=transaction_id)


def paid_checkout(conversion: Conversion, placed: Order) -> Conversion:
    """Return the payment of a checkout that was placed before: its id, its buyer, its split."""
    money, items = conversion.money, conversion.items
    if money is not None and placed.money.currency == money.currency and placed.money.total > 0:
        items = placed.items
        if money.total < placed.money.total:
            items = items_share(items, Fraction(money.total / placed.money.total))
        if not conversion.is_fee:
            money = share_of(placed.money, money.total)
        elif placed.money.net:
            items = items_share(placed.items, Fraction(money.total / placed.money.net))
    context = fill_missing(conversion.context, placed.context)
    return replace(
        conversion,
        transaction_id=placed.transaction_id,
        business_key=placed.transaction_id,
        money=money,
        items=items,
        context=context,
        purchase_type=placed.purchase_type or conversion.purchase_type,
        stream=placed.stream,
        references=tuple(dict.fromkeys((*conversion.references, *placed.references))),
        customer_ref=conversion.customer_ref or placed.customer_ref,
        customer_references=tuple(
            dict.fromkeys(
                each for each in (*conversion.customer_references, placed.customer_ref) if each
            )
        ),
    )


def is_release(refund: Refund, order: Order) -> bool:
    """Return whether a refund is what was authorised with an order's payment and never captured."""
    near = abs(refund.occurred_at - order.occurred_at) <= _RELEASED_WITHIN
    return near and order.released == refund.money.total


def in_order_money(refund: Refund, order: Order) -> Refund:
    """Return a refund that says no parts in what counts of its order.

    Shopify may state it in the buyer's currency alone. It also gives back what does not count, a
    gift card for example.

    Args:
        refund: What went back.
        order: Its order.
    """
    charged, refunded = order.charged, refund.money
    if charged is None or charged.total <= 0 or charged.currency != refunded.currency:
        return refund
    if refunded.tax is not None or refunded.shipping is not None:
        return refund
    unit = Decimal(1).scaleb(int(order.money.total.as_tuple().exponent))
    total = (refunded.total * order.money.total / charged.total).quantize(unit, ROUND_HALF_EVEN)
    return replace(refund, money=Money(order.money.currency, total))


def grown_by(purchase: Conversion, money: Money, before: Money) -> Conversion:
    """Return what an order grew by as a purchase of its own, under an id made of its new total.

    Args:
        purchase: The order as it is now.
        money: What it costs now.
        before: What it cost when it was counted last.
    """
    key = f"{purchase.transaction_id}-{money.total}"
    grown = money.total - before.total
    difference = Money(
        money.currency,
        grown,
        _difference(money.tax, before.tax),
        _difference(money.shipping, before.shipping),
    )
    return replace(
        under_id(purchase, key),
        money=difference if difference.net >= 0 else Money(money.currency, grown),
        items=(),
        guest_of=purchase.transaction_id,
        notes=(*purchase.notes, "edited after it was paid: the difference is a purchase"),
    )


def purchase_of_reversal(
    reversal: Reversal, sent: LedgerEvent, order: Order | None, source: Source
) -> Conversion:
    """Return a purchase that makes good a refund that GA4 has and nobody got.

    Args:
        reversal: What was reversed.
        sent: The refund as GA4 has it.
        order: The refund's order, where it is known.
        source: Where we learned it.
    """
    key = f"{reversal.refund_id}-reversed"
    value = reversal.money.total if sent.value is None else sent.value
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=key,
        business_key=key,
        money=Money(sent.currency or reversal.money.currency, value),
        occurred_at=reversal.occurred_at,
        context=without_session(order.context) if order else Context(),
        source=source,
        references=(reversal.refund_id,),
        customer_references=order.references if order else (),
        customer_ref=order.customer_ref if order else None,
        guest_of=order.transaction_id if order else None,
        stream=order.stream if order else None,
        sink=order.sink if order else None,
    )


def _difference(after: Decimal | None, before: Decimal | None) -> Decimal | None:
    if after is None:
        return None
    return max(after - (before or Decimal(0)), Decimal(0))


def dated_context(context: Context, now: datetime, written_by: datetime | None = None) -> Context:
    """Return a context that came with an event, its answers with the times they had at the event.

    Events repeat for years what their order's metadata says, so without a time of capture a grant
    may be of any age. That is for what comes with an event, and once: what is remembered may have
    its time of capture from one who may not date a grant, a browser.

    The time of capture is by a buyer's clock, which may be years ahead. A grant is never later than
    its event, and so not later when the event is delivered again.

    Args:
        context: What came with the event.
        now: The current time, UTC.
        written_by: When the event was made; None where that is not known.
    """
    captured_at = context.captured_at
    granted_at = captured_at and min(captured_at, written_by or now, now)
    consent = with_answer_times(
        context.consent, granted_at=granted_at, denied_at=captured_at or now
    )
    return replace(context, consent=consent, captured_at=captured_at and min(captured_at, now))


def scoped(source: Source, references: tuple[str, ...]) -> tuple[str, ...]:
    """Return references as the order index knows them: two providers may use the same number.

    Args:
        source: Whose references they are.
        references: Ids as the provider writes them.
    """
    scope = f"{source.provider}:{source.scope or ''}"
    return tuple([scoped_reference(scope, reference) for reference in references])


def gross_refund(
    refund: Refund, source: Source, order: Order | None, context: Context
) -> Conversion:
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
        stream=order.stream if order else None,
        sink=order.sink if order else None,
    )
