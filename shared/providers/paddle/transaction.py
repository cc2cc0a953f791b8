"""A transaction that was completed: Paddle's money."""

from typing import Final

from shared.decoding import read
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.money import Money
from shared.domain.without_session import without_session
from shared.errors import UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.line_items import Line, items_of
from shared.providers.metadata import Metadata
from shared.providers.paddle.amounts import currency_of, major, signed_major
from shared.providers.paddle.objects import LineItem, Transaction
from shared.providers.paddle.options import PaddleOptions

AT: Final = "data"
TOTALS: Final = f"{AT}.details.totals"
LINES: Final = f"{AT}.details.line_items"
_OF_SUBSCRIPTIONS: Final = {
    "subscription_recurring": PurchaseType.RENEWAL,
    "subscription_update": PurchaseType.UPDATE,
    "subscription_charge": PurchaseType.USAGE,
}


def from_transaction(event: ProviderEvent, options: PaddleOptions) -> Conversion | Ignored:
    """Return the purchase of `transaction.completed`.

    Args:
        event: The notification.
        options: The operator's choices.

    Raises:
        UnusableError: The transaction is money but cannot be read.
    """
    transaction = read(event.object, Transaction, at=AT)
    if transaction.status not in (None, "completed"):
        return Ignored("not completed")
    if transaction.origin == "subscription_payment_method_change":
        return Ignored("a change of the payment method: no purchase")
    money = _money(transaction)
    if money.total == 0:
        return Ignored("zero amount")
    if (transaction.details.totals.grand_total or "1").strip("0") == "":
        return Ignored("paid from the customer's credit: counted when that was paid")
    custom = Metadata(transaction.custom_data, at=f"{AT}.custom_data")
    transaction_id = custom.transaction_id(options.transaction_id_keys) or transaction.id
    context = custom.context()
    kind = _kind(transaction)
    there = kind in (PurchaseType.ONE_TIME, PurchaseType.START)
    items, item_notes = items_of(
        [
            _line(line, money.currency, f"{LINES}[{at}]", options)
            for at, line in enumerate(transaction.details.line_items or ())
        ],
        money.net,
        LINES,
    )
    references = (transaction.id, transaction.invoice_id, transaction_id)
    customer_references = (transaction.subscription_id, transaction.customer_id)
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=transaction_id,
        business_key=transaction_id,
        money=money,
        occurred_at=event.created_at,
        context=context if there else without_session(context),
        source=event.source,
        items=items,
        references=tuple(dict.fromkeys(r for r in references if r)),
        customer_references=tuple(r for r in customer_references if r),
        customer_ref=transaction.customer_id or transaction.subscription_id,
        purchase_type=kind,
        coupon=transaction.discount_id or None,
        notes=(*custom.notes, *item_notes),
    )


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
    """Return what was charged; less its tax it is subtotal less discount (payments sheet 4.3)."""
    totals = transaction.details.totals
    currency = currency_of(transaction.currency_code, f"{AT}.currency_code")
    total = major(totals.total, currency, f"{TOTALS}.total")
    money = Money(currency, total, major(totals.tax, currency, f"{TOTALS}.tax"))
    if money.net < 0:
        raise UnusableError(f"{TOTALS}.total", "less than its tax")
    return money


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
