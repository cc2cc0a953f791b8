"""Which of Apple's notifications is money, and which takes it back."""

from decimal import Decimal
from functools import partial
from typing import Final

from shared.domain.context import Context
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.item import Item
from shared.domain.refund import Refund, Reversal
from shared.providers.apple.options import AppleOptions
from shared.providers.apple.transaction import (
    AT,
    Transaction,
    happened_at,
    money_back,
    money_of_all,
    subtype_of,
    transaction_of,
)
from shared.providers.event import ProviderEvent
from shared.providers.meanings import Meanings, by_type

_FREE_TRIAL: Final = "FREE_TRIAL"
_SHARED: Final = "FAMILY_SHARED"
_NOT_SENT: Final = "the life of subscriptions is not sent"
_MANY: Final = f"{AT}.quantity: the price is taken as that of one"
_OF_OFFERS: Final = {
    None: PurchaseType.UPDATE,
    "INITIAL_BUY": PurchaseType.START,
    "RESUBSCRIBE": PurchaseType.START,
    "UPGRADE": PurchaseType.UPDATE,
}
_ENDS: Final = frozenset("VOLUNTARY BILLING_RETRY PRICE_INCREASE PRODUCT_NOT_FOR_SALE".split())


def _bought(
    kind: PurchaseType, event: ProviderEvent, options: AppleOptions
) -> Conversion | Ignored:
    transaction, dropped = transaction_of(event)
    if transaction.in_app_ownership_type == _SHARED:
        return Ignored("shared in the family: nobody paid for it")
    subscription = transaction.original_transaction_id
    if transaction.offer_discount_type == _FREE_TRIAL:
        if options.lifecycle:
            return _step(Kind.START_TRIAL, transaction, event, trial=subscription)
        reason = "a free trial"
        return Ignored(reason, uncounted=(transaction.transaction_id,), trial=subscription)
    if transaction.price == 0:  # in whichever currency
        return Ignored("zero amount", uncounted=(transaction.transaction_id,))
    money = money_of_all(transaction)
    many = transaction.count > 1
    items = (
        (
            Item(
                price=money.total / transaction.count,
                quantity=Decimal(transaction.count),
                item_id=transaction.product_id,
            ),
        )
        if transaction.product_id
        else ()
    )
    name, token = transaction.transaction_id, transaction.app_account_token
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=name,
        business_key=name,
        money=money,
        occurred_at=happened_at(transaction.purchase_date, event),
        context=Context(),
        source=event.source,
        items=items,
        references=(name,),
        customer_references=_whose(transaction),
        customer_ref=token,
        purchase_type=kind,
        params={"value_basis": "gross"},
        payment_id=f"{event.source.provider}:{name}",
        placed_at=event.created_at,
        notes=(*dropped, _MANY) if many else dropped,
    )


def _offer_redeemed(event: ProviderEvent, options: AppleOptions) -> Conversion | Ignored:
    kind = _OF_OFFERS.get(subtype_of(event))
    if kind is None:
        return Ignored("an offer for later")
    return _bought(kind, event, options)


def _preference_changed(event: ProviderEvent, options: AppleOptions) -> Conversion | Ignored:
    if subtype_of(event) != "UPGRADE":
        return Ignored("it is charged with the next renewal")
    return _bought(PurchaseType.UPDATE, event, options)


def _refunded(event: ProviderEvent, options: AppleOptions) -> Refund | Ignored:  # noqa: ARG001 - as all
    transaction, _ = transaction_of(event)
    if transaction.in_app_ownership_type == _SHARED or (
        transaction.revocation_type == "FAMILY_REVOKE"
    ):
        return Ignored("shared in the family: nobody paid for it")
    if transaction.price == 0:
        return Ignored("zero amount")
    money = money_back(transaction)
    if money.total == 0:
        return Ignored("zero amount")
    name = transaction.transaction_id
    return Refund(
        refund_id=f"{name}:refund",
        money=money,
        references=(name,),
        fallback_transaction_id=name,
        occurred_at=happened_at(transaction.revocation_date, event),
        transaction_id=name,
    )


def _refund_reversed(event: ProviderEvent, options: AppleOptions) -> Reversal | Ignored:
    transaction, _ = transaction_of(event)
    money = money_back(transaction)
    if money.total == 0:
        return Ignored("zero amount")
    name = transaction.transaction_id
    return Reversal(
        refund_id=f"{name}:refund",
        money=money,
        references=(name,),
        occurred_at=event.created_at,
        reason="the refund was reversed before it was sent",
        sent_as_purchase=options.reversals == "purchase",
    )


def _status_changed(event: ProviderEvent, options: AppleOptions) -> Conversion | Ignored:
    if not options.lifecycle:
        return Ignored(_NOT_SENT)
    if subtype_of(event) != "AUTO_RENEW_DISABLED":
        return Ignored("nothing of the subscription's life")
    return _step(Kind.CANCEL_SCHEDULED, transaction_of(event)[0], event)


def _expired(event: ProviderEvent, options: AppleOptions) -> Conversion | Ignored:
    if not options.lifecycle:
        return Ignored(_NOT_SENT)
    return _step(Kind.CANCELLED, transaction_of(event)[0], event)


def _failed(event: ProviderEvent, options: AppleOptions) -> Conversion | Ignored:
    if not (options.lifecycle or options.payment_failed):
        return Ignored("failed payments are not sent")
    return _step(Kind.PAYMENT_FAILED, transaction_of(event)[0], event)


def _step(
    kind: Kind, transaction: Transaction, event: ProviderEvent, *, trial: str | None = None
) -> Conversion:
    """Return a step in a subscription's life: one for each notification, which may come again."""
    subtype = subtype_of(event)
    ended = kind is Kind.CANCELLED and subtype in _ENDS and subtype is not None
    return Conversion(
        kind=kind,
        transaction_id=None,
        business_key=event.source.event_id,
        money=None,
        occurred_at=event.created_at,
        context=Context(),
        source=event.source,
        customer_references=_whose(transaction),
        customer_ref=transaction.app_account_token,
        params={"cancellation_reason": subtype.lower()} if ended and subtype else {},
        trial=trial,
    )


def _whose(transaction: Transaction) -> tuple[str, ...]:
    """Return the subscription, and the shop's own id of the user.

    Apple writes that in lower case, and Swift in upper case.
    """
    token = transaction.app_account_token or ""
    found = (transaction.original_transaction_id, token, token.upper())
    return tuple(dict.fromkeys(each for each in found if each))


MEANINGS: Final[Meanings[AppleOptions]] = {
    "SUBSCRIBED": partial(_bought, PurchaseType.START),
    "DID_RENEW": partial(_bought, PurchaseType.RENEWAL),
    "ONE_TIME_CHARGE": partial(_bought, PurchaseType.ONE_TIME),
    "OFFER_REDEEMED": _offer_redeemed,
    "DID_CHANGE_RENEWAL_PREF": _preference_changed,
    "REFUND": _refunded,
    "REFUND_REVERSED": _refund_reversed,
    "DID_CHANGE_RENEWAL_STATUS": _status_changed,
    "EXPIRED": _expired,
    "DID_FAIL_TO_RENEW": _failed,
}
map_event: Final = by_type(MEANINGS)
