"""A transaction that was completed: Paddle's money."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

import msgspec

from shared.decoding import read, read_tolerant
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.event import Link
from shared.domain.item import Item
from shared.domain.merge_contexts import without_session
from shared.domain.money import Money
from shared.errors import UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.line_items import Line, items_of, lines_share, share_of
from shared.providers.metadata import Metadata
from shared.providers.paddle.amounts import major, signed_major, to_money
from shared.providers.paddle.objects import NOTHING, Id, LineItem, Transaction
from shared.providers.paddle.options import PaddleOptions

AT: Final = "data"
TOTALS: Final = f"{AT}.details.totals"
LINES: Final = f"{AT}.details.line_items"
_OF_SUBSCRIPTIONS: Final = {
    "subscription_recurring": PurchaseType.RENEWAL,
    "subscription_update": PurchaseType.UPDATE,
    "subscription_charge": PurchaseType.USAGE,
    # Most are over nothing; one with money collects what was due.
    "subscription_payment_method_change": PurchaseType.UPDATE,
}
# Paddle copies `custom_data` to every later transaction of a subscription, so an id that stands
# there is that of the first one. Origins that are new one day are named alike.
_INHERITING: Final = "subscription_"
# What a transaction says beside its money; unreadable, it is left out.
_DISPENSABLE: Final = (
    "billed_at",
    "collection_mode",
    "customer_id",
    "details.line_items",
    "discount_id",
    "invoice_id",
    "payments",
)


def from_transaction(event: ProviderEvent, options: PaddleOptions) -> Conversion | Ignored:
    """Return the purchase of `transaction.completed`.

    Args:
        event: The notification.
        options: The operator's choices.

    Raises:
        UnusableError: The transaction is money but cannot be read.
    """
    transaction, dropped = read_tolerant(event.object, Transaction, _DISPENSABLE, at=AT)
    if transaction.status not in (None, "completed"):
        return Ignored("not completed")
    if transaction.details.totals.total.startswith("-"):
        reason = "a negative total: credit for the customer, no money"
        return Ignored(reason, uncounted=(transaction.id,))
    whole = _money(transaction)
    if whole.total == 0:
        trial = transaction.subscription_id if _kind(transaction) is PurchaseType.START else None
        return Ignored("zero amount", uncounted=(transaction.id,), trial=trial)
    money = whole if options.credit_paid else _collected(transaction, whole)
    if money.total == 0:
        reason = "paid from the customer's credit: counted when that was paid"
        return Ignored(reason, uncounted=(transaction.id,))
    custom = Metadata(transaction.custom_data, at=f"{AT}.custom_data")
    kind = _kind(transaction)
    there = kind in (PurchaseType.ONE_TIME, PurchaseType.START)
    transaction_id = transaction.id
    inherits = (transaction.origin or "").startswith(_INHERITING)
    if options.buyer_transaction_ids and not inherits:
        transaction_id = custom.transaction_id(options.transaction_id_keys) or transaction.id
    context = custom.context()
    items, item_notes = _items(transaction, money, whole, options)
    references = (transaction.id, transaction.invoice_id, transaction_id)
    customer_references = (transaction.subscription_id, transaction.customer_id)
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=transaction_id,
        business_key=transaction_id,
        money=money,
        occurred_at=_paid_at(transaction, event),
        context=context if there else without_session(context),
        source=event.source,
        items=items,
        references=tuple(dict.fromkeys(r for r in references if r)),
        customer_references=tuple(r for r in customer_references if r),
        customer_ref=transaction.customer_id or transaction.subscription_id,
        purchase_type=kind,
        payment_id=f"paddle:{transaction.id}",
        coupon=transaction.discount_id or None,
        notes=(*dropped, *custom.notes, *item_notes),
    )


def from_update(event: ProviderEvent, options: PaddleOptions) -> Link | Ignored:  # noqa: ARG001 - as all
    """Return what `transaction.updated` says of the buyer: consent may be denied after the payment.

    Args:
        event: The provider's event.
        options: The operator's choices.
    """
    update, _ = read_tolerant(event.object, _Update, ("custom_data",), at=AT)
    return Link(
        "an update of a transaction brings no money",
        customer_references=(update.id,),
        context=Metadata(update.custom_data, at=f"{AT}.custom_data").context(),
        occurred_at=event.created_at,
    )


class _Update(msgspec.Struct, frozen=True):
    """What is read of a transaction that changed."""

    id: Id
    custom_data: msgspec.Raw = NOTHING


def _kind(transaction: Transaction) -> PurchaseType | None:
    """Return which kind of purchase it is; None for an origin that nobody knows yet."""
    origin = transaction.origin
    if origin in _OF_SUBSCRIPTIONS:
        return _OF_SUBSCRIPTIONS[origin]
    if origin not in ("web", "api"):
        return None
    if transaction.collection_mode == "manual":
        return PurchaseType.INVOICE  # sent by e-mail: nobody was in the shop
    return PurchaseType.START if transaction.subscription_id else PurchaseType.ONE_TIME


def _money(transaction: Transaction) -> Money:
    """Return what it cost; less its tax it is subtotal less discount.

    https://developer.paddle.com/api-reference/transactions/overview
    """
    totals = transaction.details.totals
    return to_money(transaction.currency_code, totals.total, totals.tax, at=AT, totals=TOTALS)


def _collected(transaction: Transaction, whole: Money) -> Money:
    """Return what was left to pay after the customer's credit; tax in proportion."""
    totals = transaction.details.totals
    if totals.grand_total is not None:
        due = major(totals.grand_total.removeprefix("-"), whole.currency, f"{TOTALS}.grand_total")
    else:
        due = whole.total - major(totals.credit, whole.currency, f"{TOTALS}.credit")
    return whole if due >= whole.total else share_of(whole, max(due, Decimal(0)))


def _paid_at(transaction: Transaction, event: ProviderEvent) -> datetime:
    """Return when the money was taken: Paddle completes a transaction minutes later, or more."""
    taken = [
        payment.captured_at
        for payment in transaction.payments or ()
        if payment.captured_at is not None and payment.captured_at <= event.created_at
    ]
    return max(taken).astimezone(UTC) if taken else event.created_at


def _items(
    transaction: Transaction, money: Money, whole: Money, options: PaddleOptions
) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """Return what was sold; lines that cannot be read cost the items and not the payment."""
    try:
        lines = [
            _line(line, money.currency, f"{LINES}[{at}]", options)
            for at, line in enumerate(transaction.details.line_items or ())
        ]
    except UnusableError as error:
        return (), (str(error),)
    if money.total != whole.total and whole.net:
        lines = lines_share(lines, Fraction(money.net / whole.net))
    return items_of(lines, money.net, LINES)


def _line(line: LineItem, currency: str, path: str, options: PaddleOptions) -> Line:
    totals = line.totals
    subtotal = signed_major(totals.subtotal, currency, f"{path}.totals.subtotal")
    discount = signed_major(totals.discount, currency, f"{path}.totals.discount")
    product = line.product.id if line.product else None
    own = (line.price_id, product) if options.item_id == "price" else (product, line.price_id)
    return Line(
        net=subtotal - discount,
        quantity=line.quantity,
        discount=discount,
        item_id=own[0] or own[1],
        item_name=line.product.name if line.product else None,
    )


class _Tagged(msgspec.Struct, frozen=True):
    custom_data: msgspec.Raw = NOTHING


def metadata_of(event: ProviderEvent) -> Metadata:
    """Return what the shop wrote into an event's object.

    Args:
        event: The notification; an object that cannot be read has none.
    """
    try:
        return Metadata(read(event.object, _Tagged).custom_data)
    except UnusableError:
        return Metadata(NOTHING)
