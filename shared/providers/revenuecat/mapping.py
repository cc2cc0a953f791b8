"""Which event of RevenueCat's is the money, and which are steps of a subscription.

Source: RevenueCat "Event types and fields", "Sample events", "Common webhook flows".
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from functools import partial
from typing import Final

from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.merge_contexts import without_session
from shared.domain.money import Money, currency_code
from shared.domain.refund import Refund, Reversal
from shared.domain.timestamps import UNIX_EPOCH
from shared.errors import NoAmountError, UnusableError
from shared.faults import faults_in
from shared.providers.decimals import check_decimal, rounded_half_up
from shared.providers.event import ProviderEvent
from shared.providers.line_items import Line, items_of
from shared.providers.meanings import Meanings, by_type
from shared.providers.metadata import MAX_TRANSACTION_ID_LENGTH
from shared.providers.revenuecat.events import (
    AT,
    PRICE,
    Event,
    attributes,
    context_of,
    customer_references,
    moment,
    read_event,
)
from shared.providers.revenuecat.options import RevenueCatOptions

_TAX: Final = f"{AT}.tax_percentage"
_TOLD_ELSEWHERE: Final = frozenset({"STRIPE", "PADDLE"})
_NO_STORES: Final = frozenset({"PROMOTIONAL", "TEST_STORE"})
_REFUNDED: Final = "CUSTOMER_SUPPORT"
_BILLING: Final = "BILLING_ERROR"
_DIGEST_LENGTH: Final = 32
_NOT_SENT: Final = "the life of subscriptions is not sent"
_KINDS: Final[Mapping[str, PurchaseType]] = {
    "INITIAL_PURCHASE": PurchaseType.START,
    "NON_RENEWING_PURCHASE": PurchaseType.ONE_TIME,
    "RENEWAL": PurchaseType.RENEWAL,
}


def _from_purchase(event: ProviderEvent, options: RevenueCatOptions) -> Conversion | Ignored:
    found, dropped = read_event(event)
    uncounted = (found.transaction_id,) if found.transaction_id else ()
    if (why := _why_ignored(found, options)) is not None:
        return Ignored(why, uncounted=uncounted)
    kind = _KINDS[event.source.event_type]
    is_there = kind is not PurchaseType.RENEWAL  # a trial converts by itself, as a period renews
    if found.is_trial_conversion and kind is PurchaseType.RENEWAL:
        kind = PurchaseType.START  # the first money of a subscription that began with a trial
    if found.price_in_purchased_currency == 0:
        if found.period_type == "TRIAL" and kind is PurchaseType.START and options.lifecycle:
            return _step(event, found, Kind.START_TRIAL, dropped)
        return Ignored("zero amount", uncounted=uncounted)
    money, money_notes = _money(found)
    if money.total < 0:
        raise UnusableError(PRICE, "negative, and no refund")
    metadata = attributes(found.subscriber_attributes)
    context = context_of(found, metadata)
    own = _id(found)
    transaction_id = _sent_id(own)
    subscriber = tuple(each for each in customer_references(found) if each != own)
    lines = [Line(net=money.net, quantity=1, item_id=found.product_id)] if found.product_id else []
    items, item_notes = items_of(lines, money.net, f"{AT}.product_id")
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=transaction_id,
        business_key=transaction_id,
        money=money,
        occurred_at=_happened_at(found),
        context=context if is_there else without_session(context),
        source=event.source,
        items=items,
        references=tuple(dict.fromkeys((own, transaction_id))),
        customer_references=subscriber,
        customer_ref=_customer(found),
        purchase_type=kind,
        payment_id=f"revenuecat:{own}",
        coupon=found.offer_code or None,
        params={"value_basis": "gross"} if money.tax is None else {},
        notes=(*dropped, *money_notes, *metadata.notes, *item_notes),
    )


def _from_cancellation(
    event: ProviderEvent, options: RevenueCatOptions
) -> Conversion | Refund | Ignored:
    """Return the refund, or that a subscription will not renew: RevenueCat has one event for both.

    It only tells the refund of a subscription's latest period. A refund is always in full.
    """
    found, _ = read_event(event)
    price = found.price_in_purchased_currency
    negative = price is not None and price < 0
    if not negative and (found.cancel_reason != _REFUNDED or price == 0):
        return _from_life(event, options)
    if (why := _why_ignored(found, options)) is not None:
        return Ignored(why)
    return Refund(
        refund_id=_refund_id(found),
        money=_returned(found),
        references=(_id(found),),
        fallback_transaction_id=_sent_id(_id(found)),
        occurred_at=_told_at(event),
    )


def _from_reversal(event: ProviderEvent, options: RevenueCatOptions) -> Reversal | Ignored:
    found, _ = read_event(event)
    if (why := _why_ignored(found, options)) is not None:
        return Ignored(why)
    return Reversal(
        refund_id=_refund_id(found),
        money=_returned(found),
        references=(_id(found),),
        occurred_at=_told_at(event),
        reason="reversed before it was sent",
        sent_as_purchase=options.reversals == "purchase",
    )


def _from_life(event: ProviderEvent, options: RevenueCatOptions) -> Conversion | Ignored:
    """Return a step of a subscription's life, where such are sent."""
    kind = _LIFE[event.source.event_type]
    sent = options.lifecycle or (options.payment_failed and kind is Kind.PAYMENT_FAILED)
    if not sent:
        return Ignored(_NOT_SENT)
    found, dropped = read_event(event)
    if (why := _why_ignored(found, options)) is not None:
        return Ignored(why)
    if kind is Kind.CANCEL_SCHEDULED and found.cancel_reason == _BILLING:
        return Ignored("the payment that failed has an event of its own, BILLING_ISSUE")
    return _step(event, found, kind, dropped)


def _step(event: ProviderEvent, found: Event, kind: Kind, notes: tuple[str, ...]) -> Conversion:
    metadata = attributes(found.subscriber_attributes)
    context = context_of(found, metadata)
    own = (found.transaction_id,) if found.transaction_id else ()
    once = kind in (Kind.START_TRIAL, Kind.CANCELLED) and found.transaction_id is not None
    return Conversion(
        kind=kind,
        transaction_id=None,
        # Two events with ids of their own can tell one step; each period has a transaction.
        business_key=f"{_id(found)}:{kind.value}" if once else event.source.event_id,
        money=None,
        occurred_at=_told_at(event),
        # Only who starts a trial is there while it happens.
        context=context if kind is Kind.START_TRIAL else without_session(context),
        source=event.source,
        customer_references=tuple(dict.fromkeys((*own, *customer_references(found)))),
        customer_ref=_customer(found),
        notes=(*notes, *metadata.notes),
    )


def _why_ignored(found: Event, options: RevenueCatOptions) -> str | None:
    if found.is_family_share:
        return "shared within a family: paid by another one of it"
    # In RevenueCat's API these names are in lower case.
    store = (found.store or "").upper()
    if store in _NO_STORES:
        return "granted or tried, not bought"
    if store in _TOLD_ELSEWHERE and store not in options.stores:
        return f"{store} sends this money itself: option stores counts it here"
    return None


def _money(found: Event) -> tuple[Money, tuple[str, ...]]:
    """Return what the buyer paid, of either sign, and the part of it that is tax.

    The store's commission is never taken off. `value` is the price less its tax, rounded half up;
    the tax is the rest, so that the two add up to the price.
    """
    price = found.price_in_purchased_currency
    if price is None:
        raise NoAmountError(f"{PRICE}: null: RevenueCat does not know the price")
    path = f"{AT}.currency"
    checks = (
        partial(check_decimal, price, PRICE),
        partial(currency_code, found.currency, path),
        partial(_id, found),
    )
    if faults := list(faults_in(checks)):
        raise UnusableError.of(faults)
    currency = currency_code(found.currency, path)
    total = rounded_half_up(price, currency)
    share = found.tax_percentage
    if share is None:
        return Money(currency, total), ()
    if any(faults_in([partial(check_decimal, share, _TAX)])) or not 0 <= share < 1:
        return Money(currency, total), (f"{_TAX}: not a part from 0 to 1",)
    net = rounded_half_up(Fraction(price) * (1 - Fraction(share)), currency)
    return Money(currency, total, tax=total - net), ()


def _returned(found: Event) -> Money:
    """Return what went back to the buyer: its sign is no part of it."""
    money, _ = _money(found)
    if money.total >= 0:
        return money
    return Money(money.currency, -money.total, None if money.tax is None else -money.tax)


def _refund_id(found: Event) -> str:
    """Return the id of a transaction's refund: RevenueCat has none, and there is only one."""
    return f"{_id(found)}-refund"


def _id(found: Event) -> str:
    if found.transaction_id is None:
        raise UnusableError(f"{AT}.transaction_id", "missing")
    return found.transaction_id


def _sent_id(own: str) -> str:
    """Return the transaction id that GA4 gets.

    Amazon's receipts are longer than what GA4 keeps of an id. Receipts that begin alike would be
    merged there, so a digest of the whole stands at the end.
    """
    if len(own) <= MAX_TRANSACTION_ID_LENGTH:
        return own
    digest = hashlib.sha256(own.encode(errors="surrogatepass")).hexdigest()[:_DIGEST_LENGTH]
    return f"{own[: MAX_TRANSACTION_ID_LENGTH - _DIGEST_LENGTH - 1]}-{digest}"


def _happened_at(found: Event) -> datetime:
    """Return when the money was taken.

    A renewal arrives up to a day before its period begins, which is its `purchased_at_ms`.

    Raises:
        UnusableError: There is no time.
    """
    times = [moment(found.purchased_at_ms), moment(found.event_timestamp_ms)]
    known = [each for each in times if each is not None]
    if not known:
        raise UnusableError(f"{AT}.purchased_at_ms", "no time, and none in event_timestamp_ms")
    return min(known)


def _told_at(event: ProviderEvent) -> datetime:
    """Return when RevenueCat made the event.

    Raises:
        UnusableError: There is no time: GA4 would get the event as one of 1970.
    """
    if event.created_at == UNIX_EPOCH:
        raise UnusableError(f"{AT}.event_timestamp_ms", "no time, and none in purchased_at_ms")
    return event.created_at


def _customer(found: Event) -> str | None:
    return next((e for e in customer_references(found) if e != found.original_transaction_id), None)


_LIFE: Final[Mapping[str, Kind]] = {
    "BILLING_ISSUE": Kind.PAYMENT_FAILED,
    "CANCELLATION": Kind.CANCEL_SCHEDULED,
    "EXPIRATION": Kind.CANCELLED,
}
# PRODUCT_CHANGE is no money: a change that is charged at once brings its own RENEWAL.
MEANINGS: Final[Meanings[RevenueCatOptions]] = {
    **dict.fromkeys(_KINDS, _from_purchase),
    "BILLING_ISSUE": _from_life,
    "CANCELLATION": _from_cancellation,
    "EXPIRATION": _from_life,
    "REFUND_REVERSED": _from_reversal,
}
map_event: Final = by_type(MEANINGS)
